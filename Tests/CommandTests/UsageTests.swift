import Foundation
import Testing

/// Command lines that are wrong by themselves: exit code 2, one message, one hint.
@Suite struct UsageTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let line: String
    let message: String
    let command: String

    init(_ line: String, _ message: String, _ command: String) {
      self.line = line
      self.message = message
      self.command = command
    }

    var testDescription: String { line }
  }

  static let cases = [
    Case("trian", #"`espalier` has no subcommand "trian""#, "espalier"),
    Case("corpus pak", #"`espalier corpus` has no subcommand "pak""#, "espalier corpus"),
    Case("--nonsense", "Unknown option '--nonsense'", "espalier"),
    Case("train", "Missing expected argument '<recipe>'", "espalier train"),
    Case("train a b", "Unexpected argument 'b'", "espalier train"),
    Case("train a --sett x=1", "Unknown option '--sett'. Did you mean '--set'?", "espalier train"),
    Case("train a --set", "Missing value for '--set <field=value>'", "espalier train"),
    Case("compare", "Missing expected argument '<run> ...'", "espalier compare"),
    Case(
      "profile a --steps 0",
      "--steps: needs a whole number from 1 on; got 0",
      "espalier profile"
    ),
    Case("doctor extra", "Unexpected argument 'extra'", "espalier doctor"),
    Case(
      "tokenizer train a --vocabulary-size many --output b",
      "The value 'many' is invalid for '--vocabulary-size <count>'",
      "espalier tokenizer train"
    ),
    Case(
      "tokenizer decode m word",
      "The value 'word' is invalid for '<id>'",
      "espalier tokenizer decode"
    ),
    Case(
      "lab halfspaces rsik",
      #"`espalier lab halfspaces` has no subcommand "rsik""#,
      "espalier lab halfspaces"
    ),
    Case(
      "lab halfspaces risk --optima many",
      "The value 'many' is invalid for '--optima <number>'",
      "espalier lab halfspaces risk"
    ),
    Case(
      "lab halfspaces check",
      "Missing expected argument '<csv>'",
      "espalier lab halfspaces check"
    ),
    Case(
      "grow c --output o",
      "Give either --method or --map, or a size to grow to, such as --width",
      "espalier grow"
    ),
    Case(
      "grow c --map 0 --method midas --output o",
      "Give either --method or --map, or a size to grow to, such as --width",
      "espalier grow"
    ),
    Case(
      "grow c --method none --output o",
      #"--method: needs a name that `espalier operators` lists; got "none""#,
      "espalier grow"
    ),
    Case(
      "grow c --map 0,a --output o",
      "--map: needs layers from 0 on with commas between them, * for a new one, such as 0,1,1,*; "
        + #"got "0,a""#,
      "espalier grow"
    ),
    Case(
      "grow c --map 0 --optimizer-state keep --output o",
      "The value 'keep' is invalid for '--optimizer-state <policy>'. Please provide one of 'copy', "
        + "'zero-new', 'reset-copies' or 'clear-all'.",
      "espalier grow"
    ),
  ]

  /// An empty path would name the root folder.
  @Test(arguments: [
    (["train", "tiny.yaml", "--run", ""], "--run"),
    (["lab", "halfspaces", "scale", "--output", ""], "--output"),
    (["grow", "step-00000018", "--map", "0", "--output", ""], "--output"),
  ]) func emptyFoldersAreRefused(arguments: [String], option: String) async throws {
    let outcome = try await EspalierProcess(folder: "/").run(arguments)
    #expect(outcome.code == 2)
    #expect(outcome.errorLines.first == "error: \(option): needs a folder; got nothing")
  }

  @Test(arguments: cases) func wrongUsageIsExplainedWithItsHelp(_ wrong: Case) async throws {
    let arguments = wrong.line.split(separator: " ").map(String.init)
    let outcome = try await EspalierProcess(folder: "/").run(arguments)
    #expect(outcome.code == 2)
    #expect(outcome.output == "")
    #expect(
      outcome.errors
        == "error: \(wrong.message)\nhint: `\(wrong.command) --help` shows how it is used\n"
    )
  }
}
