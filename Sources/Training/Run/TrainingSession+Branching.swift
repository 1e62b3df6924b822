import Files
import Recipes
import Runs
import Tensors

extension TrainingSession {
  /// Prepares a run that goes on with another's training, and makes its folder.
  ///
  /// It begins with the trunk's checkpoint and its measurements so far, and is resumed as any run is, without the trunk.
  ///
  /// - Parameters:
  ///   - point: Where it begins.
  ///   - recipe: A valid recipe: the trunk's with another end.
  ///   - folder: The branch's folder; it must not hold a run.
  ///   - engine: What trains.
  ///   - arguments: The command line, for the record.
  /// - Throws: ``TrainingError`` for a recipe that is no branch's, or as ``init(new:folder:engine:arguments:origin:)``.
  public init(
    branching point: BranchPoint,
    recipe: Recipe,
    folder: RunFolder,
    engine: Engine,
    arguments: [String]
  ) throws {
    let job = try point.job(recipe)
    let kernels = try KernelChoice(recipe.kernels, client: engine.client)
    var record = RunRecord(
      job,
      arguments: arguments,
      engine: engine,
      kernels: kernels,
      folder: LocalFileSystem.currentFolder
    )
    record.origin = point.originRecord
    let start = try point.start(of: job, client: engine.client)
    let lock = try Self.claim(folder, firstStep: point.step)
    // As with a saved model: a run never lacks what it began with.
    try RunStore(folder).copyMetrics(of: point.trunk, throughStep: point.step)
    _ = try TrainingCheckpoints(folder: folder).save(start.state, at: start.position, of: job)
    try RunStore(folder).create(
      record,
      recipe: recipe.yamlText(),
      tokenizer: job.corpus.tokenizerModel
    )
    self.init(
      folder: folder,
      job: job,
      kernels: kernels,
      engine: engine,
      record: record,
      start: .checkpoint(start),
      isLonger: false,
      lock: lock
    )
  }
}
