import Arrays
import Growing
import LanguageModels
import Training

/// Values from a test's own function.
private struct GivenDraws: GrowthDraws {
  let fresh: (ParameterSpecification, Int) -> HostArray

  func layer(_ layer: Int, of specification: ParameterSpecification) -> HostArray {
    fresh(specification, layer)
  }

  func elements(
    of specification: ParameterSpecification,
    in configuration: LlamaConfiguration
  ) -> HostArray {
    HostArray(zeros: TensorType(.float32, specification.shape))
  }
}

extension DeviceState {
  /// Grows to a model that is then finished.
  mutating func grow(
    by step: GrowthStep,
    fresh: @escaping (_ specification: ParameterSpecification, _ layer: Int) -> HostArray
  ) throws {
    try grow(
      by: step,
      finalLayerCount: step.map.depth,
      draws: GivenDraws(fresh: fresh)
    )
  }
}
