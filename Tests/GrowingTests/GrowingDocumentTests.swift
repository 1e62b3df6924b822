import EspalierTestSupport
import Foundation
import Growing
import Testing

/// `docs/growing.md` says what the registry says.
@Suite struct GrowingDocumentTests {
  @Test func theDocumentListsEveryOperator() throws {
    let path = TestPlugin.packageRoot.path + "/docs/growing.md"
    let text = try String(contentsOfFile: path, encoding: .utf8)
    func rows(ofTable name: String) -> [String] {
      text.split(separator: "\n")
        .drop { !$0.hasPrefix("| \(name) | what it does | same function |") }
        .dropFirst(2)
        .prefix { $0.hasPrefix("|") }
        .map(String.init)
    }
    #expect(
      rows(ofTable: "name")
        == GrowthOperator.all.map {
          "| `\($0.name)` | \($0.summary) | \($0.preservation.rawValue) | \($0.reference) |"
        }
    )
    #expect(
      rows(ofTable: "fill")
        == WidthOperator.allCases.map {
          "| `\($0.rawValue)` | \($0.summary) | \($0.preservation.rawValue) | \($0.reference) |"
        }
    )
  }
}
