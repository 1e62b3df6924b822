import ArgumentParser
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
    let sweep = Sweep(path: folder.cellsFile(name)) { progress in
      let part = "part \(progress.doneCount + 1)/\(progress.cellCount)"
      let bar = ProgressBar(
        title: name,
        fraction: Double(progress.doneCount) / Double(progress.cellCount),
        details: [part, progress.cell]
      )
      console.canRedraw ? line.show(bar) : console.note("\(name): \(part)")
    }
    let seconds = monotonicSeconds()
    let record = try make(sweep)
    line.clear()
    let reused = sweep.reusedCount > 0 ? ", \(counted(sweep.reusedCount, "part")) found there" : ""
    console.note("\(name): \(NumberFormat.fixed(seconds(), digits: 1)) s\(reused)")
    try OutputFile.write(record.json(), to: folder.recordFile(name))
    try OutputFile.write(record.csv, to: folder.tableFile(name))
    return record
  }

  /// Writes the study as a page and as Markdown, prints what came out, and fails if a check does.
  ///
  /// - Throws: `ExitCode(1)` if a check of the records does not hold.
  func finish(_ records: [LabRecord], study: Study, name: String) throws {
    let page = "\(folder.path)/\(name).html"
    try OutputFile.write(study.page, to: page)
    try OutputFile.write(study.markdown, to: "\(folder.path)/\(name).md")
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

  /// How numbers came to be, for a page.
  func facts(platform: String) -> [Study.Fact] {
    let machine = MachineRecord.current()
    return [
      Study.Fact("Command", (["espalier"] + context.arguments.dropFirst()).joined(separator: " ")),
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
