/// Everything about a run that a report needs.
package struct LoadedRun: Hashable, Sendable {
  /// Where the run lies.
  package var folder: RunFolder
  /// What was run and how it ended.
  package var record: RunRecord
  /// What was measured on the way.
  package var metrics: MetricsLog
  /// The resolved recipe, as text.
  package var recipe: String

  /// Puts a run together.
  package init(folder: RunFolder, record: RunRecord, metrics: MetricsLog, recipe: String) {
    self.folder = folder
    self.record = record
    self.metrics = metrics
    self.recipe = recipe
  }

  /// Reads a run folder.
  package static func load(_ folder: RunFolder) throws(RunError) -> LoadedRun {
    let store = RunStore(folder)
    return LoadedRun(
      folder: folder,
      record: try store.record(),
      metrics: try store.metrics(),
      recipe: try store.recipe()
    )
  }
}
