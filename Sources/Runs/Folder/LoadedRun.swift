/// Everything about a run that a report needs.
public struct LoadedRun: Hashable, Sendable {
  /// Where the run lies.
  public var folder: RunFolder
  /// What was run and how it ended.
  public var record: RunRecord
  /// What was measured on the way.
  public var metrics: MetricsLog
  /// The resolved recipe, as text.
  public var recipe: String

  /// Puts a run together.
  public init(folder: RunFolder, record: RunRecord, metrics: MetricsLog, recipe: String) {
    self.folder = folder
    self.record = record
    self.metrics = metrics
    self.recipe = recipe
  }

  /// Reads a run folder.
  public static func load(_ folder: RunFolder) throws(RunError) -> LoadedRun {
    try RunStore(folder).load()
  }
}
