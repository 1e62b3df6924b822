import Arrays
import Checkpoints
import Corpus
import EspalierTestSupport
import Foundation
import Growing
import LanguageModels
import PJRT
import SavedModels
import Tensors
import Testing

@testable import Generation

@Suite struct TextGeneratorTests {
  private struct Subject: Sendable {
    let folder: TemporaryFolder
    let configuration: LlamaConfiguration
    let saved: SavedModel
    let tokenizer: Tokenizer
    let engine: Engine

    /// The engine keeps the programs, so that making one more generator compiles nothing.
    func generator() throws -> TextGenerator {
      try TextGenerator(saved, tokenizer: tokenizer, engine: engine)
    }
  }

  /// A drawn model, made once.
  private static let subject = Result<Subject, any Error> {
    let tokenizer = try Tokenizer(
      path: TestPlugin.packageRoot.path + "/Tests/Fixtures/tokenizer/genesis-512.model"
    )
    let configuration = LlamaConfiguration(
      layerCount: 2,
      width: 16,
      headCount: 2,
      feedForwardWidth: 24,
      vocabularySize: 520,
      contextLength: 80
    )
    let state = ModelState(
      configuration: configuration,
      lineage: Lineage(depth: 2),
      tokenizerChecksum: tokenizer.checksum
    )
    var fields =
      try JSONSerialization.jsonObject(with: JSONEncoder().encode(state)) as? [String: Any] ?? [:]
    fields["position"] = ["step": 1]
    let folder = try TemporaryFolder()
    let checkpoint = try CheckpointStore(folder: folder / "checkpoints").write(
      Checkpoint(
        step: 1,
        model: configuration.parameterSpecifications.map {
          NamedArray($0.name, ParameterInitializer(seed: 8).array(for: $0))
        },
        optimizer: [],
        state: JSONSerialization.data(withJSONObject: fields)
      )
    )
    let saved = try SavedModel(checkpoint)
    let engine = Engine(
      client: try TestPlugin.client(),
      settings: ["xla_backend_optimization_level": "0"]
    )
    return Subject(
      folder: folder,
      configuration: configuration,
      saved: saved,
      tokenizer: tokenizer,
      engine: engine
    )
  }

  private static let greedy = SamplingSettings(temperature: 0)
  private static let prompts = [
    "In the beginning", "", "And the earth was without form, and void; and darkness", "é 🙂",
  ]

  /// The most likely tokens one after the other, from the whole text each time.
  private func greedyTokens(_ subject: Subject, _ prompt: String, count: Int) throws -> [Int32] {
    let length = subject.configuration.contextLength
    let types = subject.configuration.parameterTypes
    let program = try subject.engine.program(
      "whole",
      parameters: types + [TensorType(.int32, [1, length])]
    ) { inputs in
      [
        Llama(subject.configuration).logits(
          tokens: inputs[inputs.count - 1],
          parameters: LlamaParameters(
            configuration: subject.configuration,
            tensors: Array(inputs.dropLast())
          )
        )
      ]
    }
    let parameters = try subject.saved.parameters(on: subject.engine.client)
    let border = try #require(subject.tokenizer.endID)
    var tokens = [border] + (try subject.tokenizer.encode(prompt))
    var drawn: [Int32] = []
    while drawn.count < count {
      let row = tokens + [Int32](repeating: 0, count: length - tokens.count)
      let array = try subject.engine.client.buffer(from: HostArray(row, shape: [1, length]))
      let logits = try program(parameters + [array])[0].copyToHost().values(as: Float.self)
      let size = subject.configuration.vocabularySize
      let last = logits[(tokens.count - 1) * size..<(tokens.count - 1) * size + 512]
      let best =
        try #require(last.indices.max { (last[$0], $1) < (last[$1], $0) }) - last.startIndex
      if Int32(best) == border { break }
      tokens.append(Int32(best))
      drawn.append(Int32(best))
    }
    return drawn
  }

  @Test func greedyTextIsThatOfTheWholeTextReadAnew() throws {
    let subject = try Self.subject.get()
    let found = try subject.generator().continue(
      Self.prompts,
      settings: Self.greedy,
      limits: .init(tokenCount: 12)
    )
    for (continuation, prompt) in zip(found, Self.prompts) {
      #expect(continuation.prompt == prompt)
      #expect(try continuation.tokens == greedyTokens(subject, prompt, count: 12))
    }
  }

  /// Prompts of different lengths, more of them than are read at once.
  @Test func eachPromptGetsWhatItGetsAlone() throws {
    let subject = try Self.subject.get()
    let prompts = (0..<18).map { String(repeating: "the word ", count: $0 % 7) + "\($0)" }
    let together = try subject.generator().continue(
      prompts,
      settings: Self.greedy,
      limits: .init(tokenCount: 5)
    )
    #expect(together.map(\.prompt) == prompts)
    for index in [0, 6, 17] {
      let alone = try subject.generator().continue(
        [prompts[index]],
        settings: Self.greedy,
        limits: .init(tokenCount: 5)
      )
      #expect(alone[0] == together[index])
    }
  }

  @Test func aSeedDrawsTheSameAgainAndAnotherDoesNot() throws {
    let subject = try Self.subject.get()
    func text(_ seed: UInt64) throws -> [Continuation] {
      try subject.generator().continue(
        ["In the", "In the"],
        settings: SamplingSettings(seed: seed),
        limits: .init(tokenCount: 20)
      )
    }
    let first = try text(1)
    #expect(try text(1) == first)
    #expect(try text(2) != first)
    // Rows of one seed are drawn apart.
    #expect(first[0].tokens != first[1].tokens)
  }

  @Test func whatIsGivenOutOnTheWayIsTheText() throws {
    let subject = try Self.subject.get()
    for stops in [[], ["e"], ["never to be found"]] {
      var given: [Int: String] = [:]
      let found = try subject.generator().continue(
        Self.prompts,
        settings: SamplingSettings(seed: 3),
        limits: .init(tokenCount: 25, stops: stops)
      ) { given[$0, default: ""] += $1 }
      for (index, continuation) in found.enumerated() {
        #expect(given[index] ?? "" == continuation.text)
        #expect(!stops.contains { continuation.text.contains($0) })
      }
      #expect(found.contains { $0.ending == .stop } == (stops == ["e"]))
    }
  }

  @Test func aFullContextEndsAndALongPromptLosesItsBeginning() throws {
    let subject = try Self.subject.get()
    let found = try subject.generator().continue(
      ["a", String(repeating: "word ", count: 200)],
      settings: SamplingSettings(seed: 1),
      limits: .init(tokenCount: 1000)
    )
    let length = subject.configuration.contextLength
    #expect([.context, .document].contains(found[0].ending))
    #expect(found[0].tokensLeftOut == 0)
    #expect(found[1].tokensLeftOut > 0)
    let promptCount = try subject.tokenizer.encode(found[1].prompt).count + 1
    #expect(promptCount - found[1].tokensLeftOut == length - 1)
    #expect(found[1].tokens.count <= 1)
    #expect(try subject.generator().continue(["a"], limits: .init(tokenCount: 0))[0].tokens.isEmpty)
    #expect(try subject.generator().continue([]).isEmpty)
  }
}
