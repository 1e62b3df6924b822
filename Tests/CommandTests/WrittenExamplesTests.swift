import EspalierTestSupport
import Foundation
import Testing

/// Every example of the help pages and of the documents works as it stands.
@Suite struct WrittenExamplesTests {
  /// Examples that build on one another, from raw texts and recipes on.
  static let scripts = ["espalier", "espalier-tokenizer", "README"]

  /// What takes minutes is started and stopped again.
  private static let long = [
    "espalier demo", "espalier lab halfspaces all", "espalier lab halfspaces noise",
    "espalier lab halfspaces phase2", "espalier lab halfspaces risk",
    "espalier learning-curve", "espalier lab halfspaces samples", "espalier lab halfspaces scale",
    "espalier lab locality", "espalier lab implicit-bias",
  ]

  /// Whether there is the program that some examples pipe into; `make setup` does not install it.
  private static let hasJQ = ["/usr/bin/jq", "/usr/local/bin/jq", "/bin/jq"].contains {
    FileManager.default.isExecutableFile(atPath: $0)
  }

  /// Whether an example compiles for a GPU, for which there is no plugin here.
  private static func lacksCUDA(_ example: String) -> Bool {
    CUDAPlugin.path == nil && example.contains(/--for (h|a)[0-9]/)
  }

  private static func isLong(_ example: String) -> Bool { long.contains { example.hasPrefix($0) } }

  static let pages = WrittenExamples.pages.filter { !scripts.contains($0.name) }
  static let single = pages.flatMap { page in page.examples.map { "\(page.name): \($0)" } }
    .filter { !isLong($0.example) && (hasJQ || !$0.contains("| jq ")) && !lacksCUDA($0) }
  static let longExamples = WrittenExamples.pages.flatMap(\.examples).filter(isLong)

  @Test func thereAreExamplesToRun() {
    #expect(Self.single.count > 30)
    #expect(Self.longExamples.count > 10)
    #expect(Set(WrittenExamples.pages.map(\.name)).isSuperset(of: Self.scripts))
  }

  @Test(arguments: single) func anExampleWorksByItself(entry: String) async throws {
    let hall = try await ExampleHall.ready()
    let copy = try hall.copy(hasResults: true)
    try copy.removeResults(of: entry.example)
    let outcome = try await copy.run(entry.example)
    #expect(outcome.code == 0, "\(outcome.errors)")
  }

  @Test(arguments: scripts) func theExamplesOfAPageWorkOneAfterTheOther(name: String) async throws {
    let page = try #require(WrittenExamples.pages.first { $0.name == name })
    let hall = try await ExampleHall.ready().copy(hasResults: false)
    for example in page.examples where !Self.isLong(example) {
      let outcome = try await hall.run(example)
      try #require(outcome.code == 0, "\(example): \(outcome.errors)")
    }
  }

  @Test(arguments: Set(longExamples).sorted()) func aLongExampleBegins(example: String) async throws
  {
    let hall = try await ExampleHall.ready().copy(hasResults: true)
    let arguments = example.split(separator: " ").dropFirst().map(String.init)
    let command = try LiveCommand(arguments, in: hall.folder.path)
    #expect(try command.reads(lineBeginning: ""), "\(command.lines)")
    #expect(command.lines.allSatisfy { !$0.hasPrefix("error") && !$0.hasPrefix("hint") })
    command.send(SIGKILL)
    #expect(try command.finish() == .uncaughtSignal)
  }
}

extension String {
  /// The example of an entry `PAGE: EXAMPLE`.
  fileprivate var example: String {
    String(self[(firstIndex(of: ":") ?? startIndex)...].dropFirst(2))
  }
}

/// The commands that help pages and documents give as examples.
struct WrittenExamples {
  /// The page's name, such as `espalier-corpus-pack` or `README`.
  var name: String
  /// Its examples in order, lines that were continued put together.
  var examples: [String]

  /// All pages with examples.
  static let pages: [WrittenExamples] = {
    let root = TestPlugin.packageRoot.path
    let help = files(in: "\(root)/Tests/Fixtures/help", ending: ".txt").map { name, text in
      WrittenExamples(name: name, examples: examples(in: text, indent: "  "))
    }
    let documents = ([("README", "\(root)/README.md")] + paths(in: "\(root)/docs", ending: ".md"))
      .map { name, path in
        let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
        let blocks = text.components(separatedBy: "```").enumerated()
          .filter { !$0.offset.isMultiple(of: 2) }.map(\.element)
        return WrittenExamples(
          name: name,
          examples: blocks.flatMap { examples(in: $0, indent: "") }
        )
      }
    return (help + documents).filter { !$0.examples.isEmpty }
  }()

  private static func examples(in text: String, indent: String) -> [String] {
    var examples: [String] = []
    var isContinued = false
    for line in text.components(separatedBy: "\n") {
      if isContinued {
        examples[examples.count - 1] += " " + line.trimmingCharacters(in: .whitespaces)
      } else if line.hasPrefix("\(indent)espalier ") {
        examples.append(line.trimmingCharacters(in: .whitespaces))
      } else {
        continue
      }
      isContinued = examples[examples.count - 1].hasSuffix("\\")
      if isContinued { examples[examples.count - 1].removeLast() }
    }
    return examples.map {
      $0.components(separatedBy: " # ")[0].trimmingCharacters(in: .whitespaces)
    }
  }

  private static func paths(in folder: String, ending: String) -> [(String, String)] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.filter { $0.hasSuffix(ending) }.sorted()
      .map { (String($0.dropLast(ending.count)), "\(folder)/\($0)") }
  }

  private static func files(in folder: String, ending: String) -> [(String, String)] {
    paths(in: folder, ending: ending).map { name, path in
      (name, (try? String(contentsOfFile: path, encoding: .utf8)) ?? "")
    }
  }
}
