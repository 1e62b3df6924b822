import Anatomy
import Corpus
import PJRT
import SavedModels
import Tensors
import Training

/// Takes models apart and puts what is found side by side.
///
/// The same command goes on with a study that was stopped.
public struct AnatomyStudy {
  /// What a study tells whoever watches it.
  public enum Event: Sendable {
    /// A model is being taken apart.
    case analyzing(model: String, share: Double)
    /// A model is done: so many of so many.
    case finished(model: String, depthScore: Double?, count: Int, of: Int)
  }

  /// What is done.
  public struct Settings: Sendable {
    /// The layers of a block; nil for those of each model's growth.
    public var blockSize: Int?
    /// How many held-out sequences are read.
    public var sequences: Int
    /// A token file to read in place of the models' own texts.
    public var tokens: String?

    /// States what is done.
    public init(blockSize: Int? = nil, sequences: Int = 16, tokens: String? = nil) {
      self.blockSize = blockSize
      self.sequences = sequences
      self.tokens = tokens
    }
  }

  /// The folder.
  public let folder: String
  /// What is known so far.
  public private(set) var record: AnatomyRecord
  private let settings: Settings
  private let models: [SavedModel]

  /// Prepares a study, or goes on with the one in the folder.
  ///
  /// - Parameters:
  ///   - paths: Runs' folders or checkpoints'.
  ///   - settings: What is done.
  ///   - folder: The folder.
  ///   - notice: Told what the user should know.
  /// - Throws: ``StudyError`` or `SavedModelError`; nothing has been written then.
  public init(
    _ paths: [String],
    settings: Settings,
    folder: String,
    notice: (String) -> Void
  ) throws {
    models = try paths.map { try SavedModel(path: $0, notice: notice) }
    if let gated = models.first(where: { $0.configuration.appliedLayerCount == 0 }) {
      throw StudyError.nothingToAnalyze(path: gated.checkpoint.path)
    }
    self.settings = settings
    self.folder = folder
    let fresh = AnatomyRecord(
      formatVersion: AnatomyRecord.formatVersion,
      models: try zip(models, paths).map { try EvaluatedModel($0, path: $1) },
      blockSize: settings.blockSize,
      sequences: settings.sequences,
      tokens: settings.tokens,
      results: []
    )
    let names = fresh.models.map { "\($0.path) \($0.step)" }
    if let twice = names.first(where: { name in names.count { $0 == name } > 1 }) {
      throw StudyError.evaluatedTwice(file: twice)
    }
    record = try StudyFile.resumed(fresh, path: "\(folder)/anatomy.json")
  }

  /// Takes those models apart that are whole yet.
  ///
  /// - Parameters:
  ///   - engine: What runs the models.
  ///   - watch: Told what happens, and asked now and then whether to go on.
  /// - Returns: Whether all is done; otherwise someone asked to stop.
  /// - Throws: `FileError.inUse` where another process works in the folder, ``StudyError``, `SavedModelError`,
  ///   `TokenFileError` or `PJRTError`.
  public mutating func run(engine: Engine, watch: RunWatch<Event>) throws -> Bool {
    let path = "\(folder)/anatomy.json"
    return try StudyFile.goOn(with: record, in: folder, path: path) { latest in
      record = latest
      for index in record.results.count..<models.count {
        try watch.goOn()
        record.results.append(try result(of: index, engine, watch))
        try StudyFile.write(record, path: path, isCompact: true)
      }
      let study = record.study
      try StudyFile.write(study.markdown, path: "\(folder)/anatomy.md")
      try StudyFile.write(record.csv, path: "\(folder)/anatomy.csv")
      try StudyFile.write(study.page, path: "\(folder)/report.html")
    }
  }

  private func result(
    of index: Int,
    _ engine: Engine,
    _ watch: RunWatch<Event>
  ) throws -> AnatomyRecord.Result {
    let (model, described) = (models[index], record.models[index])
    let name = record.models.label(of: described)
    let anatomy = try Anatomy(
      of: model,
      blockSize: settings.blockSize ?? model.lineage.blockSize,
      tokens: tokens(for: model),
      engine: engine
    ) { share in
      try watch.goOn()
      watch.report(.analyzing(model: name, share: share))
    }
    watch.report(
      .finished(
        model: name,
        depthScore: anatomy.depthScore,
        count: index + 1,
        of: models.count
      )
    )
    return AnatomyRecord.Result(
      path: described.path,
      step: described.step,
      anatomy: anatomy,
      otherSeed: try otherSeed(index)
    )
  }

  /// The similarity with the first other model of the same sizes whose seed is another.
  private func otherSeed(_ index: Int) throws -> Double? {
    let (model, seed) = (models[index], record.models[index].seed)
    let other = models.indices.first {
      record.models[$0].seed != seed && models[$0].configuration == model.configuration
    }
    return try other.flatMap { other in
      try WeightSimilarity(of: model).meanCosine(with: WeightSimilarity(of: models[other]))
    }
  }

  /// Held-out sequences, evenly spread, each with one more token than the model reads.
  private func tokens(for model: SavedModel) throws -> [[Int32]] {
    let file = try settings.tokens.map { try TokenFile(path: $0) } ?? corpus(of: model)
    guard file.tokenizerChecksum == model.tokenizerChecksum else {
      throw StudyError.otherText(path: model.checkpoint.path, tokens: file.path)
    }
    let sequences = try file.sequences(
      of: .validation,
      contextLength: model.configuration.contextLength
    )
    let indices = sequences.evenlySpreadIndices(limit: settings.sequences)
    return try indices.map { try sequences.tokens([$0]) }
  }

  private func corpus(of model: SavedModel) throws -> TokenFile {
    guard let run = model.run else { throw StudyError.noText(path: model.checkpoint.path) }
    return try RunText(run).corpus
  }
}

extension WeightSimilarity {
  /// A saved model's matrices.
  fileprivate init(of model: SavedModel) throws {
    self.init(
      model.configuration,
      try model.configuration.parameterSpecifications.map { try model.array(of: $0) }
    )
  }
}
