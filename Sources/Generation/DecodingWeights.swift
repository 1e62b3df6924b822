import Arrays
import Kernels
import LanguageModels
import Tensors

/// How the weights of a model are held while it writes.
public enum WeightPrecision: String, Hashable, Sendable, CaseIterable {
  /// As they were trained.
  case float32
  /// Matrices in 8 bits, in blocks of 32 with a scale each, which is read from memory in less than a third of the time.
  case int8
}

/// The weights of a model as programs take them that read few tokens at once: layer by layer, and maybe in 8 bits.
struct DecodingWeights {
  /// The model, with a head of its own where the embedding is held in 8 bits for the logits only.
  private let configuration: LlamaConfiguration
  private let stored: LlamaConfiguration
  /// What multiplies by 8 bits; nil for weights as they are.
  private let kernels: KernelLibrary?

  /// Chooses how weights are held.
  ///
  /// - Parameters:
  ///   - configuration: The model.
  ///   - precision: How they are held.
  ///   - kernels: What reads 8 bits; not needed for others.
  init(_ configuration: LlamaConfiguration, _ precision: WeightPrecision, _ kernels: KernelLibrary?)
  {
    stored = configuration
    var configuration = configuration
    self.kernels = precision == .int8 ? kernels : nil
    if precision == .int8 { configuration.tiesEmbedding = false }
    self.configuration = configuration
  }

  /// The types of all arrays that the programs take.
  var types: [TensorType] {
    zip(UnstackedParameters.types(configuration), depths).flatMap { type, depth in
      guard let depth else { return [type] }
      let matrix = QuantizedMatrix.types(depth: depth, columns: type.shape[1])
      return [matrix.codes, matrix.scales]
    }
  }

  /// Those arrays, made of a model's parameters.
  func prepared(_ parameters: [Tensor]) -> [Tensor] {
    var named = Dictionary(
      uniqueKeysWithValues: zip(stored.parameterSpecifications.map(\.name), parameters)
    )
    let (embedding, head) = (LlamaParameter.embedding.rawValue, LlamaParameter.head.rawValue)
    if stored.tiesEmbedding { named[head] = named[embedding]?.transposed([1, 0]) }
    let ordered = configuration.parameterSpecifications.compactMap { named[$0.name] }
    let tensors = UnstackedParameters.unstacking(ordered, configuration)
    return zip(tensors, depths).flatMap { tensor, depth in
      guard depth != nil else { return [tensor] }
      let matrix = QuantizedMatrix(rounding: tensor)
      return [matrix.codes, matrix.scales]
    }
  }

  /// The parameters that a program means by its arrays.
  func parameters(_ arrays: [Tensor]) -> UnstackedParameters {
    var rest = arrays[...]
    let tensors = depths.map { depth in
      let first = rest.removeFirst()
      guard let depth, let kernels else { return first }
      return kernels.expanded(
        QuantizedMatrix(codes: first, scales: rest.removeFirst(), depth: depth)
      )
    }
    return UnstackedParameters(configuration, tensors: tensors)
  }

  /// The program as it is to be compiled.
  func reading(_ function: TracedFunction) -> TracedFunction {
    guard let kernels else { return function }
    return function.rewritten(kernels.readingQuantizedMatrices)
  }

  /// For each of ``UnstackedParameters/types(_:)`` the rows of a matrix in 8 bits, and nil for what is held as it is.
  private var depths: [Int?] {
    let (shared, layered) = UnstackedParameters.specifications(configuration)
    let all = shared + (0..<configuration.layerCount).flatMap { _ in layered }
    return all.map { specification in
      switch specification.group {
      case .matrices, .head: kernels.map { _ in specification.layerShape[0] }
      default: nil
      }
    }
  }
}
