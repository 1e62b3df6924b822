import Arrays
import LanguageModels
import PJRT
import Tensors

/// The compiled programs that read tokens into a cache, by the number of rows, of new tokens, and of the cache's places.
final class DecodingPrograms {
  private struct Key: Hashable {
    let batchSize: Int
    let length: Int
    let capacity: Int
  }

  private let configuration: LlamaConfiguration
  private let engine: Engine
  private let parameters: [Buffer]
  private var programs: [Key: Program] = [:]

  init(_ configuration: LlamaConfiguration, parameters: [Buffer], engine: Engine) {
    self.configuration = configuration
    self.parameters = parameters
    self.engine = engine
  }

  /// An empty cache.
  func cache(batchSize: Int, capacity: Int) throws -> DeviceCache {
    let type = KeyValueCache.type(configuration, batchSize: batchSize, capacity: capacity)
    func buffer() throws -> Buffer { try engine.client.buffer(from: HostArray(zeros: type)) }
    return DeviceCache(capacity: capacity, keys: try buffer(), values: try buffer())
  }

  /// Reads further tokens.
  ///
  /// - Parameters:
  ///   - tokens: A row each, all of one length.
  ///   - starts: How many tokens each row has read.
  ///   - places: After which of a row's new tokens the logits are wanted.
  ///   - cache: The cache; the program's afterwards.
  /// - Returns: The logits of each row.
  /// - Throws: `TraceError` or `PJRTError`.
  func read(
    _ tokens: [[Int32]],
    from starts: [Int],
    at places: [Int],
    _ cache: inout DeviceCache
  ) throws -> [[Float]] {
    let (batch, length) = (tokens.count, tokens[0].count)
    let program = try program(
      Key(batchSize: batch, length: length, capacity: cache.capacity)
    )
    let arrays = [
      HostArray(tokens.flatMap(\.self), shape: [batch, length]),
      HostArray(starts.map(Int32.init), shape: [batch]),
      HostArray(places.map(Int32.init), shape: [batch]),
    ]
    let inputs = try arrays.map { try engine.client.buffer(from: $0) }
    let results = try program(parameters + [cache.keys, cache.values] + inputs)
    (cache.keys, cache.values) = (results[1], results[2])
    let logits = try results[0].copyToHost().values(as: Float.self)
    let size = configuration.vocabularySize
    return (0..<batch).map { Array(logits[$0 * size..<($0 + 1) * size]) }
  }

  private func program(_ key: Key) throws -> Program {
    if let program = programs[key] { return program }
    let types = configuration.parameterTypes
    let cacheType = KeyValueCache.type(
      configuration,
      batchSize: key.batchSize,
      capacity: key.capacity
    )
    let row = TensorType(.int32, [key.batchSize])
    let tokens = TensorType(.int32, [key.batchSize, key.length])
    let model = Llama(configuration)
    let program = try engine.program(
      "decoding",
      parameters: types + [cacheType, cacheType, tokens, row, row],
      donating: [types.count: 1, types.count + 1: 2]
    ) { inputs in
      let rest = Array(inputs.dropFirst(types.count))
      var cache = KeyValueCache(keys: rest[0], values: rest[1])
      let logits = model.logits(
        reading: rest[2],
        from: rest[3],
        at: rest[4],
        cache: &cache,
        parameters: LlamaParameters(
          configuration: configuration,
          tensors: Array(inputs.prefix(types.count))
        )
      )
      return [logits, cache.keys, cache.values]
    }
    programs[key] = program
    return program
  }
}

/// Keys and values on a device.
struct DeviceCache {
  let capacity: Int
  var keys: Buffer
  var values: Buffer
}
