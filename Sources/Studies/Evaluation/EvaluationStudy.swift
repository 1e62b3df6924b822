import Checksums
import Corpus
import Evaluation
import Files
import Kernels
import Reports
import Runs
import SavedModels
import Tensors
import Training

/// Asks models the questions of tasks and keeps the answers in a folder.
///
/// Each model in each order of its layers has a file of its own, which is written after each task, so that the same command
/// goes on after an interruption, and further models and tasks join those that are there.
public struct EvaluationStudy {
  /// What an evaluation tells whoever watches it.
  public enum Event: Sendable {
    /// A model is being asked.
    case asking(model: String, task: String, share: Double)
    /// A task is done, or was before: so many of so many.
    case finished(model: String, task: String, value: Double?, count: Int, of: Int)
    /// Something that the user should know, in one sentence.
    case notice(String)
  }

  /// In which orders a model's layers run.
  public enum Orders: Hashable, Sendable {
    /// As they were trained.
    case asTrained
    /// Given one by one, as `LayerOrder.init(_:layerCount:)` reads them.
    case listed([String])
    /// The middle block so many times, of so many layers; nil for the block by which the model's run grew.
    case repeatingMiddle([Int], blockSize: Int?)
  }

  /// What is asked, and how.
  public struct Settings: Sendable {
    /// The questions.
    public var sets: [QuestionSet]
    /// Texts that are to be foretold; nil for none.
    public var texts: TextCollection?
    /// Which checkpoints of runs are asked.
    public var checkpoints: CheckpointChoice
    /// The orders of layers.
    public var orders: Orders
    /// Whether each question is the beginning of a document.
    public var beginsDocuments: Bool
    /// A tokenizer to take instead of that of a model's run.
    public var tokenizer: String?

    /// States what is asked.
    public init(
      sets: [QuestionSet],
      texts: TextCollection? = nil,
      checkpoints: CheckpointChoice = .newest,
      orders: Orders = .asTrained,
      beginsDocuments: Bool = false,
      tokenizer: String? = nil
    ) {
      self.sets = sets
      self.texts = texts
      self.checkpoints = checkpoints
      self.orders = orders
      self.beginsDocuments = beginsDocuments
      self.tokenizer = tokenizer
    }
  }

  /// A model in one order of its layers.
  private struct Subject {
    let model: SavedModel
    let tokenizer: Tokenizer
    var record: EvaluationRecord
    let file: String
  }

  /// The folder.
  public let folder: String
  private let settings: Settings
  private let textsChecksum: String?
  private var subjects: [Subject]
  /// The texts that models were trained on.
  private var texts = TrainedTexts()

  /// Prepares to ask.
  ///
  /// - Parameters:
  ///   - paths: Runs' folders or checkpoints'.
  ///   - settings: What is asked.
  ///   - folder: The folder of the answers.
  ///   - notice: Told what the user should know.
  /// - Throws: ``StudyError``, `SavedModelError`, `TokenizerError` or `EvaluationError`; nothing has been written then.
  public init(
    _ paths: [String],
    settings: Settings,
    folder: String,
    notice: (String) -> Void
  ) throws {
    self.folder = folder
    self.settings = settings
    textsChecksum = try settings.texts.map(Self.checksum)
    subjects = []
    for path in paths {
      for model in try settings.checkpoints.models(at: path, notice: notice) {
        let tokenizer = try model.tokenizer(path: settings.tokenizer)
        let described = try EvaluatedModel(model, path: path)
        for (order, repeats) in try settings.orders.list(for: model) {
          let record = EvaluationRecord(
            model: described,
            order: order,
            repeats: repeats,
            beginsDocuments: settings.beginsDocuments
          )
          subjects.append(
            Subject(
              model: order.layers.map(model.running) ?? model,
              tokenizer: tokenizer,
              record: record,
              file: "\(folder)/\(Self.fileName(record))"
            )
          )
        }
      }
    }
    let files = subjects.map(\.file)
    if let twice = files.first(where: { file in files.count { $0 == file } > 1 }) {
      throw StudyError.evaluatedTwice(file: twice)
    }
  }

  /// What was answered so far, side by side.
  public var report: EvaluationReport { EvaluationReport(subjects.map(\.record)) }

  /// Asks what was not asked.
  ///
  /// - Parameters:
  ///   - engine: What runs the models.
  ///   - kernels: The kernels they call; nil leaves everything to XLA.
  ///   - watch: Told what happens, and asked whether to go on.
  /// - Returns: Whether all is done; otherwise someone asked to stop.
  /// - Throws: `FileError.inUse` where another process works in the folder, or what asking throws.
  public mutating func run(
    engine: Engine,
    kernels: KernelLibrary?,
    watch: RunWatch<Event>
  ) throws -> Bool {
    let files = LocalFileSystem()
    try files.createFolders("\(folder)/answers")
    return try FolderLock(folder).whileHeld {
      do {
        for index in subjects.indices { try ask(index, engine, kernels, watch) }
      } catch is Stopped {
        return false
      }
      let report = self.report
      let study = report.study
      try StudyFile.write(report.summary, path: "\(folder)/evaluation.json")
      try StudyFile.write(report.csv, path: "\(folder)/evaluation.csv")
      try StudyFile.write(study.markdown, path: "\(folder)/evaluation.md")
      try StudyFile.write(study.page, path: "\(folder)/report.html")
      return true
    }
  }

