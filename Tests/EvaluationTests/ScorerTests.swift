import EspalierTestSupport
import Foundation
import Kernels
import SavedModels
import Tensors
import Testing

@testable import Evaluation

@Suite struct ScorerTests {
  private static let sample = Result { try SampleModel { $0.contextLength = 64 } }

  private func scorer(kernels: Bool = false, layers: [Int]? = nil) throws -> ContinuationScorer {
    let sample = try Self.sample.get()
    let client = try TestPlugin.client()
    return try ContinuationScorer(
      layers.map(sample.saved.running) ?? sample.saved,
      engine: Engine(client: client),
      kernels: kernels ? KernelLibrary(client: client) : nil
    )
  }

  /// Requests of many lengths; some differ in the last token only.
  private static let requests = (0..<40).flatMap { index -> [ScoringRequest] in
    let context = (0...index).map { Int32(($0 * 37 + index * 11) % 500) }
    let ends = [[Int32(index)], [Int32(index + 1)], [7, Int32(index), 9]]
    return ends.map { ScoringRequest(context: context, continuation: $0) }
  }

  /// What is scored together with others is what is scored by itself.
  @Test func batchesChangeNothing() throws {
    let scorer = try scorer()
    let together = try scorer.scores(Self.requests)
    for index in stride(from: 0, to: Self.requests.count, by: 17) {
      let alone = try scorer.scores([Self.requests[index]])[0]
      #expect(abs(alone.logLikelihood - together[index].logLikelihood) < 1e-4)
      #expect(alone.isGreedy == together[index].isGreedy)
    }
    #expect(try scorer.scores([]).isEmpty)
  }

  @Test func kernelsChangeNothing() throws {
    let (plain, withKernels) = (try scorer(), try scorer(kernels: true))
    let found = try withKernels.scores(Self.requests)
    for (one, other) in zip(found, try plain.scores(Self.requests)) {
      #expect(abs(one.logLikelihood - other.logLikelihood) < 1e-4)
    }
  }

  /// Of three tokens the probability is the product of each behind those before.
  @Test func aContinuationIsItsTokensOneByOne() throws {
    let scorer = try scorer()
    let tokens: [Int32] = [5, 80, 300]
    let whole = try scorer.scores([ScoringRequest(context: [1, 2], continuation: tokens)])[0]
    let parts = try scorer.scores(
      tokens.indices.map {
        ScoringRequest(context: [1, 2] + tokens[..<$0], continuation: [tokens[$0]])
      }
    )
    #expect(abs(whole.logLikelihood - parts.reduce(0) { $0 + $1.logLikelihood }) < 1e-4)
  }

  @Test func allTokensTogetherAreCertain() throws {
    let scores = try scorer().scores(
      (0..<512).map { ScoringRequest(context: [3, 9, 27], continuation: [$0]) }
    )
    #expect(abs(scores.reduce(0) { $0 + exp($1.logLikelihood) } - 1) < 1e-4)
    #expect(scores.count(where: \.isGreedy) == 1)
    let best = scores.indices.max { scores[$0].logLikelihood < scores[$1].logLikelihood }
    #expect(best.map { scores[$0].isGreedy } == true)
  }

  /// The sample's layers run as 0, 1, 0; places count the runs.
  @Test func layersRunInTheOrderAskedFor() throws {
    let sample = try Self.sample.get()
    #expect(sample.saved.running([0, 1, 2]).configuration.layerOrder == [0, 1, 0])
    #expect(sample.saved.running([0, 1, 1, 2]).configuration.layerOrder == [0, 1, 1, 0])
    #expect(sample.saved.running([2, 1]).configuration.layerOrder == [0, 1])
    let asTrained = try scorer().scores(Self.requests).map(\.logLikelihood)
    #expect(try scorer(layers: [0, 1, 2]).scores(Self.requests).map(\.logLikelihood) == asTrained)
    // The first and the third run are of one layer.
    #expect(try scorer(layers: [2, 1, 0]).scores(Self.requests).map(\.logLikelihood) == asTrained)
    #expect(
      try scorer(layers: [0, 1, 1, 2]).scores(Self.requests).map(\.logLikelihood) != asTrained
    )
  }

  @Test func whatCannotBeScoredIsRefused() throws {
    let sample = try Self.sample.get()
    #expect(throws: EvaluationError.continuationTooLong(tokenCount: 65, limit: 64)) {
      try scorer().scores([
        ScoringRequest(context: [1], continuation: Array(repeating: 2, count: 65))
      ])
    }
    let encoder = try ContinuationEncoder(sample.tokenizer)
    #expect(throws: EvaluationError.emptyContinuation("", context: "God")) {
      try encoder.request(context: "God", continuation: "")
    }
  }

  @Test func aDocumentsBeginningHasItsToken() throws {
    let sample = try Self.sample.get()
    let plain = try ContinuationEncoder(sample.tokenizer)
    let beginning = try ContinuationEncoder(sample.tokenizer, beginsDocuments: true)
    let one = try plain.request(context: "In the", continuation: " beginning")
    let other = try beginning.request(context: "In the", continuation: " beginning")
    #expect(other.context == [plain.documentStartID] + one.context)
    #expect(other.continuation == one.continuation)
    let empty = try plain.request(context: "", continuation: "In")
    #expect(empty.context == [plain.documentStartID])
    #expect(try beginning.request(context: "", continuation: "In") == empty)
    #expect(try plain.request(context: " ", continuation: "In").context == [plain.documentStartID])
  }
}
