import Corpus
import Evaluation
import Files
import Kernels
import SavedModels
import Tensors
import Training

/// Fine-tunes models on few questions of tasks and asks them others.
///
/// For each model, task, number of examples and draw, each learning rate of a small grid is tried and the one is kept whose
/// loss on held-out questions is least. The same command goes on with a study that was stopped.
public struct LearningCurveStudy {
  /// What a study tells whoever watches it.
  public enum Event: Sendable {
    /// A model is being trained.
    case training(model: String, task: String, examples: Int, draw: Int, share: Double)
    /// A model has answered: so many of so many.
    case finished(
      model: String,
      task: String,
      examples: Int,
      draw: Int,
      value: Double?,
      count: Int,
      of: Int
    )
    /// Something that the user should know, in one sentence.
    case notice(String)
  }

  /// What is learnt and asked.
  public struct Settings: Sendable {
    /// The tasks, all without an end.
    public var tasks: [EvaluationTask]
    /// How many questions are learnt from.
    public var exampleCounts: [Int]
    /// How often so many are drawn.
    public var drawCount: Int
    /// The learning rates that are tried.
    public var rates: [Double]
    /// The steps of each fine-tuning.
    public var steps: Int
    /// How many questions are asked.
    public var questionCount: Int
    /// All that is drawn follows from it.
    public var seed: UInt64
    /// A tokenizer to take instead of that of a model's run.
    public var tokenizer: String?

    /// States what is learnt and asked.
    public init(
      tasks: [EvaluationTask],
      exampleCounts: [Int] = [16, 64, 256, 1024],
      drawCount: Int = 3,
      rates: [Double] = [3e-4, 1e-3, 3e-3],
      steps: Int = 200,
      questionCount: Int = 500,
      seed: UInt64 = 0,
      tokenizer: String? = nil
    ) {
      self.tasks = tasks
      self.exampleCounts = exampleCounts
      self.drawCount = drawCount
      self.rates = rates
      self.steps = steps
      self.questionCount = questionCount
      self.seed = seed
      self.tokenizer = tokenizer
    }
  }

  /// The folder.
  public let folder: String
  /// What is known so far.
  public private(set) var record: LearningCurveRecord
  private let settings: Settings
  private let models: [(model: SavedModel, tokenizer: Tokenizer)]
  private let sets: [QuestionSet]

  /// Prepares a study, or goes on with the one in the folder.
  ///
  /// - Parameters:
  ///   - paths: Runs' folders or checkpoints'.
  ///   - settings: What is learnt and asked.
  ///   - folder: The folder.
  ///   - notice: Told what the user should know.
  /// - Throws: ``StudyError``, `SavedModelError`, `TokenizerError` or `EvaluationError`; nothing has been written then.
  public init(_ paths: [String], settings: Settings, folder: String, notice: (String) -> Void)
    throws
  {
    if let task = settings.tasks.first(where: { !$0.isEndless }) {
      throw StudyError.taskEnds(name: task.name)
    }
    models = try paths.map { path in
      let model = try SavedModel(path: path, notice: notice)
      return (model, try model.tokenizer(path: settings.tokenizer))
    }
    sets = try settings.tasks.map {
      try $0.questions(count: settings.questionCount, shotCount: 0, seed: settings.seed)
    }
    self.settings = settings
    self.folder = folder
    let fresh = LearningCurveRecord(
      formatVersion: LearningCurveRecord.formatVersion,
      models: try zip(models, paths).map { try EvaluatedModel($0.model, path: $1) },
      tasks: settings.tasks.map(\.name),
      metrics: settings.tasks.map(\.metric.rawValue),
      chances: settings.tasks.map(\.chance),
      exampleCounts: settings.exampleCounts,
      drawCount: settings.drawCount,
      rates: settings.rates,
      steps: settings.steps,
      questionCount: settings.questionCount,
      seed: settings.seed,
      cells: []
    )
    let names = fresh.models.map(\.path)
    if let twice = names.first(where: { path in names.count { $0 == path } > 1 }) {
      throw StudyError.evaluatedTwice(file: twice)
    }
    record = try StudyFile.resumed(fresh, path: "\(folder)/learning-curve.json")
  }

