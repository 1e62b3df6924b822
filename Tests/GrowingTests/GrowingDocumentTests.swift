import EspalierTestSupport
import Foundation
import Growing
import Testing

/// `docs/growing.md` says what the registry says.
@Suite struct GrowingDocumentTests {
  @Test func theDocumentListsEveryOperator() throws {
    let path = TestPlugin.packageRoot.path + "/docs/growing.md"
    let rows = try String(contentsOfFile: path, encoding: .utf8)
      .split(separator: "\n")
      .drop { !$0.hasPrefix("| name | what it does | same function |") }
      .dropFirst(2)
      .prefix { $0.hasPrefix("|") }
    let expected = GrowthOperator.all.map {
      "| `\($0.name)` | \($0.summary) | \($0.preservation.rawValue) | \($0.reference) |"
    }
    #expect(rows.map(String.init) == expected)
  }
}
