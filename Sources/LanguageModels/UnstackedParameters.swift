import Arrays
import Tensors

/// The parameters of a ``Llama`` with a tensor of its own for each layer.
///
/// A processor would copy a layer's slice of a stacked weight before each product, which costs nothing beside a batch and
/// most of the time of a single token.
public struct UnstackedParameters {
  /// Those that no layer has.
  let shared: LlamaParameters
  /// Those of each stored layer.
  let layers: [LlamaParameters]

  /// Puts tensors into their places.
  ///
  /// - Parameters:
  ///   - configuration: The model's sizes.
  ///   - tensors: Of the ``types(_:)``, in that order.
  public init(_ configuration: LlamaConfiguration, tensors: [Tensor]) {
    let (shared, layered) = Self.specifications(configuration)
    self.shared = LlamaParameters(shared, tensors: Array(tensors.prefix(shared.count)))
    layers = (0..<configuration.layerCount).map { layer in
      let first = shared.count + layer * layered.count
      return LlamaParameters(layered, tensors: Array(tensors[first..<first + layered.count]))
    }
  }

  /// The parameters that no layer has, and those that each stored layer has a row of, in the order of their tensors: the
  /// shared ones, then layer by layer.
  ///
  /// - Parameter configuration: The model's sizes.
  /// - Returns: Both.
  public static func specifications(
    _ configuration: LlamaConfiguration
  ) -> (shared: [ParameterSpecification], layered: [ParameterSpecification]) {
    let all = configuration.parameterSpecifications
    return (all.filter { !$0.isLayered }, all.filter(\.isLayered))
  }

  /// The types of the tensors.
  ///
  /// - Parameter configuration: The model's sizes.
  /// - Returns: A type for each tensor of ``init(_:tensors:)``.
  public static func types(_ configuration: LlamaConfiguration) -> [TensorType] {
    let (shared, layered) = specifications(configuration)
    let row = layered.map { TensorType($0.type.elementType, $0.layerShape) }
    return shared.map(\.type) + (0..<configuration.layerCount).flatMap { _ in row }
  }

  /// Takes a model's parameters apart.
  ///
  /// - Parameters:
  ///   - tensors: One for each of the model's parameters, those of layers stacked.
  ///   - configuration: The model's sizes.
  /// - Returns: Tensors of the ``types(_:)``.
  public static func unstacking(
    _ tensors: [Tensor],
    _ configuration: LlamaConfiguration
  ) -> [Tensor] {
    let pairs = zip(configuration.parameterSpecifications, tensors)
    let rows = pairs.filter(\.0.isLayered).map { $1.unstacked() }
    return pairs.filter { !$0.0.isLayered }.map(\.1)
      + (0..<configuration.layerCount).flatMap { layer in rows.map { $0[layer] } }
  }
}
