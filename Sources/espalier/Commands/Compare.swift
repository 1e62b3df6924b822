import ArgumentParser
import Files
import Reports
import Runs

/// `espalier compare`.
struct Compare: EspalierSubcommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Set runs side by side, on a page and in the terminal.",
    discussion: """
      The first run without growth is what the others are measured against. The page is one file \
      that loads nothing from anywhere: loss against steps, FLOPs and time, the layers' lineage, \
      a table.

        espalier compare runs/demo-full-depth runs/demo-midas
        espalier compare runs/* --output all.html
        espalier compare runs/a runs/b --csv measurements.csv
        espalier compare runs/a runs/b --json | jq '.runs[].finalValidationLoss'
      """
  )

  @Argument(help: ArgumentHelp("Folders of runs, finished or not.", valueName: "run"))
  var runs: [String]

  @Option(
    help: ArgumentHelp(
      "The page to write. (default: comparison.html, or none with --json)",
      valueName: "page"
    )
  )
  var output: String?

  @Option(
    help: ArgumentHelp(
      "A file for all measurements of all runs as CSV, a line each.",
      valueName: "file"
    )
  )
  var csv: String?

  @Flag(help: "Print the comparison as JSON.")
  var json = false

  func run(in context: CommandContext) throws {
    let loaded = try loadedRuns { context.console.note("note: \($0)") }
    for run in loaded {
      if let torn = run.metrics.tornLine {
        context.console.note("note: \(run.folder.path): \(torn.notice)")
      }
    }
    if let csv { try OutputFile.write(Report.metricsCSV(of: loaded), to: csv) }
    let page = output ?? (json ? nil : "comparison.html")
    // A page that cannot be written does not keep the results from being printed, nor the other way round.
    let writing = Result {
      guard let page else { return }
      try OutputFile.write(Report.comparisonPage(of: loaded), to: page)
    }
    if json {
      try context.console.write(Comparison(loaded).json())
    } else {
      try TrainingRun(context: context).summarise(loaded)
    }
    try writing.get()
    if !json, let page { try context.console.write("\nThe page: \(page)\n") }
  }

  /// Reads the runs; what is there beside them and is none is left out, so that `runs/*` means all runs.
  private func loadedRuns(notice: (String) -> Void) throws(RunError) -> [LoadedRun] {
    var loaded: [LoadedRun] = []
    var others: [RunError] = []
    for path in runs {
      do throws(RunError) {
        loaded.append(try LoadedRun.load(RunFolder(path: path)))
      } catch {
        guard case .notARunFolder = error, LocalFileSystem().exists(path) else { throw error }
        others.append(error)
      }
    }
    if loaded.isEmpty, let first = others.first { throw first }
    for path in others { notice("\(path); left out") }
    return loaded
  }
}
