import Arrays
import EspalierTestSupport
import PJRT
import Tensors

/// An engine that spends little time on making programs fast, since each runs only a few times.
func quickEngine() throws -> Engine {
  Engine(client: try TestPlugin.client(), settings: ["xla_backend_optimization_level": "0"])
}

/// Compiles a function for the arguments' types and runs it.
func run(_ arguments: [HostArray], _ body: ([Tensor]) -> [Tensor]) throws -> [HostArray] {
  try quickEngine().program("test", parameters: arguments.map(\.type), body: body)(arguments)
}
