import Files
import Foundation
import Growing
import Kernels
import PJRT
import Recipes
import Runs
import Tensors

/// A run in its folder, from the first step to the report's last figure.
///
/// A session writes the record before it trains and again when it ends, whatever the ending, so a
/// folder always says what happened to it. As long as it lives no other process can train in the folder.
///
/// Where the engine's client works together with those of other processes, each of these has a session of the same run. They
/// read one folder, which the first of them writes.
public struct TrainingSession: ~Copyable {
  /// Espalier's version, as runs record it.
  public static let version = "0.1.0"

  /// The run's folder.
  public let folder: RunFolder
  /// What is trained.
  public private(set) var job: TrainingJob
  /// What does the heavy operations of the run.
  public let kernels: KernelChoice
  private let engine: Engine
  private let devices: TrainingDevices
  private var record: RunRecord
  private let start: Start
  /// Whether the run goes on to more steps than the files in its folder say.
  private let isLonger: Bool
  private let lock: FolderLock?

  init(
    folder: RunFolder,
    job: TrainingJob,
    kernels: KernelChoice,
    engine: Engine,
    record: RunRecord,
    devices: TrainingDevices,
    start: Start,
    isLonger: Bool,
    lock: consuming FolderLock?
  ) {
    (self.folder, self.kernels, self.engine) = (folder, kernels, engine)
    self.job = job.computing(by: kernels)
    self.devices = devices
    (self.record, self.start, self.isLonger) = (record, start, isLonger)
    self.lock = lock
  }

  /// Where a session begins.
  enum Start {
    case new
    case checkpoint(TrainingStart)
  }

  /// Why training came to an end.
  public enum Ending: Sendable {
    /// All steps are done.
    case completed
    /// Someone asked to stop; the state was saved.
    case interrupted
  }

  /// How a session came to an end.
  public struct Result: Sendable {
    /// Why training stopped.
    public let ending: Ending
    /// The record as it was written.
    public let record: RunRecord
  }
}

extension TrainingSession {
  /// Prepares a new run and makes its folder.
  ///
  /// - Parameters:
  ///   - recipe: A valid recipe.
  ///   - folder: The run's folder; it must not hold a run.
  ///   - engine: What trains.
  ///   - arguments: The command line, for the record.
  ///   - origin: A saved model to begin with; nil for drawn weights.
  /// - Throws: `RunError` when the folder holds a run or cannot be written, `FileError` when it is another
  ///   process's, what ``TrainingJob`` throws, `SavedModelError` for a saved model that cannot be read, or
  ///   ``TrainingError`` for one that does not fit or for checkpoints without a run; nothing is left behind
  ///   then.
  public init(
    new recipe: Recipe,
    folder: RunFolder,
    engine: Engine,
    arguments: [String],
    origin: TrainingOrigin? = nil
  ) throws {
    let job = try TrainingJob(recipe)
    try origin?.check(job)
    let state = try origin?.deviceState(for: job, engine: engine)
    try self.init(
      beginning: job,
      with: state.map { TrainingStart(state: $0, position: TrainingPosition(), plan: job.plan) },
      recipe: recipe,
      folder: folder,
      engine: engine,
      arguments: arguments,
      origin: origin?.record
    )
  }

  /// Makes the folder of a run that begins anew, or with a state that another left.
  ///
  /// - Parameters:
  ///   - job: What the run does.
  ///   - start: The state and where it stands; nil for drawn weights.
  ///   - recipe: The job's recipe.
  ///   - folder: The run's folder; it must not hold a run.
  ///   - engine: What trains.
  ///   - arguments: The command line, for the record.
  ///   - origin: Where the state comes from, for the record.
  ///   - trunk: The run whose measurements up to the start are this one's, too; nil for none.
  /// - Throws: What making the folder throws; nothing is left behind then.
  init(
    beginning job: TrainingJob,
    with start: TrainingStart?,
    recipe: Recipe,
    folder: RunFolder,
    engine: Engine,
    arguments: [String],
    origin: OriginRecord?,
    trunk: RunFolder? = nil
  ) throws {
    let kernels = try KernelChoice(recipe, client: engine.client)
    let devices = try job.devices(of: engine)
    var record = RunRecord(
      job,
      arguments: arguments,
      engine: engine,
      kernels: kernels,
      folder: LocalFileSystem.currentFolder
    )
    record.origin = origin
    let writes = devices.writesRun
    let lock = writes ? try Self.claim(folder, firstStep: start?.position.step) : nil
    if let start {
      // Saved before the record is there, so that a run never lacks what it began with.
      if let trunk, writes {
        try RunStore(folder).copyMetrics(of: trunk, throughStep: start.position.step)
      }
      _ = try TrainingCheckpoints(folder: folder).save(start.state, at: start.position, of: job)
    }
    if writes {
      try RunStore(folder).create(
        record,
        recipe: recipe.yamlText(),
        tokenizer: job.corpus.tokenizerModel
      )
    }
    self.init(
      folder: folder,
      job: job,
      kernels: kernels,
      engine: engine,
      record: record,
      devices: devices,
      start: start.map(Start.checkpoint) ?? .new,
      isLonger: false,
      lock: lock
    )
  }

