import Arrays
import EspalierTestSupport
import PJRT
import Tensors
import Testing

@testable import LanguageModels

/// What a token sees, and what it does not, to the bit.
@Suite struct VisibilityTests {
  private static let length = 9

  /// The logits as `[T][V]` of one row of tokens.
  private struct Logits {
    private let program: Program
    private let parameters: [Buffer]
    private let client: Client
    let tokens: [Int32]

    init(_ execution: Llama.LayerExecution) throws {
      let subject = TestModel(
        configuration: LlamaConfiguration(
          layerCount: 2,
          width: 16,
          headCount: 4,
          keyValueHeadCount: 2,
          feedForwardWidth: 12,
          vocabularySize: 11,
          contextLength: length
        ),
        elementType: .float32,
        execution: execution
      )
      let row = TensorType(.int32, [1, length])
      let client = try TestPlugin.client()
      self.client = client
      program = try subject.program("visibility", [row, row]) { weights, inputs in
        [subject.model.logits(tokens: inputs[0], segments: inputs[1], parameters: weights)]
      }
      parameters = try subject.parameters().map { try client.buffer(from: $0) }
      tokens = subject.tokens(rows: 1, length: length).values()
    }

    func callAsFunction(_ tokens: [Int32], _ segments: [Int32]) throws -> [[Float]] {
      let rows = try [tokens, segments].map {
        try client.buffer(from: HostArray($0, shape: [1, length]))
      }
      let logits = try program(parameters + rows)[0].copyToHost().values(as: Float.self)
      let width = logits.count / length
      return (0..<length).map { Array(logits[$0 * width..<($0 + 1) * width]) }
    }

    /// The positions whose logits change when one token does.
    func positions(changedBy position: Int, _ segments: [Int32]) throws -> [Int] {
      var other = tokens
      other[position] = (other[position] + 1) % 11
      let (before, after) = (try self(tokens, segments), try self(other, segments))
      return (0..<length).filter { before[$0] != after[$0] }
    }
  }

  @Test("A token changes the logits from its position on, and none before")
  func tokensAreSeenOnlyByLaterOnes() throws {
    let logits = try Logits(.unrolled)
    for position in 0..<Self.length {
      let changed = try logits.positions(
        changedBy: position,
        [Int32](repeating: 0, count: Self.length)
      )
      #expect(changed == Array(position..<Self.length))
    }
  }

  @Test(
    "A token changes nothing in another document",
    arguments: [Llama.LayerExecution.unrolled, .scan]
  )
  func tokensAreSeenOnlyInTheirDocument(_ execution: Llama.LayerExecution) throws {
    let logits = try Logits(execution)
    let segments: [Int32] = [5, 5, 5, 6, 7, 7, 7, 7, 9]
    for position in 0..<Self.length {
      let changed = try logits.positions(changedBy: position, segments)
      let own = (position..<Self.length).filter { segments[$0] == segments[position] }
      #expect(changed == own)
    }
  }

  @Test("A document's logits do not depend on how far into the row it begins")
  func placeInTheRowDoesNotMatter() throws {
    let logits = try Logits(.unrolled)
    let document: [Int32] = [3, 1, 4, 1]
    let padding: [Int32] = [10, 9, 8, 7, 6]
    let first = try logits(document + padding, [0, 0, 0, 0, 1, 1, 1, 1, 1])
    let last = try logits(padding + document, [0, 0, 0, 0, 0, 1, 1, 1, 1])
    // Angles of up to 9 radians are rounded, and their sines enter every score.
    let mismatch = Tolerance(.float32, roundings: 256).mismatch(
      "logits",
      last[5...].flatMap { $0.map(Double.init) },
      first[..<4].flatMap { $0.map(Double.init) }
    )
    #expect(mismatch == nil)
    let alone = try logits(document + padding, [Int32](repeating: 0, count: Self.length))
    #expect(alone[..<4] == first[..<4])
  }
}
