import Arrays
import Checkpoints
import Growing
import LanguageModels
import PJRT
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
  /// - Parameter replacesStart: Whether the run writes a checkpoint of step 0 before anything else. One of
  ///   that step may then be there: a run that was killed while it began leaves it.
  /// - Throws: ``TrainingError/strayCheckpoints(path:)`` or `CheckpointError`.
  func checkNoneAreLeft(replacesStart: Bool) throws {
    guard try store.steps().allSatisfy({ $0 == 0 && replacesStart }) else {
      throw TrainingError.strayCheckpoints(path: folder.path)
    }
  }

  /// The step of the newest checkpoint, by its name alone.
  func latestStep() throws -> Int? {
    try store.steps().last
  }

  /// Writes a checkpoint and removes old ones.
  ///
  /// Tensors are fetched from the device one by one while they are written.
  ///
  /// - Parameters:
  ///   - state: The training state.
  ///   - position: Where the run stands.
  ///   - job: What is trained.
  /// - Returns: The checkpoint's folder.
  /// - Throws: `CheckpointError`, or `PJRTError` from fetching a tensor.
  func save(
    _ state: DeviceState,
    at position: TrainingPosition,
    of job: TrainingJob
  ) throws -> String {
    let modelCount = state.layout.modelEntries.count
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
      step: position.step,
      model: source(state, state.layout.modelEntries, offset: 0),
      optimizer: source(state, state.layout.optimizerEntries, offset: modelCount),
      state: training.encoded(with: model)
    )
    try store.prune(keeping: job.recipe.checkpoints.keep)
    return checkpoint.path
  }

  /// The newest complete checkpoint, uploaded to the device.
  ///
  /// - Parameters:
  ///   - job: What is trained.
  ///   - client: Whose first device takes the state.
  ///   - notice: Told about checkpoints that were passed over.
  /// - Returns: The state, or nil if there is no checkpoint.
  /// - Throws: `CheckpointError`, `SavedModelError`, ``TrainingError`` or `PJRTError`.
  package func restoreLatest(
    job: TrainingJob,
    client: Client,
    notice: (String) -> Void
  ) throws -> TrainingStart? {
    let search = try store.latest()
    for skipped in search.skipped { notice(skipped.description) }
    guard let checkpoint = search.checkpoint else { return nil }
    let model = try SavedModel(checkpoint)
    let saved = try SavedState(of: model)
    guard model.step == checkpoint.step, model.step <= job.plan.totalSteps else {
      throw TrainingError.stepOutsidePlan(
        path: checkpoint.path,
        step: model.step,
        totalSteps: job.plan.totalSteps
      )
    }
    let optimizer = job.recipe.training.optimizer
    try saved.checkOptimizer(of: model, goesOnAs: optimizer)
    let stages = saved.plan.stages.map { job.configuration.inStage($0.index, of: saved.plan) }
    // What belongs to another recipe is in none of its stages, and its tensors do not fit this recipe's.
    let configuration =
      stages.first { $0 == model.configuration }
      ?? job.configuration.withLayers(model.configuration.layerCount)
    let layout = StateLayout(configuration: configuration, optimizer: optimizer)
    let state = try DeviceState(layout: layout, client: client, array: model.array)
    var position = saved.position
    position.stage = position.stage ?? inferredStage(of: model, saved, job)
    return TrainingStart(state: state, position: position, plan: saved.plan)
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
    offset: Int
  ) -> TensorSource {
    TensorSource(entries.map { TensorDescription($0.name, $0.type) }) { index in
      try state.buffers[offset + index].copyToHost()
    }
  }
}
