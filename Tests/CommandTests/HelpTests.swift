import EspalierTestSupport
import Foundation
import Testing

/// Help pages, compared with files in `Tests/Fixtures/help`.
///
/// `ESPALIER_RECORD=1 swift test --filter HelpTests` writes the files anew; look at the difference.
@Suite struct HelpTests {
  static let commands = [
    "", "demo", "plan", "train", "resume", "branch", "compare", "sweep", "grow", "finetune", "eval",
    "isoplot", "learning-curve", "analyze", "tasks", "generate",
    "export", "import", "lag", "tokenizer", "tokenizer train",
    "tokenizer encode", "tokenizer decode", "corpus", "corpus pack", "corpus inspect",
    "corpus batches", "operators",
    "profile", "compile",
    "doctor",
    "lab", "lab halfspaces", "lab halfspaces risk", "lab halfspaces scale",
    "lab halfspaces phase2", "lab halfspaces noise", "lab halfspaces samples",
    "lab halfspaces all", "lab halfspaces check", "lab locality check",
    "lab locality", "lab locality bayes", "lab locality samples", "lab locality curves",
    "lab locality alignment", "lab locality noise", "lab locality equivariance",
    "lab locality static", "lab locality bias", "lab locality beyond", "lab locality all",
    "lab implicit-bias", "lab implicit-bias benign", "lab implicit-bias mirror",
    "lab implicit-bias metric", "lab implicit-bias diagonal", "lab implicit-bias sparse",
    "lab implicit-bias classification", "lab implicit-bias matrix", "lab implicit-bias noise",
    "lab implicit-bias stacking",
    "lab implicit-bias all", "lab implicit-bias check",
  ]

  private let folder = TestPlugin.packageRoot.path + "/Tests/Fixtures/help"

  @Test(arguments: commands) func helpIsAsRecorded(command: String) async throws {
    let words = command.split(separator: " ").map(String.init)
    let outcome = try await EspalierProcess(folder: "/").run(words + ["--help"])
    #expect(outcome.code == 0)
    #expect(outcome.errors.isEmpty)
    let path = "\(folder)/\((["espalier"] + words).joined(separator: "-")).txt"
    if ProcessInfo.processInfo.environment["ESPALIER_RECORD"] != nil {
      try outcome.output.write(toFile: path, atomically: true, encoding: .utf8)
    }
    #expect(try outcome.output == String(contentsOfFile: path, encoding: .utf8))
  }

  @Test(arguments: commands) func everyHelpHasAnExampleThatFitsATerminal(
    command: String
  ) async throws {
    let words = command.split(separator: " ").map(String.init)
    let outcome = try await EspalierProcess(folder: "/").run(words + ["--help"])
    let lines = outcome.output.split(separator: "\n")
    let name = (["espalier"] + words).joined(separator: " ")
    #expect(lines.contains { $0.hasPrefix("  \(name)") })
    #expect(lines.allSatisfy { $0.count <= 80 || $0.hasPrefix("USAGE:") })
    // An example that was broken in two goes on at the margin.
    let all = outcome.output.components(separatedBy: "\n")
    for (line, next) in zip(all, all.dropFirst()) where line.hasPrefix("  espalier ") {
      #expect(next.isEmpty || next.hasPrefix("  "), "\(line)")
    }
  }

  @Test func theVersionIsPrinted() async throws {
    let outcome = try await EspalierProcess(folder: "/").run(["--version"])
    #expect(outcome.code == 0)
    #expect(outcome.output.wholeMatch(of: /[0-9]+\.[0-9]+\.[0-9]+\n/) != nil)
  }

  @Test func helpOnHelpAndNoArgumentsIsTheSamePage() async throws {
    let bare = try await EspalierProcess(folder: "/").run([])
    let asked = try await EspalierProcess(folder: "/").run(["help"])
    #expect(bare.code == 0)
    #expect(bare.output == asked.output)
  }
}
