import EspalierTestSupport
import Foundation
import SavedModels
import Tensors
import Testing

@testable import Corpus
@testable import Evaluation

/// Against lm-evaluation-harness: the same model, put the same tasks (`Tests/Oracles/harness_scores.py`).
@Suite struct HarnessTests {
  private struct Golden: Decodable {
    struct Task: Decodable {
      var items: [Item]
      var results: [String: Double]
    }
    struct Item: Decodable {
      var metrics: [String: Double]
      var requests: [Request]?
      var context: String?
      var text: String?
    }
    struct Request: Decodable {
      var texts: [String]
      var context: [Int32]
      var continuation: [Int32]
      var logLikelihood: Double
      var isGreedy: Bool
    }
    struct Rolling: Decodable {
      var text: String
      var logLikelihood: Double
    }
    var tasks: [String: Task]
    var rolling: Rolling
  }

  private static let fixtures = TestPlugin.packageRoot.path + "/Tests/Fixtures/harness"
  private static let sample = Result { try SampleModel() }

  private func golden() throws -> Golden {
    let data = try Data(contentsOf: URL(fileURLWithPath: Self.fixtures + "/golden.json"))
    return try JSONDecoder().decode(Golden.self, from: data)
  }

  private func examiner() throws -> Examiner {
    let sample = try Self.sample.get()
    let engine = Engine(client: try TestPlugin.client())
    return try Examiner(sample.saved, tokenizer: sample.tokenizer, engine: engine, kernels: nil)
  }

  @Test func theTokensAreTheSame() throws {
    let sample = try Self.sample.get()
    let encoder = try ContinuationEncoder(sample.tokenizer)
    let requests = try golden().tasks.values.flatMap(\.items).flatMap { $0.requests ?? [] }
    #expect(requests.count > 50)
    for request in requests {
      let found = try encoder.request(context: request.texts[0], continuation: request.texts[1])
      #expect(found.context == request.context, "\(request.texts)")
      #expect(found.continuation == request.continuation, "\(request.texts)")
    }
  }

  @Test func theLogLikelihoodsAreTheSame() throws {
    let requests = try golden().tasks.values.flatMap(\.items).flatMap { $0.requests ?? [] }
    let scores = try examiner().scorer.scores(
      requests.map { ScoringRequest(context: $0.context, continuation: $0.continuation) }
    )
    for (score, request) in zip(scores, requests) {
      #expect(abs(score.logLikelihood - request.logLikelihood) < 1e-3, "\(request.texts)")
      #expect(score.isGreedy == request.isGreedy, "\(request.texts)")
      let tooMany = request.context.count + request.continuation.count - 33
      #expect(score.tokensLeftOut == max(0, tooMany))
    }
  }

  /// Item by item, and their means and standard errors to the digits that the harness prints.
  @Test(arguments: ["places", "blanks", "greedy", "written"])
  func theMetricsAreTheSame(name: String) throws {
    let golden = try #require(try golden().tasks[name])
    let result = try examiner().result(
      of: EvaluationTask.named("\(Self.fixtures)/\(name).yaml").questions()
    )
    #expect(result.questionCount == golden.items.count)
    for (index, item) in golden.items.enumerated() {
      for (metric, value) in item.metrics {
        #expect(result.scores[metric]?[index] == value, "\(metric) of item \(index)")
      }
    }
    #expect(!golden.results.isEmpty)
    for (key, value) in golden.results {
      let isError = key.hasSuffix("_stderr")
      let metric = try #require(Metric(rawValue: isError ? String(key.dropLast(7)) : key))
      let found = isError ? result.standardError(of: metric) : result.mean(of: metric)
      #expect(abs(try #require(found) - value) < 1e-12, "\(key)")
    }
  }

  /// A text longer than the model sees, window by window.
  @Test func aLongTextIsScoredAsThere() throws {
    let (sample, golden) = (try Self.sample.get(), try golden().rolling)
    #expect(try sample.tokenizer.encode(golden.text).count > 2 * 32)
    let folder = try TemporaryFolder()
    try folder.write(golden.text, to: "text.txt")
    let results = try examiner().results(of: TextCollection(paths: [folder / "text.txt"]))
    #expect(results.map(\.source) == ["text.txt"])
    #expect(abs(results[0].loss + golden.logLikelihood) < 2e-3)
    let bits = -golden.logLikelihood / log(2) / Double(golden.text.utf8.count)
    #expect(abs(results[0].bitsPerByte - bits) < 1e-4)
  }
}
