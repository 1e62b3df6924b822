import EspalierTestSupport
import Foundation
import Testing

/// `docs/libraries.md` and `docs/parametrizations.md` show programs as they are, and what they print.
@Suite struct LibraryPageTests {
  private static let root = TestPlugin.packageRoot.path

  /// The pages' sections about libraries, by their titles.
  private static func sections() throws -> [String: String] {
    let parts = try ["libraries", "parametrizations"].flatMap { name in
      try String(contentsOfFile: "\(root)/docs/\(name).md", encoding: .utf8)
        .components(separatedBy: "\n## ").dropFirst().map {
          $0.split(separator: "\n", maxSplits: 1).map(String.init)
        }
    }.filter { $0[1].contains("\n```swift\n") }
    return Dictionary(uniqueKeysWithValues: parts.map { ($0[0], $0[1]) })
  }

  /// The text of the first block of a kind.
  private static func block(_ kind: String, in section: String) throws -> String {
    let start = try #require(section.range(of: "\n```\(kind)\n"))
    let end = try #require(section[start.upperBound...].range(of: "```\n"))
    return String(section[start.upperBound..<end.lowerBound])
  }

  @Test func everyExampleHasASection() throws {
    let examples = try FileManager.default.contentsOfDirectory(atPath: "\(Self.root)/Examples")
    #expect(try Set(Self.sections().keys) == Set(examples))
    #expect(examples.count == 5)
  }

  @Test(arguments: ["PJRT", "Tensors", "Safetensors", "ImplicitBias", "Espalier"])
  func thePageShowsTheProgramAndWhatItPrints(library: String) throws {
    let section = try #require(try Self.sections()[library])
    let source = "\(Self.root)/Examples/\(library)/main.swift"
    #expect(
      try Self.block("swift", in: section) == String(contentsOfFile: source, encoding: .utf8)
    )
    let mark = try #require(section.range(of: "It prints:\n"))
    #expect(try Self.output(of: library) == Self.block("", in: String(section[mark.upperBound...])))
  }

  /// What an example prints; it was built with the tests and lies beside them.
  private static func output(of library: String) throws -> String {
    let tests = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
    let folder = try TemporaryFolder()
    let process = Process()
    process.executableURL = tests.deletingLastPathComponent()
      .appendingPathComponent("\(library)Example")
    process.arguments = [TestPlugin.path, "\(root)/Data/king-james.jsonl.gz"]
    process.currentDirectoryURL = URL(fileURLWithPath: folder.path)
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let data = try output.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    return String(decoding: data, as: UTF8.self)
  }
}
