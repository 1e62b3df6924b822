import Arrays
import EspalierTestSupport
import Growing
import Kernels
import PJRT
import Tensors
import Testing

@testable import LanguageModels

/// What a model says with what it remembers is what it says of the whole text.
@Suite struct CacheTests {
  private static let kernelsAreThere = !KernelLibrary.sets.isEmpty

  private static let plain = LlamaConfiguration(
    layerCount: 2,
    width: 12,
    headCount: 3,
    feedForwardWidth: 20,
    vocabularySize: 17,
    contextLength: 16
  )

  /// Groups of heads of their own size, an untied head, layers that run again, gates.
  private static let odd = {
    var configuration = LlamaConfiguration(
      layerCount: 2,
      width: 8,
      headCount: 4,
      keyValueHeadCount: 2,
      feedForwardWidth: 12,
      vocabularySize: 11,
      contextLength: 16,
      tiesEmbedding: false,
      ropeBase: 500,
      ownHeadSize: 6
    )
    configuration.layerOrder = [0, 1, 1, 0]
    configuration.outputGates = .trained
    return configuration
  }()

  /// Everything that the model has variants of.
  private static let varied = {
    var configuration = odd
    configuration.vary()
    return configuration
  }()

  private struct Reader {
    let subject: TestModel
    let client: Client
    let parameters: [Buffer]
    let unstacked: [Buffer]
    let rows: Int
    let capacity: Int
    let kernels: KernelLibrary?
    var cache: [Buffer]

    // `unwritten` lies in places of the cache that were not written, which must not matter.
    init(
      _ configuration: LlamaConfiguration,
      rows: Int,
      capacity: Int,
      withKernels: Bool,
      unwritten: Float = 1e3
    ) throws {
      subject = TestModel(configuration: configuration, elementType: .float32)
      client = try TestPlugin.client()
      kernels = withKernels ? try KernelLibrary(client: client) : nil
      let arrays = subject.parameters()
      parameters = try arrays.map { [client] in try client.buffer(from: $0) }
      let unstacking = try TestModel.engine()
        .program("unstacking", parameters: configuration.parameterTypes) {
          UnstackedParameters.unstacking($0, configuration)
        }
      unstacked = try unstacking(parameters)
      (self.rows, self.capacity) = (rows, capacity)
      let type = KeyValueCache.type(configuration, batchSize: rows, capacity: capacity)
      let rubbish = HostArray(
        [Float](repeating: unwritten, count: type.shape.elementCount),
        shape: type.shape
      )
      cache = try (0..<2 * configuration.appliedLayerCount).map { [client] _ in
        try client.buffer(from: rubbish)
      }
    }

    /// Reads tokens, a row each; returns the logits after the place of each row.
    mutating func read(_ tokens: [[Int32]], from starts: [Int], at places: [Int]) throws
      -> [[Float]]
    {
      let length = tokens[0].count
      let type = KeyValueCache.type(subject.configuration, batchSize: rows, capacity: capacity)
      let row = TensorType(.int32, [rows])
      let types = UnstackedParameters.types(subject.configuration)
      let layers = subject.configuration.appliedLayerCount
      let program = try TestModel.engine().program(
        "cached",
        parameters: types + Array(repeating: type, count: 2 * layers)
          + [TensorType(.int32, [rows, length]), row, row]
      ) { inputs in
        let rest = Array(inputs.dropFirst(types.count))
        var cache = KeyValueCache(
          keys: Array(rest[..<layers]),
          values: Array(rest[layers..<2 * layers])
        )
        let read = Array(rest[(2 * layers)...])
        let logits = subject.model.logits(
          reading: read[0],
          from: read[1],
          at: read[2],
          cache: &cache,
          parameters: UnstackedParameters(
            subject.configuration,
            tensors: Array(inputs.prefix(types.count))
          ),
          kernels: kernels
        )
        return [logits] + cache.keys + cache.values
      }
      let arrays = [
        HostArray(tokens.flatMap(\.self), shape: [rows, length]),
        HostArray(starts.map(Int32.init), shape: [rows]),
        HostArray(places.map(Int32.init), shape: [rows]),
      ]
      let inputs = try arrays.map { try client.buffer(from: $0) }
      let results = try program(unstacked + cache + inputs)
      cache = Array(results[1...])
      let logits = try results[0].copyToHost().values(as: Float.self)
      let size = subject.configuration.vocabularySize
      return (0..<rows).map { Array(logits[$0 * size..<($0 + 1) * size]) }
    }

