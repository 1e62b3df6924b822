import Arrays
import Growing
import LanguageModels
import Recipes
import Tensors

// L old layers, M new layers.

/// Grows a model's parameters by a matrix of numbers in a program.
///
/// New layer `j` is `sum_i w_ji` times old layer `i`, in every tensor with a layer axis. The others stay as they
/// are.
struct LayerMixing: Sendable {
  /// The model before growing.
  let source: LlamaConfiguration
  /// The model after it.
  let grown: LlamaConfiguration

  /// The sizes of the matrix, `[M, L]`.
  var shape: Shape { [grown.layerCount, source.layerCount] }

  /// The grown parameters.
  ///
  /// - Parameters:
  ///   - tensors: The old model's, in the order of its specifications.
  ///   - weights: The matrix, `[M, L]`.
  /// - Returns: The new model's parameters.
  func mixed(_ tensors: [Tensor], by weights: Tensor) -> LlamaParameters {
    let specifications = grown.parameterSpecifications
    let mixed = zip(specifications, tensors).map { specification, tensor in
      guard specification.isLayered else { return tensor }
      let rows = tensor.reshaped(to: [shape[1], specification.layerShape.elementCount])
      return weights.dot(rows).reshaped(to: specification.shape.dimensions)
    }
    return LlamaParameters(configuration: grown, tensors: mixed)
  }

  /// Traces the program that grows a model.
  ///
  /// Its parameters are the old model's tensors and the matrix, its results those of the new model's tensors
  /// that have a layer axis: the others need no copy.
  ///
  /// - Parameter parallelism: The devices that hold the model, and what of it is cut into parts.
  /// - Throws: `TraceError` for sizes that do not fit together.
  /// - Returns: The function.
  func traced(_ parallelism: Recipe.Parallelism) throws(TraceError) -> TracedFunction {
    let types = source.parameterTypes
    let layered = grown.parameterSpecifications.map(\.isLayered)
    return try TracedFunction(
      "layer_mixing",
      parameters: types + [TensorType(.float32, shape)]
    ) { inputs in
      let parameters = mixed(Array(inputs.prefix(types.count)), by: inputs[types.count])
      return zip(parameters.tensors, layered).filter(\.1).map(\.0)
    }
    .distributed(
      over: parallelism.devices,
      parameters: parallelism.shardings(of: source.parameterSpecifications) + [.replicated],
      results: parallelism.shardings(of: grown.parameterSpecifications.filter(\.isLayered))
    )
  }

  /// Grows a model's tensors.
  ///
  /// - Parameters:
  ///   - model: The old model's, in the order of its specifications; they stay as they are.
  ///   - weights: The matrix, `[M][L]`.
  ///   - devices: What holds them.
  ///   - engine: What compiles it.
  /// - Returns: The new model's; those without a layer axis are the old ones.
  /// - Throws: `TraceError` for sizes that do not fit together, or `PJRTError`.
  func mixed(
    _ model: ArraySlice<DistributedTensor>,
    by weights: [[Double]],
    devices: TrainingDevices,
    engine: Engine
  ) throws -> [DistributedTensor] {
    let matrix = HostArray(weights.flatMap { $0.map(Float.init) }, shape: shape)
    let program = try engine.compile(traced(devices.parallelism))
    var layered = try program(model + [devices.copies(matrix)])[...]
    return zip(grown.parameterSpecifications, model).map {
      $0.isLayered ? layered.removeFirst() : $1
    }
  }
}
