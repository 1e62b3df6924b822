import Evaluation
import Files
import Foundation

/// An isoplot of the answers in an evaluation's folder: which methods of training answer better at equal loss.
public struct IsoplotStudy {
  /// What methods are told apart by.
  public enum Grouping: String, Sendable, CaseIterable {
    /// How the runs grew.
    case method
    /// What the runs are called.
    case name
  }

  /// What counts as loss.
  public enum Loss: String, Sendable, CaseIterable {
    /// Nats a token of the runs' validation sets.
    case nats
    /// Bits a byte of them, which compare between tokenizers.
    case bits
  }

  /// What is compared.
  public struct Settings: Sendable {
    /// What methods are told apart by.
    public var grouping: Grouping
    /// The method that others are compared with; nil for full depth.
    public var baseline: String?
    /// The metric; nil for the one that speaks for each task.
    public var metric: Metric?
    /// What counts as loss.
    public var loss: Loss
    /// How far losses may lie apart that count as equal, as a share of the baseline's.
    public var lossMargin: Double
    /// Draws of a bootstrap.
    public var drawCount: Int
    /// The seed of all that is drawn.
    public var seed: UInt64

    /// States what is compared.
    public init(
      grouping: Grouping = .method,
      baseline: String? = nil,
      metric: Metric? = nil,
      loss: Loss = .nats,
      lossMargin: Double = 0.005,
      drawCount: Int = 2000,
      seed: UInt64 = 0
    ) {
      self.grouping = grouping
      self.baseline = baseline
      self.metric = metric
      self.loss = loss
      self.lossMargin = lossMargin
      self.drawCount = drawCount
      self.seed = seed
    }
  }

  /// The contents of `isoplot.json`.
  public struct Contents: Codable, Sendable {
    /// The version of the format.
    var formatVersion = 1
    /// What counts as loss: `nats` or `bits`.
    var loss: String
    /// The metric of each task.
    var metrics: [String: String]
    /// The checkpoints, with the mean of each task.
    var points: [Point]
    /// The comparisons.
    var isoplot: Isoplot
  }

  /// A checkpoint with the mean of each task.
  struct Point: Codable, Sendable {
    var method: String
    var seed: UInt64
    var step: Int
    var loss: Double
    var means: [String: Double]
  }

  /// The numbers.
  public let contents: Contents
  private let folder: String

  /// Compares the answers in a folder.
  ///
  /// - Parameters:
  ///   - folder: The folder of an evaluation.
  ///   - settings: What is compared.
  ///   - notice: Told which answers were passed over.
  /// - Throws: ``StudyError``, `FileError`, or what cannot be compared.
  public init(folder: String, settings: Settings, notice: (String) -> Void) throws {
    self.folder = folder
    let records = try Self.records(in: folder)
    try Self.checkTokenizers(records, settings.loss)
    try Self.checkQuestions(records)
    let points = records.compactMap { Self.point($0, settings, notice) }
    guard !points.isEmpty else { throw StudyError.noAnswers(path: folder) }
    let methods = Set(points.map(\.method))
    let baseline = settings.baseline ?? (methods.contains("none") ? "none" : methods.sorted()[0])
    contents = Contents(
      loss: settings.loss.rawValue,
      metrics: Dictionary(
        records.flatMap(\.tasks).map { ($0.task, (settings.metric ?? $0.metric).rawValue) }
      ) { first, _ in first },
      points: points.map { point in
        Point(
          method: point.method,
          seed: point.seed,
          step: point.step,
          loss: point.loss,
          means: point.scores.mapValues { $0.reduce(0, +) / Double($0.count) }
        )
      },
      isoplot: try Isoplot(
        points,
        baseline: baseline,
        settings: Isoplot.Settings(
          lossMargin: settings.lossMargin,
          drawCount: settings.drawCount,
          seed: settings.seed
        )
      )
    )
  }

  /// Writes `isoplot.json`, `isoplot.csv`, `isoplot.md` and `isoplot.html` beside the answers.
  ///
  /// - Throws: `FileError`.
  public func write() throws {
    let study = contents.study
    try StudyFile.write(contents, path: "\(folder)/isoplot.json")
    try StudyFile.write(contents.csv, path: "\(folder)/isoplot.csv")
    try StudyFile.write(study.markdown, path: "\(folder)/isoplot.md")
    try StudyFile.write(study.page, path: "\(folder)/isoplot.html")
  }

  /// The answers in a folder, of models whose layers ran as they were trained.
  private static func records(in folder: String) throws -> [EvaluationRecord] {
    let files = LocalFileSystem()
    let answers = "\(folder)/answers"
    guard files.exists(answers) else { throw StudyError.noAnswers(path: folder) }
    let records = try files.names(inFolder: answers).filter { $0.hasSuffix(".json") }.map { name in
      try StudyFile.existing(EvaluationRecord.self, path: "\(answers)/\(name)")
    }
    return records.filter { $0.order.layers == nil }
  }

  private static func point(
    _ record: EvaluationRecord,
    _ settings: Settings,
    _ notice: (String) -> Void
  ) -> IsoplotPoint? {
    let model = record.model
    guard let method = settings.grouping == .method ? model.method : model.name,
      let seed = model.seed
    else {
      notice(
        "\(model.path): lies in no run's folder, so its method and seed are not known; left out"
      )
      return nil
    }
    guard let loss = settings.loss == .nats ? record.validationLoss : record.bitsPerByte else {
      notice(
        "\(model.path), step \(model.step): its loss in \(settings.loss.rawValue) is not known; left out"
      )
      return nil
    }
    var scores: [String: [Double]] = [:]
    for result in record.tasks {
      scores[result.task] = result.scores[(settings.metric ?? result.metric).rawValue]
    }
    return IsoplotPoint(method: method, seed: seed, step: model.step, loss: loss, scores: scores)
  }

  private static func checkTokenizers(_ records: [EvaluationRecord], _ loss: Loss)
    throws(StudyError)
  {
    guard loss == .nats, let first = records.first?.model,
      let other = records.first(where: { $0.model.tokenizerChecksum != first.tokenizerChecksum })?
        .model
    else { return }
    throw .otherTokenizer(path: other.path, first: first.path)
  }

  private static func checkQuestions(_ records: [EvaluationRecord]) throws(StudyError) {
    var known: [String: (checksum: String, path: String)] = [:]
    for record in records {
      for result in record.tasks {
        let first = known[result.task, default: (result.checksum, record.model.path)]
        guard first.checksum == result.checksum else {
          throw .otherQuestions(task: result.task, path: record.model.path, first: first.path)
        }
        known[result.task] = first
      }
    }
  }
}
