import Arrays
import Kernels
import LanguageModels
import Tensors

/// Traces the program that reads further tokens of each row into a cache and says what comes next.
package struct DecodingStep {
  /// The sizes that a program is made for.
  package struct Size: Hashable, Sendable {
    /// The rows.
    var batchSize: Int
    /// The new tokens of each row.
    var length: Int
    /// How many tokens of a row the cache holds.
    var capacity: Int
  }

  let configuration: LlamaConfiguration
  let weights: DecodingWeights
  let size: Size
  /// What does the parts that it is fastest at; nil for plain StableHLO.
  var kernels: KernelLibrary?

  /// The types of the cache: the keys of each layer that runs, then their values.
  var cacheTypes: [TensorType] {
    let type = KeyValueCache.type(
      configuration,
      batchSize: size.batchSize,
      capacity: size.capacity
    )
    return Array(repeating: type, count: 2 * configuration.appliedLayerCount)
  }

  /// Traces the program.
  ///
  /// Its parameters are the weights, the cache, which is donated, the new tokens, how many tokens each row has read,
  /// and after which of the new ones its logits are wanted; its results the logits and the cache.
  ///
  /// - Returns: The function.
  /// - Throws: `TraceError`.
  package func traced() throws(TraceError) -> TracedFunction {
    let (types, cacheTypes) = (weights.types, cacheTypes)
    let layerCount = configuration.appliedLayerCount
    let row = TensorType(.int32, [size.batchSize])
    let tokens = TensorType(.int32, [size.batchSize, size.length])
    let model = Llama(configuration)
    let function = try TracedFunction(
      "decoding",
      parameters: types + cacheTypes + [tokens, row, row],
      donating: Dictionary(
        uniqueKeysWithValues: cacheTypes.indices.map { (types.count + $0, 1 + $0) }
      )
    ) { inputs in
      let rest = Array(inputs.dropFirst(types.count))
      var cache = KeyValueCache(
        keys: Array(rest[..<layerCount]),
        values: Array(rest[layerCount..<2 * layerCount])
      )
      let read = Array(rest[(2 * layerCount)...])
      let logits = model.logits(
        reading: read[0],
        from: read[1],
        at: read[2],
        cache: &cache,
        parameters: weights.parameters(Array(inputs.prefix(types.count))),
        kernels: kernels
      )
      return [logits] + cache.keys + cache.values
    }
    return weights.reading(function)
  }
}

extension TextGenerator {
  /// The programs that read prompts and write, for a model whose whole context is used.
  ///
  /// - Parameters:
  ///   - configuration: The model.
  ///   - rows: The texts that are continued at once.
  ///   - kernels: What does the parts that it is fastest at; nil for plain StableHLO.
  /// - Returns: What reads a chunk of the prompts, and what reads the token that was written last.
  package static func steps(
    _ configuration: LlamaConfiguration,
    rows: Int,
    kernels: KernelLibrary?
  ) -> (reading: DecodingStep, writing: DecodingStep) {
    func step(length: Int) -> DecodingStep {
      DecodingStep(
        configuration: configuration,
        weights: DecodingWeights(configuration, .float32, nil),
        size: DecodingStep.Size(
          batchSize: ProgramSize.powerOfTwo(atLeast: min(rows, largestBatch)),
          length: length,
          capacity: capacity(contextLength: configuration.contextLength)
        ),
        kernels: kernels
      )
    }
    return (step(length: chunkLength), step(length: 1))
  }
}