  /// Makes and locks a folder for a new run.
  ///
  /// - Parameters:
  ///   - folder: The folder.
  ///   - firstStep: As in ``TrainingCheckpoints/checkNoneAreLeft(butOf:)``.
  /// - Returns: The lock.
  /// - Throws: `RunError`, `FileError`, ``TrainingError/strayCheckpoints(path:)`` or `CheckpointError`.
  static func claim(
    _ folder: RunFolder,
    firstStep: Int?
  ) throws -> FolderLock {
    func check() throws {
      guard !RunStore(folder).exists else { throw RunError.alreadyARun(path: folder.path) }
      try TrainingCheckpoints(folder: folder).checkNoneAreLeft(butOf: firstStep)
    }
    try check()
    try RunStore(folder).makeFolder()
    let lock = try FolderLock(folder.path)
    // Before it was locked, another process may have begun a run in it.
    try check()
    return lock
  }

  /// Prepares to go on with a run from its newest complete checkpoint, or from the start without one.
  ///
  /// - Parameters:
  ///   - folder: The run's folder.
  ///   - steps: How many steps the run shall have in the end, more than it was to have; nil for as many. Its last
  ///     stage gets longer, and it goes on from the newest checkpoint up to which a run of that length has the
  ///     same learning rates: with a warm-up-stable-decay schedule one from before the decay.
  ///   - engine: What trains.
  ///   - notice: Told what the user should know, such as a checkpoint that was passed over.
  /// - Throws: `RunError`, `FileError` for a folder in which another process trains, `RecipeError`,
  ///   `CheckpointError`, `SavedModelError`, ``TrainingError``, or what ``TrainingJob`` throws.
  public init(
    resuming folder: RunFolder,
    steps: Int? = nil,
    engine: Engine,
    notice: (String) -> Void
  ) throws {
    let store = RunStore(folder)
    // What is no run is not written to, and what another process writes is not read.
    guard store.exists else { throw RunError.notARunFolder(path: folder.path) }
    let lock = engine.client.processIndex == 0 ? try FolderLock(folder.path) : nil
    var record = try store.record()
    let recipe = try Self.recipe(of: record, in: folder, steps: steps)
    let search = CorpusSearch(folder: folder, record: record)
    var job = try TrainingJob(
      recipe,
      tokenFile: search.place(of: recipe.corpus.tokens),
      mixedFiles: search.placesOfMixture(recipe)
    )
    let kernels = try KernelChoice(recipe, client: engine.client)
    let devices = try job.devices(of: engine)
    let checkpoints = TrainingCheckpoints(folder: folder)
    let restored = try checkpoints.restoreLatest(job: job, engine: engine, notice: notice)
    if let origin = record.origin, restored == nil {
      throw TrainingError.originLost(path: folder.path, origin: origin.checkpoint)
    }
    if let restored { job = job.following(restored.plan) }
    let isLonger = recipe.training.steps > record.plan.totalSteps
    if isLonger { record.extend(to: job, from: restored?.position ?? TrainingPosition()) }
    self.init(
      folder: folder,
      job: job,
      kernels: kernels,
      engine: engine,
      record: record,
      devices: devices,
      start: restored.map(Start.checkpoint) ?? .new,
      isLonger: isLonger,
      lock: lock
    )
  }

