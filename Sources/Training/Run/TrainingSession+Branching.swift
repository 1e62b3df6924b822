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
    try self.init(
      beginning: job,
      with: point.start(of: job, engine: engine),
      recipe: recipe,
      folder: folder,
      engine: engine,
      arguments: arguments,
      origin: point.originRecord,
      trunk: point.trunk
    )
  }
}
