import Foundation

/// What was run, on what machine, with which versions, and how it ended: the contents of `run.json`.
///
/// The record is written when the run starts, with the outcome ``OutcomeRecord/Status/running``, and again
/// at each checkpoint and at the end. Everything counts from 0: steps, stages, layers.
public struct RunRecord: Codable, Hashable, Sendable {
  /// The version of the run folder's format, ``RunFolder/formatVersion``.
  public var formatVersion: Int
  /// The run's name, from the recipe.
  public var name: String
  /// The growth method, such as `midas`; `none` for a run at full depth from the start.
  public var method: String
  /// The seed from which all randomness of the run follows.
  public var seed: UInt64
  /// The command line that started the run, the program's name first.
  public var arguments: [String]
  /// The folder in which the run was started, in full; relative paths in the record and the recipe begin there.
  public var workingFolder: String?
  /// When the run was started, in whole seconds.
  public var startedAt: Date
  /// When the run ended, in whole seconds; absent while it runs.
  public var finishedAt: Date?
  /// The machine that trained.
  public var machine: MachineRecord
  /// The versions of what took part.
  public var versions: VersionsRecord
  /// The state of the source folder the command was called in; absent outside a git repository.
  public var git: GitRecord?
  /// What the run goes on as: the value of each field of its recipe, as `recipe.yaml` writes it; absent in
  /// records older than the field.
  public var recipe: [String: String]?
  /// How often the run was made longer, in order; absent for one that was not.
  public var extensions: [ExtensionRecord]?
  /// The model at its full depth.
  public var model: ModelRecord
  /// What the model learns to predict; absent where it is each next token.
  public var objective: ObjectiveRecord?
  /// The text that was trained on.
  public var corpus: CorpusRecord
  /// The stages of the run and how the model grows between them.
  public var plan: PlanRecord
  /// The saved model that the run began with; absent for one that began with drawn weights.
  public var origin: OriginRecord?
  /// How growths were chosen while training; absent where they were fixed.
  public var choices: [GrowthChoiceRecord]?
  /// The layer maps that were learnt while training, in order; absent where none was.
  public var learnedMaps: [LearnedMapRecord]?
  /// The layers of the last stage from input to output: where each one comes from.
  public var lineage: [LineageRecord]
  /// How many times cheaper the formula says the run is than one at full depth, in training FLOPs.
  public var expectedSpeedUp: Double?
  /// The formula's cost relative to a run at full depth, the inverse of `expectedSpeedUp`.
  public var relativeCost: Double?
  /// How far the run came and what it took.
  public var outcome: OutcomeRecord

  /// Makes a record in the version of the format that this module writes.
  public init(
    name: String,
    method: String,
    seed: UInt64,
    arguments: [String],
    workingFolder: String? = nil,
    startedAt: Date,
    finishedAt: Date? = nil,
    machine: MachineRecord,
    versions: VersionsRecord,
    git: GitRecord? = nil,
    recipe: [String: String]? = nil,
    model: ModelRecord,
    objective: ObjectiveRecord? = nil,
    corpus: CorpusRecord,
    plan: PlanRecord,
    lineage: [LineageRecord],
    expectedSpeedUp: Double? = nil,
    relativeCost: Double? = nil,
    outcome: OutcomeRecord = OutcomeRecord()
  ) {
    formatVersion = RunFolder.formatVersion
    self.name = name
    self.method = method
    self.seed = seed
    self.arguments = arguments
    self.workingFolder = workingFolder
    self.startedAt = startedAt
    self.finishedAt = finishedAt
    self.machine = machine
    self.versions = versions
    self.git = git
    self.recipe = recipe
    self.model = model
    self.objective = objective
    self.corpus = corpus
    self.plan = plan
    self.lineage = lineage
    self.expectedSpeedUp = expectedSpeedUp
    self.relativeCost = relativeCost
    self.outcome = outcome
  }
}
