import EspalierTestSupport
import PJRT
import Tensors

enum TestEngine {
  /// One engine, so that a program is compiled once.
  static func shared() throws -> Engine { try result.get() }

  private static let result = Result {
    Engine(client: try TestPlugin.client())
  }
}
