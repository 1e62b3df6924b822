import EspalierTestSupport
import Foundation
import Testing

/// `docs/reliability.md` names tests that there are.
@Suite struct ReliabilityPageTests {
  @Test func everyTestThatIsNamedExists() throws {
    let root = TestPlugin.packageRoot.path
    let page = try String(contentsOfFile: root + "/docs/reliability.md", encoding: .utf8)
    let sources = try FileManager.default.subpathsOfDirectory(atPath: root + "/Tests")
      .filter { $0.hasSuffix(".swift") }
      .map { try String(contentsOfFile: "\(root)/Tests/\($0)", encoding: .utf8) }
    var count = 0
    for name in page.matches(of: /`([A-Z][A-Za-z0-9]+Tests)(?:\.([a-zA-Z0-9]+))?`/) {
      count += 1
      let suite = sources.filter {
        $0.contains("struct \(name.1) ") || $0.contains("extension \(name.1) ")
      }
      #expect(!suite.isEmpty, "\(name.1)")
      guard let test = name.2 else { continue }
      #expect(suite.contains { $0.contains("func \(test)(") }, "\(name.0)")
    }
    #expect(count > 60)
  }
}
