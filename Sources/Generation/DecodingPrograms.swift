import Arrays
import Kernels
import LanguageModels
import PJRT
import Tensors

/// The compiled programs that read tokens into a cache, by the number of rows, of new tokens, and of the cache's places.
final class DecodingPrograms {
  private let configuration: LlamaConfiguration
  private let engine: Engine
  /// What does the parts that it is fastest at; nil where it cannot run.
  private let kernels: KernelLibrary?
  private let weights: DecodingWeights
  private let parameters: [Buffer]
  private var programs: [DecodingStep.Size: Program] = [:]

  /// Takes a model's parameters apart, layer by layer.
  ///
  /// - Throws: `KernelError` where its weights cannot be held so, `TraceError` or `PJRTError`.
  init(
    _ configuration: LlamaConfiguration,
    parameters: [Buffer],
    precision: WeightPrecision,
    engine: Engine
  ) throws {
    self.configuration = configuration
    self.engine = engine
    do {
      kernels = try KernelLibrary(client: engine.client)
    } catch let error as KernelError {
      if precision == .int8 { throw error }
      kernels = nil
    }
    let weights = DecodingWeights(configuration, precision, kernels)
    self.weights = weights
    let preparing = try engine.program(
      "preparing",
      parameters: configuration.parameterTypes,
      body: weights.prepared
    )
    self.parameters = try preparing(parameters)
  }

  /// An empty cache.
  func cache(batchSize: Int, capacity: Int) throws -> DeviceCache {
    let type = KeyValueCache.type(configuration, batchSize: batchSize, capacity: capacity)
    let zeros = HostArray(zeros: type)
    let buffers = try (0..<2 * configuration.appliedLayerCount).map { _ in
      try engine.client.buffer(from: zeros)
    }
    return DeviceCache(capacity: capacity, buffers: buffers)
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
      DecodingStep.Size(batchSize: batch, length: length, capacity: cache.capacity)
    )
    let arrays = [
      HostArray(tokens.flatMap(\.self), shape: [batch, length]),
      HostArray(starts.map(Int32.init), shape: [batch]),
      HostArray(places.map(Int32.init), shape: [batch]),
    ]
    let inputs = try arrays.map { try engine.client.buffer(from: $0) }
    let results = try program(parameters + cache.buffers + inputs)
    cache.buffers = Array(results.dropFirst())
    let logits = try results[0].copyToHost().values(as: Float.self)
    let size = configuration.vocabularySize
    return (0..<batch).map { Array(logits[$0 * size..<($0 + 1) * size]) }
  }

  private func program(_ size: DecodingStep.Size) throws -> Program {
    if let program = programs[size] { return program }
    let step = DecodingStep(
      configuration: configuration,
      weights: weights,
      size: size,
      kernels: kernels
    )
    let program = try engine.compile(step.traced())
    programs[size] = program
    return program
  }
}

/// Keys and values on a device.
struct DeviceCache {
  let capacity: Int
  /// The keys of each layer that runs, then their values.
  var buffers: [Buffer]
}
