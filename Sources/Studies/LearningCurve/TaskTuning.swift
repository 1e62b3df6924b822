import Corpus
import Evaluation
import Files
import Foundation
import Recipes
import Runs
import SavedModels
import Tensors
import Training

/// A saved model fine-tuned on so many questions of a task, with the best of several learning rates.
struct TaskTuning {
  /// The checkpoint that is fine-tuned.
  let model: SavedModel
  let tokenizer: Tokenizer
  /// The task whose questions are learnt; other questions of it are asked afterwards.
  let task: EvaluationTask
  let exampleCount: Int
  /// Which examples are drawn.
  let seed: UInt64
  let rates: [Double]
  let steps: Int
  /// Where the runs lie while they are needed.
  let folder: String

  /// The questions that tell which rate is best, about.
  private static let heldOutCount = 64

  /// What came out.
  struct Outcome {
    let model: SavedModel
    /// The rate whose loss on held-out questions was least.
    let rate: Double
    /// That loss for each rate, in nats a token.
    let heldOutLosses: [Double]
  }

  /// Trains with each rate, going on with what was stopped.
  ///
  /// - Parameters:
  ///   - engine: What trains.
  ///   - arguments: The command line, for the records of the runs.
  ///   - watch: Asked before every step whether to go on.
  /// - Returns: The model of the best rate.
  /// - Throws: `Stopped`, or what fine-tuning throws.
  func tuned(
    engine: Engine,
    arguments: [String],
    watch: RunWatch<TrainingEvent>
  ) throws -> Outcome {
    let data = try examples()
    var losses: [Double] = []
    for rate in rates {
      let run = runFolder(rate)
      var session =
        RunStore(run).exists
        ? try TrainingSession(resuming: run, engine: engine) { _ in }
        : try FineTuning(
          TrainingOrigin(path: model.checkpoint.path, optimizer: .reset) { _ in },
          tokenizer: tokenizer,
          data: data,
          folder: run,
          settings: FineTuning.Settings(
            steps: steps,
            heldOutShare: Self.heldOutShare(exampleCount),
            seed: seed
          ),
          overrides: overrides(rate)
        )
        .session(engine: engine, arguments: arguments)
      let result = try session.run(watch)
      guard result.ending == .completed, let loss = result.record.outcome.finalValidationLoss else {
        throw Stopped()
      }
      losses.append(loss)
    }
    let best = rates.indices.min { losses[$0] < losses[$1] } ?? 0
    return Outcome(
      model: try SavedModel(path: runFolder(rates[best]).path) { _ in },
      rate: rates[best],
      heldOutLosses: losses
    )
  }

  /// Deletes the runs.
  func removeRuns() throws(FileError) {
    let files = LocalFileSystem()
    if files.exists(folder) { try files.removeTree(folder) }
  }

  private func runFolder(_ rate: Double) -> RunFolder { RunFolder(path: "\(folder)/rate-\(rate)") }

  /// Measuring once is enough, and so is one checkpoint.
  private func overrides(_ rate: Double) -> [RecipeOverride] {
    [
      ("training.learningRate.peak", "\(rate)"), ("evaluation.every", "\(steps)"),
      ("checkpoints.every", "\(steps)"),
      ("evaluation.sequences", "100000"),
    ].map { RecipeOverride(field: $0, value: $1, flag: "\($0)=\($1)") }
  }

  private static func heldOutShare(_ count: Int) -> Double {
    Double(heldOutCount) / Double(heldOutCount + count)
  }

  /// Writes exactly as many examples to train on as are asked for, and others where the rule of the token file holds out.
  private func examples() throws -> ExampleFile {
    let split = DocumentSplit(validationFraction: Self.heldOutShare(exampleCount), seed: seed)
    var parts: [Split] = []
    while parts.count(where: { $0 == .train }) < exampleCount {
      parts.append(split.split(ofDocument: parts.count))
    }
    let questions = try task.questions(count: parts.count, shotCount: 0, seed: seed).questions
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let lines = try questions.map { question in
      let example = [
        "prompt": question.context, "answer": task.format.delimiter + question.item.solution,
      ]
      return String(decoding: try encoder.encode(example), as: UTF8.self) + "\n"
    }
    let path = "\(folder)/examples.jsonl"
    try LocalFileSystem().createFolders(folder)
    try LocalFileSystem().replace(path, with: Array(lines.joined().utf8))
    return try ExampleFile(path: path)
  }
}
