import EspalierTestSupport
import Tensors

private let sharedEngine = Result<Engine, any Error> {
  Engine(client: try TestPlugin.client(), settings: ["xla_backend_optimization_level": "0"])
}

/// An engine that compiles quickly, for programs that run a few times only.
func quickEngine() throws -> Engine { try sharedEngine.get() }
