import EspalierTestSupport
import Foundation
import Testing

/// The file of the longest tests names tests that there are, so that none is left out by a name that went away.
@Suite struct LongTestsTests {
  private func entries() throws -> [Substring] {
    let path = TestPlugin.packageRoot.path + "/Tests/long-tests.txt"
    return try String(contentsOfFile: path, encoding: .utf8)
      .split(separator: "\n").filter { !$0.hasPrefix("#") }
  }

  @Test func everyLongTestExists() throws {
    let entries = try entries()
    #expect(entries.count > 10)
    #expect(entries == entries.sorted(), "in the order of the alphabet")
    let names = try entries.map {
      try #require(
        $0.wholeMatch(of: /([A-Za-z0-9]+Tests)\.([A-Za-z0-9]+Tests)(?:\/([A-Za-z0-9]+))?/),
        "\($0)"
      )
    }
    for (target, names) in Dictionary(grouping: names, by: \.1) {
      let sources = try TestSources(target: String(target))
      for name in names {
        #expect(sources.declare(suite: String(name.2), test: name.3.map(String.init)), "\(name.0)")
      }
    }
  }

  /// A suite that is left out as a whole needs no line for one of its tests.
  @Test func nothingIsNamedTwice() throws {
    let entries = try entries()
    #expect(Set(entries).count == entries.count)
    for entry in entries where entry.contains("/") {
      #expect(!entries.contains(entry.prefix { $0 != "/" }), "\(entry)")
    }
  }
}
