import Corpus
import Generation
import Kernels
import SavedModels
import Tensors

/// Asks a model the questions of tasks.
///
/// ```swift
/// let examiner = try Examiner(model, tokenizer: model.tokenizer(), engine: engine, kernels: kernels)
/// let result = try examiner.result(of: EvaluationTask.named("assignment-1").questions(count: 500))
/// print(result.mean(of: .accuracy) ?? 0)
/// ```
public final class Examiner {
  private let model: SavedModel
  let tokenizer: Tokenizer
  private let engine: Engine
  let encoder: ContinuationEncoder
  let scorer: ContinuationScorer
  private lazy var generator = Result {
    try TextGenerator(
      model,
      tokenizer: tokenizer,
      engine: engine,
      beginsDocuments: encoder.beginsDocuments
    )
  }

  /// Copies a model's parameters to the engine's device.
  ///
  /// - Parameters:
  ///   - model: The model.
  ///   - tokenizer: Its tokenizer.
  ///   - engine: What runs it.
  ///   - kernels: The kernels it calls; nil leaves everything to XLA.
  ///   - beginsDocuments: Whether each question is the beginning of a document.
  /// - Throws: `GenerationError`, `SavedModelError`, `SafetensorsError` or `PJRTError`.
  public init(
    _ model: SavedModel,
    tokenizer: Tokenizer,
    engine: Engine,
    kernels: KernelLibrary?,
    beginsDocuments: Bool = false
  ) throws {
    guard tokenizer.vocabularySize <= model.configuration.vocabularySize else {
      throw GenerationError.vocabulary(
        model: model.configuration.vocabularySize,
        tokenizer: tokenizer.vocabularySize
      )
    }
    self.model = model
    self.tokenizer = tokenizer
    self.engine = engine
    encoder = try ContinuationEncoder(tokenizer, beginsDocuments: beginsDocuments)
    scorer = try ContinuationScorer(model, engine: engine, kernels: kernels)
  }

  /// Asks the questions of a task.
  ///
  /// - Parameters:
  ///   - set: The questions.
  ///   - progress: Told which share of the work is done; whatever it throws ends the work.
  /// - Returns: The result.
  /// - Throws: ``EvaluationError``, `TokenizerError`, `TraceError`, `PJRTError`, or what `progress` throws.
  public func result(
    of set: QuestionSet,
    progress: (_ share: Double) throws -> Void = { _ in }
  ) throws -> TaskResult {
    let (task, questions) = (set.task, set.questions)
    let (scores, shortenedCount) = try scores(of: questions, task, progress)
    var columns: [String: [Double]] = [:]
    for metric in Metric.allCases {
      let values = scores.compactMap { $0[metric] }
      if values.count == questions.count, !values.isEmpty { columns[metric.rawValue] = values }
    }
    return TaskResult(
      task: task.name,
      version: task.version,
      questionCount: questions.count,
      shotCount: set.shotCount,
      seed: set.seed,
      checksum: set.checksum,
      metric: task.metric,
      chance: task.chance,
      shortenedCount: shortenedCount,
      knownCount: nil,
      scores: columns
    )
  }

  private func scores(
    of questions: [Question],
    _ task: EvaluationTask,
    _ progress: (Double) throws -> Void
  ) throws -> (scores: [ItemScore], shortenedCount: Int) {
    var requests: [ScoringRequest] = []
    var pending: [PendingScore] = []
    for question in questions {
      let first = requests.count
      let behind = { text in
        try self.encoder.request(
          context: question.context,
          continuation: task.format.delimiter + text
        )
      }
      switch question.item.demand {
      case .choice(let candidates, let answer):
        requests += try candidates.map(behind)
        if task.usesMutualInformation {
          requests += try candidates.map {
            try encoder.request(context: "", continuation: task.format.delimiter + $0)
          }
        }
        pending.append(.choice(candidates, answer: answer, scores: first..<requests.count))
      case .continuation(let text):
        requests.append(try behind(text))
        pending.append(.continuation(score: first))
      case .generation(let answers):
        pending.append(.generation(context: question.context, answers: answers))
      }
    }
    let found = try scorer.scores(requests) { try progress(Double($0) / Double($1)) }
    var shortenedCount = 0
    let written = try texts(for: pending, task.format, shortenedCount: &shortenedCount)
    var next = 0
    let scores = pending.map { pending -> ItemScore in
      switch pending {
      case .choice(let candidates, let answer, let range):
        let scores = Array(found[range])
        if scores.contains(where: { $0.tokensLeftOut > 0 }) { shortenedCount += 1 }
        return ChoiceScore(
          candidates: candidates,
          answer: answer,
          scores: Array(scores.prefix(candidates.count)),
          unconditional: scores.count > candidates.count
            ? scores.dropFirst(candidates.count).map(\.logLikelihood) : nil
        ).metrics
      case .continuation(let place):
        if found[place].tokensLeftOut > 0 { shortenedCount += 1 }
        return [
          .accuracy: found[place].isGreedy ? 1 : 0, .logLikelihood: found[place].logLikelihood,
        ]
      case .generation(_, let answers):
        next += 1
        return [.exactMatch: answers.map(Self.trimmed).contains(written[next - 1]) ? 1 : 0]
      }
    }
    return (scores, shortenedCount)
  }

  /// Where the numbers of a question will stand.
  private enum PendingScore {
    case choice([String], answer: Int, scores: Range<Int>)
    case continuation(score: Int)
    case generation(context: String, answers: [String])
  }

  /// What the model writes behind the questions that ask for it, blanks around it left out.
  private func texts(
    for pending: [PendingScore],
    _ format: TaskFormat,
    shortenedCount: inout Int
  ) throws -> [String] {
    let contexts = pending.compactMap { pending -> String? in
      if case .generation(let context, _) = pending { context } else { nil }
    }
    guard !contexts.isEmpty else { return [] }
    let continuations = try generator.get().continue(
      contexts,
      settings: SamplingSettings(temperature: 0),
      limits: TextGenerator.Limits(
        tokenCount: format.tokenCount,
        stops: format.stops,
        room: format.tokenCount
      )
    )
    shortenedCount += continuations.count { $0.tokensLeftOut > 0 }
    return continuations.map { Self.trimmed($0.text) }
  }

  private static func trimmed(_ text: String) -> String {
    let scalars = text.unicodeScalars.drop(while: \.properties.isWhitespace)
    let end = scalars.lastIndex { !$0.properties.isWhitespace }
    return String(scalars[..<(end.map(scalars.index(after:)) ?? scalars.startIndex)])
  }
}
