import EspalierTestSupport
import Foundation
import Testing

/// The command as `make install` puts it into a place of its own.
@Suite struct InstallTests {
  private static let script = TestPlugin.packageRoot.path + "/scripts/install.sh"

  /// What a shell makes of a line in a folder.
  private func shell(
    _ line: String,
    in folder: TemporaryFolder
  ) async throws -> EspalierProcess.Outcome {
    try await EspalierProcess(folder: folder.path, launcher: ["/bin/sh", "-c", line]).run([])
  }

  @Test func theCommandIsInstalledWithWhatItReads() async throws {
    let folder = try TemporaryFolder()
    let plugin = URL(fileURLWithPath: TestPlugin.path).lastPathComponent
    try FileManager.default.createSymbolicLink(
      atPath: folder / plugin,
      withDestinationPath: TestPlugin.path
    )
    try folder.write("as it is", to: "\(plugin).LICENSE")
    let outcome = try await shell(
      """
      set -e
      \(Self.script) "$PWD/here" "\(EspalierProcess.executable)" \(plugin)
      bash -n here/share/bash-completion/completions/espalier
      here/bin/espalier --version
      here/bin/espalier doctor | grep '^ok    plugin '
      """,
      in: folder
    )
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(outcome.output.hasPrefix("\(folder.path)/here/bin/espalier\n"))
    #expect(outcome.output.contains("\(folder.path)/here/lib/espalier/plugins/\(plugin)"))
    #expect(try folder.read("here/lib/espalier/plugins/\(plugin).LICENSE") == Data("as it is".utf8))
    for file in [
      "Data/king-james.jsonl.gz", "Recipes/demo-midas.yaml", "Tasks/open-book.yaml",
      "Python/espalier.py",
    ] {
      let installed = try folder.read("here/share/espalier/\(file)")
      let original = TestPlugin.packageRoot.appendingPathComponent(file)
      #expect(try installed == Data(contentsOf: original), "\(file)")
    }
    for file in [
      "bash-completion/completions/espalier", "zsh/site-functions/_espalier",
      "fish/vendor_completions.d/espalier.fish",
    ] {
      let text = String(decoding: try folder.read("here/share/\(file)"), as: UTF8.self)
      #expect(text.contains("learning-curve") && text.contains("import"), "\(file)")
    }
  }

  /// The page has what the help has: each subcommand, each option, each example; and troff takes it as it is.
  @Test func theManualPageSaysWhatTheHelpSays() async throws {
    let folder = try TemporaryFolder()
    let script = TestPlugin.packageRoot.path + "/scripts/man-page.py"
    let outcome = try await shell("python3 \(script) \(EspalierProcess.executable)", in: folder)
    #expect(outcome.code == 0, "\(outcome.errors)")
    let page = outcome.output.replacing("\\-", with: "-")
    for command in HelpTests.commands where !command.isEmpty {
      #expect(page.contains("\n.SS espalier \(command)\n"), "\(command)")
    }
    let help = try await EspalierProcess(folder: "/").run(["train", "--help"])
    for option in help.output.matches(of: /--[a-z-]+/).map({ String($0.output) }) {
      #expect(page.contains("\\fB\(option)\\fR") || page.contains(option), "\(option)")
    }
    #expect(page.contains("\n.nf\nespalier demo\n.fi\n"))
    // A request that troff does not know would begin with a dot that was text.
    let known: Set = [
      ".TH", ".SH", ".SS", ".PP", ".TP", ".B", ".I", ".RS", ".RE", ".nf", ".fi",
    ]
    let requests = page.split(separator: "\n").filter { $0.hasPrefix(".") || $0.hasPrefix("'") }
    #expect(requests.allSatisfy { known.contains(String($0.prefix { $0 != " " })) })
  }

  @Test(arguments: [
    ("here nothing", "nothing: is not there; `make build` makes it"),
    (
      "here \(EspalierProcess.executable) nothing",
      "nothing: is not there; `make setup` fetches the plugin"
    ),
  ])
  func whatIsNotThereIsMissed(words: String, error: String) async throws {
    let folder = try TemporaryFolder()
    let outcome = try await shell("\(Self.script) \(words)", in: folder)
    #expect(outcome.code == 1)
    #expect(outcome.errors == "error: \(error)\n")
    #expect(try folder.names().isEmpty)
  }
}
