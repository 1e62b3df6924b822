import EspalierTestSupport
import Foundation
import Testing

/// `docs/reliability.md` names tests that there are.
@Suite struct ReliabilityPageTests {
  @Test func everyTestThatIsNamedExists() throws {
    let path = TestPlugin.packageRoot.path + "/docs/reliability.md"
    let page = try String(contentsOfFile: path, encoding: .utf8)
    let sources = try TestSources()
    let named = page.matches(of: /`([A-Z][A-Za-z0-9]+Tests)(?:\.([a-zA-Z0-9]+))?`/)
    #expect(named.count > 60)
    for name in named {
      #expect(sources.declare(suite: String(name.1), test: name.2.map(String.init)), "\(name.0)")
    }
  }
}
