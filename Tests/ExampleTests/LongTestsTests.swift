import EspalierTestSupport
import Foundation
import Testing

/// The file of the longest tests names tests that there are, so that none is left out by a name that went away.
@Suite struct LongTestsTests {
  @Test func everyLongTestExists() throws {
    let root = TestPlugin.packageRoot.path + "/Tests"
    let lines = try String(contentsOfFile: "\(root)/long-tests.txt", encoding: .utf8)
      .split(separator: "\n").filter { !$0.hasPrefix("#") }
    #expect(lines.count > 10)
    #expect(lines == lines.sorted(), "in the order of the alphabet")
    for line in lines {
      let name = try #require(
        line.wholeMatch(of: /([A-Za-z0-9]+Tests)\.([A-Za-z0-9]+Tests)(?:\/([A-Za-z0-9]+))?/),
        "\(line)"
      )
      let sources = try FileManager.default.subpathsOfDirectory(atPath: "\(root)/\(name.1)")
        .filter { $0.hasSuffix(".swift") }
        .map { try String(contentsOfFile: "\(root)/\(name.1)/\($0)", encoding: .utf8) }
        .filter { $0.contains("struct \(name.2) ") || $0.contains("extension \(name.2) ") }
      #expect(!sources.isEmpty, "\(line)")
      guard let test = name.3 else { continue }
      #expect(sources.contains { $0.contains("func \(test)(") }, "\(line)")
    }
  }
}
