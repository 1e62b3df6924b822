import Arrays
import Kernels
import Tensors

// B batch, T new tokens, S places of the cache, L layers that run, H query heads, K key and value heads, C head size,
// D width, V vocabulary.

/// What a model remembers of the tokens that it has read: their keys and values in each layer that runs.
///
/// Each layer has tensors of its own, which a program whose caller donates them updates in place. Tied layers have a slot
/// each time they run.
public struct KeyValueCache {
  /// `[B, K, S, C]` for each layer that runs, turned by their positions.
  public var keys: [Tensor]
  /// `[B, K, S, C]` for each layer that runs.
  public var values: [Tensor]

  /// What one layer remembers.
  struct Layer {
    /// `[B, K, S, C]`, turned.
    var keys: Tensor
    /// `[B, K, S, C]`.
    var values: Tensor
  }

  /// Takes keys and values.
  public init(keys: [Tensor], values: [Tensor]) {
    self.keys = keys
    self.values = values
  }

  /// The type of one layer's keys, and of its values.
  ///
  /// - Parameters:
  ///   - configuration: The model.
  ///   - batchSize: The rows.
  ///   - capacity: How many tokens of a row it holds.
  /// - Returns: `[B, K, S, C]`.
  public static func type(
    _ configuration: LlamaConfiguration,
    batchSize: Int,
    capacity: Int
  ) -> TensorType {
    TensorType(
      .float32,
      [
        batchSize, configuration.keyValueHeadCount, capacity, configuration.headSize,
      ]
    )
  }
}

extension Llama {
  /// Reads further tokens of each row, and says what comes after one of them.
  ///
  /// A row's tokens stand at the places from its start on. What a row has read before is in the cache's places below
  /// its start; whatever lies behind its new tokens is not seen and will be written over.
  ///
  /// - Parameters:
  ///   - tokens: `[B, T]`, `int32`.
  ///   - starts: `[B]`, `int32`: how many tokens each row has read; at most S - T, or rows are written elsewhere.
  ///   - places: `[B]`, `int32`: after which of a row's new tokens the logits are wanted, from 0.
  ///   - cache: What was read before; afterwards with the new tokens.
  ///   - parameters: The parameters.
  ///   - kernels: What does the parts that it is fastest at; nil for plain StableHLO.
  /// - Returns: `[B, V]`, the logits.
  public func logits(
    reading tokens: Tensor,
    from starts: Tensor,
    at places: Tensor,
    cache: inout KeyValueCache,
    parameters: UnstackedParameters,
    kernels: KernelLibrary? = nil
  ) -> Tensor {
    let operations: any ReadingOperations = kernels.map(ReadingKernels.init) ?? ComposedOperations()
    let (batch, length) = (tokens.shape[0], tokens.shape[1])
    let order = configuration.layerOrder ?? Array(0..<configuration.layerCount)
    let old = cache
    let context = CacheContext(
      configuration,
      starts: starts,
      length: length,
      capacity: old.keys.first?.shape[2] ?? length
    )
    var (keys, values): ([Tensor], [Tensor]) = ([], [])
    var hidden = parameters.shared[.embedding].gatheringRows(at: tokens)
    let scales = residualScales(hidden.elementType)?.unstacked()
    for (run, layer) in order.enumerated() {
      let block = LlamaBlock(configuration: configuration, operations: operations) {
        let (mixed, remembered) = operations.attention(
          queries: $0,
          keys: $1,
          values: $2,
          remembering: KeyValueCache.Layer(keys: old.keys[run], values: old.values[run]),
          context: context
        )
        keys.append(remembered.keys)
        values.append(remembered.values)
        return mixed
      }
      hidden = block(hidden, parameters.layers[layer], scale: scales?[run])
    }
    cache = KeyValueCache(keys: keys, values: values)
    // Of each row the one position that is asked for, by a sum of one term.
    let positions = Tensor.indices(TensorType(.int32, [batch, length, 1]), alongAxis: 1)
    let isWanted = (positions .== places.reshaped(to: [batch, 1, 1])).converted(
      to: hidden.elementType
    )
    let last = (hidden * isWanted).sum(axes: [1], keepingAxes: true)
    let normed = ComposedOperations().rootMeanSquareNorm(
      last,
      gain: parameters.shared[.finalNorm],
      epsilon: configuration.normEpsilon
    )
    let (projection, isTransposed) = parameters.shared.outputProjection
    let logits = ComposedOperations().logits(normed, projection, isTransposed: isTransposed)
    return logits.reshaped(to: [batch, configuration.vocabularySize])
  }
}