  private mutating func ask(
    _ index: Int,
    _ engine: Engine,
    _ kernels: KernelLibrary?,
    _ watch: RunWatch<Event>
  ) throws {
    let subject = subjects[index]
    try resume(index, watch)
    // Most of what a model costs is being put on the device, so one that has answered all is left alone.
    var made: Examiner?
    func examiner() throws -> Examiner {
      if let made { return made }
      let examiner = try Examiner(
        subject.model,
        tokenizer: subject.tokenizer,
        engine: engine,
        kernels: kernels,
        beginsDocuments: settings.beginsDocuments
      )
      made = examiner
      return examiner
    }
    let name = report.label(of: subject.record)
    let perModel = settings.sets.count + (settings.texts == nil ? 0 : 1)
    func finished(_ task: String, _ place: Int, _ value: Double?) {
      let count = index * perModel + place + 1
      watch.report(
        .finished(
          model: name,
          task: task,
          value: value,
          count: count,
          of: subjects.count * perModel
        )
      )
    }
    try measure(index, engine, kernels, watch)
    for (place, set) in settings.sets.enumerated() {
      try watch.goOn()
      if subjects[index].record.result(set.checksum) == nil {
        var result = try examiner().result(of: set) { share in
          watch.report(.asking(model: name, task: set.task.name, share: share))
          try watch.goOn()
        }
        result.knownCount = try subject.model.run.flatMap { folder in
          try texts.knownCount(of: set, in: folder, subject.tokenizer) { watch.report(.notice($0)) }
        }
        for sentence in EvaluationReport.warnings(result, of: name) {
          watch.report(.notice(sentence))
        }
        subjects[index].record.take(result)
        try StudyFile.write(subjects[index].record, path: subject.file, isCompact: true)
      }
      let result = subjects[index].record.result(set.checksum)
      finished(set.task.name, place, result.flatMap { $0.mean(of: $0.metric) })
    }
    guard let texts = settings.texts else { return }
    if subjects[index].record.textsChecksum != textsChecksum {
      subjects[index].record.texts = try examiner().results(of: texts) { share in
        watch.report(.asking(model: name, task: "texts", share: share))
        try watch.goOn()
      }
      subjects[index].record.textsChecksum = textsChecksum
      try StudyFile.write(subjects[index].record, path: subject.file, isCompact: true)
    }
    finished("texts", settings.sets.count, nil)
  }

  /// Takes the validation loss that the run measured, or measures it.
  private mutating func measure(
    _ index: Int,
    _ engine: Engine,
    _ kernels: KernelLibrary?,
    _ watch: RunWatch<Event>
  ) throws {
    let subject = subjects[index]
    guard subject.record.validationLoss == nil, let folder = subject.model.run else { return }
    let run = try LoadedRun.load(folder)
    let measured = run.metrics.records.last {
      $0.step == subject.model.step && run.nextTokenLoss($0) != nil
    }
    var loss = subject.record.order.layers == nil ? measured.flatMap(run.nextTokenLoss) : nil
    // What was trained on answers, or on masked tokens, has no text whose next tokens it foretells.
    let foretells = [nil, "mixture"].contains(run.record.objective?.kind)
    if loss == nil, foretells,
      let text = texts.text(of: folder, notice: { watch.report(.notice($0)) })
    {
      loss = try text.nextTokenLoss(of: subject.model, engine: engine, kernels: kernels)
    }
    subjects[index].record.validationLoss = loss
    subjects[index].record.bitsPerByte = loss.flatMap(run.bitsPerByte(ofNextTokenLoss:))
    try StudyFile.write(subjects[index].record, path: subject.file, isCompact: true)
  }

  /// A checksum of what texts say, and of how they are read.
  private static func checksum(of texts: TextCollection) throws -> String {
    let files = LocalFileSystem()
    let sums = try texts.files.map { SHA256.hexadecimalDigest(of: try files.contents(of: $0.path)) }
    return SHA256.hexadecimalDigest(of: Array("\(texts.options) \(sums)".utf8))
  }

  /// Takes what the model's file holds.
  private mutating func resume(_ index: Int, _ watch: RunWatch<Event>) throws {
    let subject = subjects[index]
    do {
      let found = try StudyFile.resumed(subject.record, path: subject.file)
      // What is called otherwise now is called so.
      let model = subject.record.model
      subjects[index].record = found
      subjects[index].record.model = model
    } catch StudyError.anotherStudy {
      watch.report(
        .notice("\(subject.file): is of a model that is no longer there; it is asked anew")
      )
    }
  }

  /// The name of a model's file: its path with dashes, its step, its order.
  private static func fileName(_ record: EvaluationRecord) -> String {
    let name = record.model.path.split(separator: "/").filter { $0 != "." && $0 != ".." }.joined(
      separator: "-"
    )
    let order =
      record.order == .asTrained
      ? "" : "-" + record.order.name.map { $0.isLetter || $0.isNumber ? String($0) : "-" }.joined()
    let digits = String(record.model.step)
    let step = String(repeating: "0", count: max(0, 8 - digits.count)) + digits
    return "answers/\(name)-step-\(step)\(order).json"
  }
}

extension EvaluationStudy.Orders {
  /// The orders for a model, with how often the middle block runs.
  func list(for model: SavedModel) throws -> [(order: LayerOrder, repeats: Int?)] {
    let layerCount = model.configuration.appliedLayerCount
    switch self {
    case .asTrained: return [(.asTrained, nil)]
    case .listed(let texts):
      return try texts.map { (try LayerOrder($0, layerCount: layerCount), nil) }
    case .repeatingMiddle(let counts, let blockSize):
      guard let size = try blockSize ?? Self.blockSize(of: model) else {
        throw StudyError.noBlock(path: model.checkpoint.path)
      }
      return try counts.map {
        (try .repeatingMiddle($0, blockSize: size, layerCount: layerCount), $0)
      }
    }
  }

  /// The layers by which the model's run grew.
  private static func blockSize(of model: SavedModel) throws -> Int? {
    guard let run = model.run else { return nil }
    return try RunStore(run).record().recipe?["growth.blockSize"].flatMap { Int($0) }
  }
}
