import Arrays
import Checkpoints
import Growing
import LanguageModels
import Tensors
import Runs
import SavedModels
import Safetensors

/// Saves training states in a run's folder and finds them again.
package struct TrainingCheckpoints {
  private let folder: RunFolder
  private let store: CheckpointStore

  package init(folder: RunFolder) {
    self.folder = folder
    store = CheckpointStore(folder: folder.checkpointsFolder)
  }

  /// Refuses a folder for a new run that has checkpoints, which would be taken for the run's.
  ///
  /// - Parameter firstStep: The step of the checkpoint that the run writes before anything else; nil for none. One of
  ///   that step may then be there: a run that was killed while it began leaves it.
  /// - Throws: ``TrainingError/strayCheckpoints(path:)`` or `CheckpointError`.
  func checkNoneAreLeft(butOf firstStep: Int?) throws {
    guard try store.steps().allSatisfy({ $0 == firstStep }) else {
      throw TrainingError.strayCheckpoints(path: folder.path)
    }
  }

  /// The steps of all checkpoints, oldest first.
  func steps() throws -> [Int] { try store.steps() }

  /// The folder of the checkpoint of a step.
  func path(ofStep step: Int) -> String { store.path(ofStep: step) }

  /// The folders of all checkpoints, oldest first.
  func paths() throws -> [String] { try store.steps().map(store.path) }

  /// Removes old checkpoints, after the newest has been read back.
  func prune(keeping count: Int) throws { try store.prune(keeping: count) }

  /// Writes a checkpoint.
  ///
  /// A state that is not finite is not saved, so that it never takes the place of one that is. Tensors are fetched from the
  /// devices one by one while they are written; a process that does not write the run fetches them all the same, since the one
  /// that does needs what lies on its devices.
  ///
  /// - Parameters:
  ///   - state: The training state.
  ///   - position: Where the run stands.
  ///   - job: What is trained.
  /// - Returns: The checkpoint's folder; nil in a process that does not write.
  /// - Throws: ``TrainingError/diverged(step:what:checkpoint:)`` for a state with numbers that are not finite,
  ///   `CheckpointError`, or `PJRTError` from fetching a tensor.
  func save(
    _ state: DeviceState,
    at position: TrainingPosition,
    of job: TrainingJob
  ) throws -> String? {
    let step = position.step
    let modelEntries = state.layout.modelEntries
    let modelSource = source(state, modelEntries, offset: 0, step: step)
    let optimizerSource = source(
      state,
      state.layout.optimizerEntries,
      offset: modelEntries.count,
      step: step
    )
    guard state.devices.writesRun else {
      for source in [modelSource, optimizerSource] { try source.askedAsForWriting() }
      return nil
    }
    let model = ModelState(
      configuration: state.layout.configuration,
      lineage: job.plan.lineage(inStage: job.stage(at: position).index),
      tokenizerChecksum: job.corpus.tokenizerChecksum
    )
    let training = SavedState(
      position: position,
      seed: job.recipe.seed,
      plan: job.plan,
      objective: job.objective == .causal ? nil : job.recipe.training.objective,
      optimizer: job.recipe.training.optimizer
    )
    let checkpoint = try store.write(
      step: step,
      model: modelSource,
      optimizer: optimizerSource,
      state: training.encoded(with: model)
    )
    return checkpoint.path
  }

  /// Deletes the checkpoints of later steps.
  func removeAll(afterStep step: Int) throws { try store.removeAll(afterStep: step) }

  /// The newest complete checkpoint of the job's course, uploaded to the device.
  ///
  /// A checkpoint that was saved when the run was to be shorter is on it if its steps had the rates that they
  /// have now; it is passed over otherwise.
  ///
  /// - Parameters:
  ///   - job: What is trained.
  ///   - engine: Whose devices take the state.
  ///   - notice: Told about checkpoints that were passed over.
  /// - Returns: The state, or nil if there is no checkpoint.
  /// - Throws: ``TrainingError/noCommonCheckpoint(path:steps:formerSteps:commonSteps:)`` if all are from another
  ///   course, `CheckpointError`, `SavedModelError`, another ``TrainingError``, or `PJRTError`.
  package func restoreLatest(
    job: TrainingJob,
    engine: Engine,
    notice: (String) -> Void
  ) throws -> TrainingStart? {
    guard let (model, saved) = try latest(job: job, notice: notice) else { return nil }
    let optimizer = job.recipe.training.optimizer
    try saved.checkOptimizer(of: model, goesOnAs: optimizer)
    let stages = saved.plan.stages.map { job.configuration.inStage($0.index, of: saved.plan) }
    // What belongs to another recipe is in none of its stages, and its tensors do not fit this recipe's.
    let configuration =
      stages.first { $0 == model.configuration }
      ?? job.configuration.withLayers(model.configuration.layerCount)
    let layout = StateLayout(configuration: configuration, optimizer: optimizer)
    let state = try DeviceState(
      layout: layout,
      devices: job.devices(of: engine),
      array: model.array
    )
    var position = saved.position
    position.stage = position.stage ?? inferredStage(of: model, saved, job)
    let plan = try saved.plan.lengthened(toSteps: job.plan.totalSteps)
    return TrainingStart(state: state, position: position, plan: plan)
  }

  /// The newest complete checkpoint of the job's course.
  private func latest(
    job: TrainingJob,
    notice: (String) -> Void
  ) throws -> (SavedModel, SavedState)? {
    let steps = job.plan.totalSteps
    var passedOver: TrainingError?
    var limit = Int.max
    while true {
      let search = try store.latest(upToStep: limit)
      for skipped in search.skipped { notice(skipped.description) }
      guard let checkpoint = search.checkpoint else {
        if let passedOver { throw passedOver }
        return nil
      }
      let model = try SavedModel(checkpoint)
      let saved = try SavedState(of: model)
      guard model.step == checkpoint.step, model.step <= steps, saved.plan.totalSteps <= steps
      else {
        throw TrainingError.stepOutsidePlan(
          path: checkpoint.path,
          step: max(model.step, saved.plan.totalSteps),
          totalSteps: steps
        )
      }
      let common =
        saved.plan.totalSteps == steps
        ? steps : job.schedule.commonSteps(withRunOf: saved.plan.totalSteps)
      if model.step <= common { return (model, saved) }
      passedOver = .noCommonCheckpoint(
        path: folder.path,
        steps: steps,
        formerSteps: saved.plan.totalSteps,
        commonSteps: common
      )
      limit = model.step - 1
    }
  }

  /// The stage of a state that does not say it: that of its next step, or the one before while the growth
  /// between them is to come.
  private func inferredStage(
    of model: SavedModel,
    _ saved: SavedState,
    _ job: TrainingJob
  ) -> Int {
    let next = saved.plan.stages.last { $0.firstStep <= model.step }?.index ?? 0
    let isIn = job.configuration.inStage(next, of: saved.plan) == model.configuration
    return isIn ? next : max(next - 1, 0)
  }

  private func source(
    _ state: DeviceState,
    _ entries: ArraySlice<StateLayout.Entry>,
    offset: Int,
    step: Int
  ) -> TensorSource {
    TensorSource(entries.map { TensorDescription($0.name, $0.type) }) { index in
      let array = try state.tensors[offset + index].copyToHost()
      guard array.isFinite else {
        let name = state.layout.entries[offset + index].name
        throw TrainingError.diverged(step: step, what: "\(name) has numbers that are not finite")
      }
      return array
    }
  }
}
