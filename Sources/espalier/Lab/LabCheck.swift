import ImplicitBiasLab
import Laboratory
import LocalityLab
import Reports

/// What the check of a user's own data found.
protocol CheckFindings {
  /// The numbers.
  func record() -> LabRecord
  /// What a page shows of them.
  func study(of path: String, command: String?, facts: [Study.Fact]) -> Study
  /// The same for a terminal.
  var terminalText: String { get }
}

extension ImageFindings: CheckFindings {}
extension BiasFindings: CheckFindings {}

/// A subcommand of a laboratory that looks at a user's own data.
protocol LabCheck: EspalierSubcommand {
  var lab: LabOptions { get }
  /// Whether findings are printed as JSON.
  var json: Bool { get }
}

extension LabCheck {
  /// Runs a check, writes its files, and prints what was found.
  ///
  /// - Parameters:
  ///   - files: The files that the command line names, the data first.
  ///   - name: What results are called, and their folder where none is named.
  ///   - context: The process.
  ///   - platform: What computes.
  ///   - find: Looks at the data, part by part.
  /// - Throws: What computing or writing throws.
  func report(
    on files: [String],
    as name: String,
    in context: CommandContext,
    platform: String,
    find: (Sweep) throws -> some CheckFindings
  ) throws {
    let run = LabRun(context: context, folder: LabFolder(path: lab.output ?? "runs/\(name)"))
    var findings: (any CheckFindings)?
    let record = try run.record("check") { sweep in
      let found = try find(sweep)
      findings = found
      return found.record()
    }
    guard let findings else { return }
    let study = findings.study(
      of: files[0],
      command: run.command,
      facts: run.facts(platform: "an XLA plugin for \(platform)")
    )
    var written = "The page: \(try run.write(study, name: name))\n"
    if lab.format == .notebook {
      let notebook = try run.writeNotebook(study, of: ["check"], name: name, files: files)
      written += "The notebook: \(notebook)\n"
    }
    let text = json ? try record.json() : "\(findings.terminalText)\n\(written)"
    try context.console.write(text)
  }
}