    /// The logits at every place of whole rows.
    func wholeLogits(_ tokens: [[Int32]]) throws -> [[[Float]]] {
      let length = tokens[0].count
      let program = try subject.program("whole", [TensorType(.int32, [rows, length])]) {
        weights,
        inputs in
        [subject.model.logits(tokens: inputs[0], parameters: weights)]
      }
      let array = HostArray(tokens.flatMap(\.self), shape: [rows, length])
      let logits = try program(parameters + [client.buffer(from: array)])[0].copyToHost()
        .values(as: Float.self)
      let size = subject.configuration.vocabularySize
      return (0..<rows).map { row in
        (0..<length).map { place in
          Array(logits[(row * length + place) * size..<(row * length + place + 1) * size])
        }
      }
    }
  }

  private func isClose(_ found: [Float], _ expected: [Float]) -> Bool {
    let scale = expected.map(\.magnitude).max() ?? 0
    return zip(found, expected).allSatisfy { abs($0 - $1) <= 2e-5 * max(scale, 1) }
  }

  private func tokens(_ configuration: LlamaConfiguration, rows: Int) -> [[Int32]] {
    let drawn = TestModel(configuration: configuration, elementType: .float32)
      .tokens(rows: rows, length: 12).values(as: Int32.self)
    return (0..<rows).map { Array(drawn[$0 * 12..<($0 + 1) * 12]) }
  }

  @Test(
    "Read in pieces of any length, each place says what it says in the whole row",
    arguments: [[12], [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1], [5, 1, 4, 2], [8, 4]],
    [(plain, false), (odd, false), (varied, false)]
      + (kernelsAreThere ? [(plain, true), (odd, true), (varied, true)] : [])
  )
  fileprivate func piecesSayWhatTheWholeSays(
    pieces: [Int],
    subject: (configuration: LlamaConfiguration, withKernels: Bool)
  ) throws {
    let configuration = subject.configuration
    let tokens = tokens(configuration, rows: 2)
    var reader = try Reader(
      configuration,
      rows: 2,
      capacity: 14,
      withKernels: subject.withKernels,
      // Kernels read a few new tokens; XLA's products multiply what was not written by 0.
      unwritten: subject.withKernels && pieces.allSatisfy { $0 == 1 } ? .nan : 1e3
    )
    let whole = try reader.wholeLogits(tokens)
    var start = 0
    for piece in pieces {
      let part = tokens.map { Array($0[start..<start + piece]) }
      let place = piece - 1
      let found = try reader.read(part, from: [start, start], at: [place, place])
      for row in 0..<2 { #expect(isClose(found[row], whole[row][start + place])) }
      start += piece
    }
  }

  @Test(
    "Rows of different lengths are filled up and go on each from its own end",
    arguments: kernelsAreThere ? [false, true] : [false]
  )
  func rowsGoOnFromTheirOwnEnds(withKernels: Bool) throws {
    let configuration = Self.odd
    let tokens = tokens(configuration, rows: 3)
    let lengths = [3, 7, 5]
    var reader = try Reader(configuration, rows: 3, capacity: 12, withKernels: withKernels)
    let whole = try reader.wholeLogits(tokens)
    // What fills a row up is another token than the one that comes.
    let filled = zip(tokens, lengths).map { row, length in
      Array(row.prefix(length)) + [Int32](repeating: 1, count: 8 - length)
    }
    let first = try reader.read(filled, from: [0, 0, 0], at: lengths.map { $0 - 1 })
    for row in 0..<3 { #expect(isClose(first[row], whole[row][lengths[row] - 1])) }
    for further in 0..<5 {
      let places = lengths.map { $0 + further }
      let next = (0..<3).map { [tokens[$0][places[$0]]] }
      let found = try reader.read(next, from: places, at: [0, 0, 0])
      for row in 0..<3 { #expect(isClose(found[row], whole[row][places[row]])) }
    }
  }
}
