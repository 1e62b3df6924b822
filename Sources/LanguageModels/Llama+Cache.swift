import Arrays
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
  /// - Returns: `[B, V]`, the logits.
  public func logits(
    reading tokens: Tensor,
    from starts: Tensor,
    at places: Tensor,
    cache: inout KeyValueCache,
    parameters: UnstackedParameters
  ) -> Tensor {
    let (batch, length) = (tokens.shape[0], tokens.shape[1])
    let order = configuration.layerOrder ?? Array(0..<configuration.layerCount)
    let old = cache
    let window = CacheWindow(
      configuration,
      starts: starts,
      length: length,
      capacity: old.keys.first?.shape[2] ?? length
    )
    var (keys, values): ([Tensor], [Tensor]) = ([], [])
    var hidden = parameters.shared[.embedding].gatheringRows(at: tokens)
    let scales = residualScales(hidden.elementType)?.unstacked()
    for (run, layer) in order.enumerated() {
      let block = LlamaBlock(configuration: configuration, operations: ComposedOperations()) {
        let (mixed, newKeys, newValues) = window.attend($0, $1, $2, old.keys[run], old.values[run])
        keys.append(newKeys)
        values.append(newValues)
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

/// Where new tokens stand in a cache, and what they see of it; the same in all layers.
private struct CacheWindow {
  private let rotary: RotaryEmbedding
  /// A scalar a row: where its new tokens begin.
  private let starts: [Tensor]
  /// `[B, 1, 1, T, S]`: what each new token sees.
  private let isVisible: Tensor

  init(_ configuration: LlamaConfiguration, starts: Tensor, length: Int, capacity: Int) {
    let batch = starts.shape[0]
    let square = TensorType(.int32, [batch, length, capacity])
    let positions =
      Tensor.indices(square, alongAxis: 1) + starts.reshaped(to: [batch, 1, 1])
    let places = Tensor.indices(square, alongAxis: 2)
    self.starts = (0..<batch).map {
      starts.sliced($0..<$0 + 1, alongAxis: 0).reshaped(to: [])
    }
    var isVisible = places .<= positions
    if let window = configuration.slidingWindow, window < capacity {
      isVisible = isVisible .& Visibility.isNear(places, positions, window: window)
    }
    self.isVisible = isVisible.reshaped(to: [batch, 1, 1, length, capacity])
    let half = TensorType(.float32, [batch, 1, length, configuration.headSize / 2])
    rotary = RotaryEmbedding(
      configuration,
      positions: Tensor.indices(half, alongAxis: 2)
        + starts.converted(to: .float32).reshaped(to: [batch, 1, 1, 1])
    )
  }

  /// Attention of new queries to old and new keys.
  ///
  /// - Parameters:
  ///   - queries: `[B, T, H, C]`, as the keys and values of new tokens yet to be turned.
  ///   - keys: `[B, T, K, C]`.
  ///   - values: `[B, T, K, C]`.
  ///   - oldKeys: `[B, K, S, C]`, turned.
  ///   - oldValues: `[B, K, S, C]`.
  /// - Returns: As the queries, and the keys and values with the new ones in their places.
  func attend(
    _ queries: Tensor,
    _ keys: Tensor,
    _ values: Tensor,
    _ oldKeys: Tensor,
    _ oldValues: Tensor
  ) -> (mixed: Tensor, keys: Tensor, values: Tensor) {
    let keyBKSC = placed(rotary(keys.transposed([0, 2, 1, 3])), over: oldKeys)
    let valueBKSC = placed(values.transposed([0, 2, 1, 3]), over: oldValues)
    let mixed = ComposedOperations().attention(
      queries: rotary(queries.transposed([0, 2, 1, 3])),
      keys: keyBKSC,
      values: valueBKSC,
      isVisible: isVisible
    )
    return (mixed, keyBKSC, valueBKSC)
  }

  /// Old rows `[B, K, S, C]` with new ones `[B, K, T, C]` in their places, which takes no more than writing them.
  private func placed(_ new: Tensor, over old: Tensor) -> Tensor {
    let zero = Tensor(0, .int32)
    return starts.enumerated().reduce(old) { cache, row in
      cache.updatingSlice(
        with: new.sliced(row.offset..<row.offset + 1, alongAxis: 0),
        at: [Tensor(Double(row.offset), .int32), zero, row.element, zero]
      )
    }
  }
}
