import EspalierTestSupport
import Laboratory
import PJRT
import Tensors

@testable import ImplicitBiasLab

enum TestEngine {
  /// One engine, so that a program is compiled once.
  static func shared() throws -> Engine { try result.get() }

  private static let result = Result {
    Engine(client: try TestPlugin.client())
  }

  /// A laboratory whose sizes are changed from those of the study.
  static func laboratory(
    seeds: Int = 2,
    _ change: (inout ImplicitBiasLaboratory.Size) -> Void = { _ in }
  ) throws -> ImplicitBiasLaboratory {
    var size = ImplicitBiasLaboratory.Size.full
    size.seeds = (0..<seeds).map { UInt64($0) + 1 }
    change(&size)
    return ImplicitBiasLaboratory(engine: try shared(), sweep: Sweep(), size: size)
  }
}
