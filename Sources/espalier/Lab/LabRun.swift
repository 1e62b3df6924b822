import ArgumentParser
import Files
import Foundation
import Laboratory
import Reports
import Runs
import Training

/// Runs experiments of any laboratory in front of the user: progress, files, summary.
struct LabRun {
  let context: CommandContext
  let folder: LabFolder

  /// Runs an experiment and writes its record and table.
  ///
  /// - Parameters:
  ///   - name: The experiment's name, such as `risk`.
  ///   - make: Computes the record, cell by cell.
  /// - Returns: The record.
  /// - Throws: What computing or writing throws.
  func record(_ name: String, make: (Sweep) throws -> LabRecord) throws -> LabRecord {
    let console = context.console
    try OutputFile.prepareFolder(of: folder.recordFile(name))
    let line = LiveLine(console)
    defer { line.clear() }
    let seconds = monotonicSeconds()
    var meter = RateMeter()
    let sweep = Sweep(path: folder.cellsFile(name)) { progress in
      let part = "part \(progress.doneCount + 1)/\(progress.cellCount)"
      if progress.doneCount == 0 { meter.restart() }
      meter.note(Double(progress.doneCount), at: seconds())
      let left = meter.rate.flatMap { rate in
        rate > 0 ? Double(progress.cellCount - progress.doneCount) / rate : nil
      }
      let bar = ProgressBar(
        title: name,
        fraction: Double(progress.doneCount) / Double(progress.cellCount),
        details: [part] + (left.map { ["left \(NumberFormat.duration($0))"] } ?? []) + [
          progress.cell
        ]
      )
      console.canRedraw ? line.show(bar) : console.note("\(name): \(part)")
    }
    var record = try make(sweep)
    record.command = command
    line.clear()
    let reused = sweep.reusedCount > 0 ? ", \(counted(sweep.reusedCount, "part")) found there" : ""
    console.note("\(name): \(NumberFormat.fixed(seconds(), digits: 1)) s\(reused)")
    try OutputFile.write(record.json(), to: folder.recordFile(name))
    try OutputFile.write(record.csv, to: folder.tableFile(name))
    return record
  }

  /// Writes the study, prints what came out, and fails if a check does.
  ///
  /// - Throws: `ExitCode(1)` if a check of the records does not hold.
  func finish(_ records: [LabRecord], study: Study, name: String) throws {
    let page = try write(study, name: name)
    for record in records {
      let failing = record.checks.filter { !$0.holds }
      let verdict =
        failing.isEmpty
        ? "\(counted(record.checks.count, "check")), none fails"
        : "\(failing.count) of \(counted(record.checks.count, "check")) FAILED"
      try context.console.write("\(record.experiment): \(verdict)\n")
      for check in failing {
        try context.console.write(
          "  FAILED \(check.name): \(check.measured), expected \(check.expected)\n"
        )
      }
    }
    try context.console.write("\nThe page: \(page)\n")
    if !records.allSatisfy(\.holds) { throw ExitCode(1) }
  }

  /// Writes a study as a page, as Markdown and as JSON.
  ///
  /// - Returns: The page's file.
  /// - Throws: What writing throws.
  func write(_ study: Study, name: String) throws -> String {
    let page = folder.file(name, "html")
    try OutputFile.write(study.page, to: page)
    try OutputFile.write(study.markdown, to: folder.file(name, "md"))
    try OutputFile.write(study.json(), to: folder.file(name, "study.json"))
    return page
  }

  /// Writes a study as a notebook for Jupyter and as a document for Quarto.
  ///
  /// - Parameters:
  ///   - study: The sections of the experiments that the command runs.
  ///   - experiments: Their names.
  ///   - name: The laboratory's name.
  ///   - files: Files that the command line names; the notebook finds them from its own folder.
  /// - Returns: The notebook's file.
  /// - Throws: What writing throws.
  func writeNotebook(
    _ study: Study,
    of experiments: [String],
    name: String,
    files: [String] = []
  ) throws -> String {
    // The notebook lies in the folder of results, and finds the plugin of the machine it is on.
    let words = try context.arguments.dropFirst()
      .without(options: ["--format", "--output", "--plugin"])
      .map { files.contains($0) ? try LocalFileSystem().realPath($0) : $0 }
    let notebook = study.notebook(
      Study.NotebookSource(
        arguments: words + ["--output", "."],
        study: "\(name).study.json",
        records: experiments.map { "\($0).json" }
      )
    )
    try OutputFile.write(notebook.jupyter(), to: folder.file(name, "ipynb"))
    try OutputFile.write(notebook.quarto, to: folder.file(name, "qmd"))
    return folder.file(name, "ipynb")
  }

  /// The command line, as a reader would type it.
  var command: String {
    (["espalier"] + context.arguments.dropFirst()).joined(separator: " ")
  }

  /// How numbers came to be, for a page.
  func facts(platform: String) -> [Study.Fact] {
    let machine = MachineRecord.current()
    return [
      Study.Fact("Command", command),
      Study.Fact("Date", Date.now.formatted(.iso8601.year().month().day())),
      Study.Fact(
        "Machine",
        "\(machine.processor), \(counted(machine.coreCount, "core")), "
          + "\(machine.memoryBytes >> 30) GiB of memory"
      ),
      Study.Fact("System", "\(machine.operatingSystem), \(machine.kernel)"),
      Study.Fact(
        "Versions",
        "espalier \(TrainingSession.version), Swift \(VersionsRecord.compiler), \(platform)"
      ),
    ]
  }
}

extension Sequence<String> {
  /// The words of a command line but for options that take a value, and their values.
  fileprivate func without(options: Set<String>) -> [String] {
    var kept: [String] = []
    var isValue = false
    for word in self {
      if isValue {
        isValue = false
      } else if options.contains(word) {
        isValue = true
      } else if !options.contains(where: { word.hasPrefix("\($0)=") }) {
        kept.append(word)
      }
    }
    return kept
  }
}
