import Arrays
import LanguageModels

/// Gives the values that a growth copies from nothing.
public protocol GrowthDraws {
  /// The first values of a new layer's part of a parameter.
  ///
  /// - Parameters:
  ///   - layer: The layer in the grown model.
  ///   - specification: The parameter after the growth in depth.
  /// - Returns: An array of the specification's ``ParameterSpecification/layerShape``.
  func layer(_ layer: Int, of specification: ParameterSpecification) -> HostArray

  /// First values for a whole parameter, of which new elements take theirs.
  ///
  /// - Parameters:
  ///   - specification: The parameter after the growth in width.
  ///   - configuration: The model then.
  /// - Returns: An array of the specification's shape.
  func elements(
    of specification: ParameterSpecification,
    in configuration: LlamaConfiguration
  ) -> HostArray
}

/// Draws from streams of a run's seed that no parameter has used before.
public struct SeededGrowthDraws: GrowthDraws, Sendable {
  private let initializer: ParameterInitializer
  private let layerNumbers: [Int]

  /// The draws of a growth.
  ///
  /// - Parameters:
  ///   - seed: The seed of the parameters.
  ///   - layerNumbers: For each layer of the grown model its number in the lineage.
  public init(seed: UInt64, layerNumbers: [Int]) {
    initializer = ParameterInitializer(seed: seed)
    self.layerNumbers = layerNumbers
  }

  /// A new layer's part, by the layer's number.
  public func layer(_ layer: Int, of specification: ParameterSpecification) -> HostArray {
    initializer.layer(layerNumbers[layer], of: specification)
  }

  /// A whole parameter, from streams that belong to the model's sizes.
  public func elements(
    of specification: ParameterSpecification,
    in configuration: LlamaConfiguration
  ) -> HostArray {
    initializer.widening(to: configuration).array(for: specification)
  }
}
