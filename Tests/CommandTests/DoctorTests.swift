import Foundation
import Testing

@testable import espalier

@Suite struct DoctorTests {
  private struct Report: Decodable {
    struct Item: Decodable {
      var name: String
      var status: String
      var found: String
      var hint: String?
    }
    var healthy: Bool
    var findings: [Item]
  }

  @Test func everythingIsFoundWhereEverythingIsThere() async throws {
    let folder = try await Workshop.ready().copy()
    let outcome = try await EspalierProcess(folder: folder.path).run(["doctor", "--json"])
    #expect(outcome.code == 0)
    let report = try JSONDecoder().decode(Report.self, from: Data(outcome.output.utf8))
    #expect(report.healthy)
    #expect(
      report.findings.map(\.name) == [
        "espalier", "system", "plugin", "interface", "extensions", "platform", "devices",
        "program", "kernels", "processor", "features", "cores", "SentencePiece", "memory", "disk",
      ]
    )
    #expect(report.findings.allSatisfy { $0.status == "fine" || $0.hint != nil })
    #expect(report.findings.allSatisfy { !$0.found.isEmpty })
    let plugin = report.findings.first { $0.name == "plugin" }
    #expect(plugin?.found.hasPrefix("\(folder.path)/.espalier/plugins/") == true)
  }

  @Test func aMissingPluginFailsWithAHintAndTheRestIsStillSaid() async throws {
    let folder = try await Workshop.ready().copy()
    let outcome = try await EspalierProcess(folder: folder.path).run([
      "doctor", "--plugin", "nowhere.so",
    ])
    #expect(outcome.code == 1)
    #expect(outcome.errors == "")
    let lines = outcome.output.split(separator: "\n")
    let failure = try #require(lines.firstIndex { $0.hasPrefix("FAIL  plugin ") })
    #expect(lines[failure + 1].hasPrefix("      hint: `make setup`"))
    #expect(lines.contains { $0.hasPrefix("ok    cores ") })
    #expect(!lines.contains { $0.contains("program") })
  }

  @Test func onlyWhatIsMissingMakesUnhealthy() {
    let poor = Finding.poor("memory", "1 B", hint: "more")
    #expect(Examination([.fine("cores", "2"), poor]).healthy)
    #expect(!Examination([poor, .missing("plugin", "none", hint: "make setup")]).healthy)
    #expect(
      Examination([poor]).text == "poor  memory         1 B\n      hint: more\n"
    )
  }
}
