import Arrays
import Corpus
import EspalierTestSupport
import Kernels
import LanguageModels
import Randomness
import Tensors
import Testing

@testable import Training

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// The loss of answers alone, in rows that hold several examples.
@Suite struct AnswerLossTests {
  private static let configuration = LlamaConfiguration(
    layerCount: 2,
    width: 16,
    headCount: 4,
    keyValueHeadCount: 2,
    feedForwardWidth: 24,
    vocabularySize: 512,
    contextLength: 24
  )

  private static func parameters() -> [HostArray] {
    let initializer = ParameterInitializer(seed: 3)
    return configuration.parameterSpecifications.map(initializer.array)
  }

  /// Examples of the training text, packed.
  private static func sequences(in folder: TemporaryFolder) throws -> TokenSequences {
    let texts = [
      ("In the beginning God", " created the heaven"), ("And the earth was", " without form"),
      ("and darkness", " was upon"), ("Let there be", " light: and there"), ("Day", " Night"),
    ]
    let lines = (texts + texts).map { "{\"prompt\":\"\($0)\",\"answer\":\"\($1)\"}\n" }.joined()
    try folder.write(lines, to: "data.jsonl")
    let tokenizer = try Tokenizer(
      path: TestPlugin.packageRoot.path + "/Tests/Fixtures/tokenizer/genesis-512.model"
    )
    let examples = try EncodedExamples(
      ExampleFile(path: folder / "data.jsonl"),
      with: tokenizer,
      contextLength: configuration.contextLength
    )
    try examples.write(to: folder / "e.tokens", split: DocumentSplit(validationFraction: 0.1))
    return try TokenFile(path: folder / "e.tokens")
      .exampleSequences(of: .train, contextLength: configuration.contextLength)
  }

  private static func batches(_ sequences: TokenSequences) -> BatchMaker {
    BatchMaker(
      sequences: MixedSequences([sequences]),
      objective: .answers(extraTokenCount: 0),
      vocabularySize: configuration.vocabularySize,
      separatesDocuments: true,
      stream: RandomStream(seed: 0)
    )
  }

  /// The summed loss of a batch and how many tokens count.
  private static func total(
    _ batch: [HostArray],
    rows: Int,
    kernels: KernelLibrary?
  ) throws -> (total: Float, count: Float) {
    let step = EvaluationStep(
      model: Llama(configuration, kernels: kernels),
      batchSize: rows,
      separatesDocuments: true,
      targets: .marked
    )
    let engine = try TestTraining.quickEngine()
    let results = try engine.compile(step.traced())(parameters() + batch)
    return (results[0].values(as: Float.self)[0], results[1].values(as: Float.self)[0])
  }

  private static func libraries() throws -> [KernelLibrary?] {
    [nil, try? KernelLibrary(client: TestPlugin.client())]
  }

  /// Each example by itself in a row, its logits, and by hand the logarithm of the share that each answer token has.
  @Test func theLossIsTheSumOfTheAnswersOfExamplesAlone() throws {
    let folder = try TemporaryFolder()
    let sequences = try Self.sequences(in: folder)
    let rows = Array(0..<sequences.count)
    #expect(sequences.count > 1)
    let segments = sequences.segments(rows)
    let tokens = try sequences.tokens(rows)
    let answers = try #require(sequences.answers(rows))

    var (sum, count) = (0.0, 0)
    for row in rows {
      let places = (0..<sequences.rowLength).map { row * sequences.rowLength + $0 }
      for segment in Set(places.map { segments[$0] }) {
        let example = places.filter { segments[$0] == segment }
        let counted = example.indices.filter { answers[example[$0]] == 1 }
        guard !counted.isEmpty else { continue }
        let logits = try Self.logits(example.map { tokens[$0] })
        for place in counted {
          let row = logits[place - 1]
          let largest = row.max() ?? 0
          let normalizer = largest + log(row.reduce(0) { $0 + exp($1 - largest) })
          sum += normalizer - row[Int(tokens[example[place]])]
          count += 1
        }
      }
    }
    let batch = try Self.batches(sequences).arrays(rows, numbers: rows)
    for kernels in try Self.libraries() {
      let found = try Self.total(batch, rows: rows.count, kernels: kernels)
      #expect(Int(found.count) == count)
      #expect(
        Tolerance(.float32, roundings: 64).mismatch("total", [Double(found.total)], [sum]) == nil
      )
    }
  }

  /// The logits of a text, `[T][V]`.
  private static func logits(_ tokens: [Int32]) throws -> [[Double]] {
    let types = configuration.parameterTypes + [TensorType(.int32, [1, tokens.count])]
    let program = try TestTraining.quickEngine().program("logits", parameters: types) { inputs in
      [
        Llama(configuration).logits(
          tokens: inputs[inputs.count - 1],
          parameters: LlamaParameters(configuration: configuration, tensors: inputs.dropLast())
        )
      ]
    }
    let array = try program(parameters() + [HostArray(tokens, shape: [1, tokens.count])])[0]
    let values = array.values(as: Float.self).map(Double.init)
    let size = configuration.vocabularySize
    return tokens.indices.map { Array(values[$0 * size..<($0 + 1) * size]) }
  }

  /// Whatever stands in the first example of a row, the loss of the second is the same to the bit.
  @Test func anExampleSeesNoOther() throws {
    let folder = try TemporaryFolder()
    let sequences = try Self.sequences(in: folder)
    // A row whose second document is no filling.
    let row = try #require(
      (0..<sequences.count).first { row in
        zip(sequences.segments([row]), sequences.answers([row]) ?? []).contains { $0 == (1, 1) }
      }
    )
    var batch = try Self.batches(sequences).arrays([row], numbers: [row])
    let documents = batch[4].values(as: Int32.self)
    let second = documents.map { $0 == 1 }
    let weights = zip(batch[2].values(as: Int32.self), second).map { $1 ? $0 : 0 }
    batch[2] = HostArray(weights, shape: batch[2].shape)
    var changed = batch
    let others = zip(batch[0].values(as: Int32.self), documents).map { $1 == 0 ? 511 - $0 : $0 }
    changed[0] = HostArray(others, shape: batch[0].shape)
    #expect(changed[0] != batch[0])
    for kernels in try Self.libraries() {
      let before = try Self.total(batch, rows: 1, kernels: kernels)
      let after = try Self.total(changed, rows: 1, kernels: kernels)
      #expect(before == after && before.count > 0)
      // Were they one document, the second would see the first.
      var joined = (batch, changed)
      let one = HostArray([Int32](repeating: 0, count: documents.count), shape: batch[4].shape)
      joined.0[4] = one
      joined.1[4] = one
      #expect(
        try Self.total(joined.0, rows: 1, kernels: kernels)
          != Self.total(joined.1, rows: 1, kernels: kernels)
      )
    }
  }
}