  /// The recipe that a run goes on as.
  ///
  /// - Parameters:
  ///   - record: The run's record.
  ///   - folder: Its folder.
  ///   - steps: How many steps it shall have; nil for as many as it was to have.
  /// - Returns: The recipe in the folder, with these steps.
  /// - Throws: `RecipeError`, or ``TrainingError`` for a recipe that was changed or steps that are fewer.
  public static func recipe(
    of record: RunRecord,
    in folder: RunFolder,
    steps: Int? = nil
  ) throws -> Recipe {
    let recipe = try Recipe.load(path: folder.recipeFile)
    let changed = record.changedFields(in: recipe)
    guard changed.isEmpty else {
      throw TrainingError.recipeChanged(
        path: folder.recipeFile,
        folder: folder.path,
        changed
      )
    }
    guard let steps else { return recipe }
    let formerSteps = recipe.training.steps
    guard steps >= formerSteps else {
      throw TrainingError.notLonger(path: folder.path, steps: steps, formerSteps: formerSteps)
    }
    return try Recipe.load(
      path: folder.recipeFile,
      overrides: [
        RecipeOverride(field: "training.steps", value: "\(steps)", flag: "--steps \(steps)")
      ]
    )
  }

  /// Goes on with the run in a folder, or begins one where there is none.
  ///
  /// - Parameters:
  ///   - recipe: The recipe of a run that begins.
  ///   - folder: The run's folder.
  ///   - engine: What trains.
  ///   - arguments: The command line, for the record of a run that begins.
  ///   - notice: Told what the user should know, such as a checkpoint that was passed over.
  /// - Throws: As the two other initializers.
  package init(
    newOrResuming recipe: Recipe,
    folder: RunFolder,
    engine: Engine,
    arguments: [String],
    notice: (String) -> Void
  ) throws {
    if RunStore(folder).exists {
      try self.init(resuming: folder, engine: engine, notice: notice)
    } else {
      try self.init(new: recipe, folder: folder, engine: engine, arguments: arguments)
    }
  }
}

extension TrainingSession {
  /// The steps that have been taken before this session.
  public var completedSteps: Int {
    if case .checkpoint(let restored) = start { restored.position.step } else { 0 }
  }

  /// Trains to the end, or until someone asks to stop.
  ///
  /// - Parameter watch: Told what happens, and asked before every step whether to go on.
  /// - Returns: How it ended.
  /// - Throws: What training and writing throw; the record then says that the run failed, and why.
  public mutating func run(_ watch: RunWatch<TrainingEvent>) throws -> Result {
    if isLonger, devices.writesRun { try replaceCourse() }
    let mesh = devices.mesh
    var trainer = try makeTrainer(
      mesh.spansProcesses ? StopAgreement(over: mesh).watch(watch) : watch
    )
    // Everything that can be refused has been by now; a refusal leaves the record as it was.
    record.finishedAt = nil
    record.outcome.status = .running
    record.outcome.message = nil
    record.follow(job)
    try write(record)
    do {
      let ending = try trainer.run()
      job = trainer.job
      record.note(trainer.position, of: job, ending == .completed ? .completed : .interrupted)
      try write(record)
      return Result(ending: ending, record: record)
    } catch {
      job = trainer.job
      record.note(trainer.position, of: job, .failed, message: "\(error)")
      // The first error is the one to report; a record that cannot be written would only hide it.
      try? write(record)
      throw error
    }
  }

  private func write(_ record: RunRecord) throws {
    if devices.writesRun { try RunStore(folder).write(record) }
  }

  /// Puts a longer run in the place of the one that its folder held.
  ///
  /// The record comes first: a run that is stopped before this is done goes on as the longer one, or says which line of
  /// its recipe is to be changed.
  private func replaceCourse() throws {
    try RunStore(folder).write(record)
    try RunStore(folder).write(recipe: job.recipe.yamlText())
    try TrainingCheckpoints(folder: folder).removeAll(afterStep: completedSteps)
  }

  private func makeTrainer(_ watch: RunWatch<TrainingEvent>) throws -> Trainer {
    let (store, begun) = (RunStore(folder), record)
    let start = try begin()
    return try Trainer(
      job,
      from: start,
      engine: engine,
      kernels: kernels.library,
      folder: folder,
      sampleWriter: SampleWriter(job, engine: engine),
      tensorBoard: devices.writesRun
        ? TensorBoardLog(job.recipe, folder: folder, fromStep: start.position.step) : nil,
      watch: watch
    ) { position, job in
      var record = begun
      record.note(position, of: job, .running)
      try store.write(record)
    }
  }

  private func begin() throws -> TrainingStart {
    switch start {
    case .checkpoint(let start): start
    case .new:
      TrainingStart(
        state: try DeviceState(
          initializing: job.configuration(inStage: 0),
          optimizer: job.recipe.training.optimizer,
          finalLayerCount: job.plan.finalDepth,
          seed: job.recipe.seed,
          devices: devices
        ),
        position: TrainingPosition(),
        plan: job.plan
      )
    }
  }
}