  /// Runs what has not run.
  ///
  /// - Parameters:
  ///   - engine: What trains and asks.
  ///   - kernels: The kernels for asking; nil leaves everything to XLA.
  ///   - arguments: The command line, for the records of the runs.
  ///   - watch: Told what happens, and asked before every step whether to go on.
  /// - Returns: Whether all is done; otherwise someone asked to stop.
  /// - Throws: `FileError.inUse` where another process works in the folder, or what training and asking throw.
  public mutating func run(
    engine: Engine,
    kernels: KernelLibrary?,
    arguments: [String],
    watch: RunWatch<Event>
  ) throws -> Bool {
    let path = "\(folder)/learning-curve.json"
    return try StudyFile.goOn(with: record, in: folder, path: path) { latest in
      record = latest
      for model in models.indices {
        for set in sets {
          for (examples, draw) in draws {
            try watch.goOn()
            try finish(model, set, examples, draw, engine, kernels, arguments, watch)
          }
        }
      }
      let study = record.study
      try StudyFile.write(study.markdown, path: "\(folder)/learning-curve.md")
      try StudyFile.write(record.csv, path: "\(folder)/learning-curve.csv")
      try StudyFile.write(study.page, path: "\(folder)/report.html")
    }
  }

  /// All numbers of examples with all their draws; no examples are drawn once.
  private var draws: [(examples: Int, draw: Int)] {
    [(0, 0)]
      + settings.exampleCounts.flatMap { count in (0..<settings.drawCount).map { (count, $0) } }
  }

  private mutating func finish(
    _ model: Int,
    _ set: QuestionSet,
    _ examples: Int,
    _ draw: Int,
    _ engine: Engine,
    _ kernels: KernelLibrary?,
    _ arguments: [String],
    _ watch: RunWatch<Event>
  ) throws {
    let (path, name) = (record.models[model].path, record.models.label(of: record.models[model]))
    let isKnown = record.cells(path, set.task.name, examples).contains { $0.draw == draw }
    if !isKnown {
      let (saved, tokenizer) = models[model]
      let tuning = TaskTuning(
        model: saved,
        tokenizer: tokenizer,
        task: set.task,
        exampleCount: examples,
        // The asked questions are those of the seed itself.
        seed: settings.seed &+ UInt64(draw) &+ 1,
        rates: settings.rates,
        steps: settings.steps,
        folder: "\(folder)/tuning"
      )
      let outcome =
        examples == 0
        ? nil
        : try tuning.tuned(
          engine: engine,
          arguments: arguments,
          watch: watch.reporting { event in
            guard case .advanced(let step, let total, _) = event else { return nil }
            let share = Double(step) / Double(total)
            return .training(
              model: name,
              task: set.task.name,
              examples: examples,
              draw: draw,
              share: share
            )
          }
        )
      let examiner = try Examiner(
        outcome?.model ?? saved,
        tokenizer: tokenizer,
        engine: engine,
        kernels: kernels,
        beginsDocuments: true
      )
      let result = try examiner.result(of: set)
      record.cells.append(
        LearningCurveRecord.Cell(
          path: path,
          task: set.task.name,
          examples: examples,
          draw: draw,
          learningRate: outcome?.rate,
          heldOutLosses: outcome?.heldOutLosses ?? [],
          metrics: EvaluationReport.values(of: result)
        )
      )
      try StudyFile.write(record, path: "\(folder)/learning-curve.json")
      try tuning.removeRuns()
    }
    let cells = record.cells(path, set.task.name, examples).filter { $0.draw == draw }
    watch.report(
      .finished(
        model: name,
        task: set.task.name,
        examples: examples,
        draw: draw,
        value: cells.first?.metrics[set.task.metric.rawValue]?.value,
        count: record.cells.count,
        of: models.count * sets.count * draws.count
      )
    )
  }
}
