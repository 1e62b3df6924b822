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
  /// What its folder is called, where other runs have the same name.
  private var folderName: String?

  /// Puts a run together.
  package init(folder: RunFolder, record: RunRecord, metrics: MetricsLog, recipe: String) {
    self.folder = folder
    self.record = record
    self.metrics = metrics
    self.recipe = recipe
  }

  /// What reports call the run: the name in its record, with its folder where ``toldApart(_:)`` had to say more.
  package var name: String { record.name + (folderName.map { " (\($0))" } ?? "") }

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

extension LoadedRun {
  /// The same runs with names that differ: those of equal names also say what their folders are called.
  ///
  /// - Parameter runs: Any runs.
  /// - Returns: The runs in their order. Runs that differ in name, or were told apart before, stay as they are.
  package static func toldApart(_ runs: [LoadedRun]) -> [LoadedRun] {
    var result = runs
    for places in Dictionary(grouping: runs.indices, by: { runs[$0].name }).values
    where places.count > 1 {
      for (place, name) in zip(places, shortNames(of: places.map { runs[$0].folder.path })) {
        result[place].folderName = name
      }
    }
    return result
  }

  /// The ends of paths, of as many parts as make them differ; equal paths are numbered.
  private static func shortNames(of paths: [String]) -> [String] {
    let parts = paths.map { $0.split(separator: "/") }
    for count in 1...max(1, parts.map(\.count).max() ?? 1) {
      let names = parts.map { $0.suffix(count).joined(separator: "/") }
      if Set(names).count == names.count { return names }
    }
    return paths.enumerated().map { "\($0.element), \($0.offset + 1)" }
  }
}
