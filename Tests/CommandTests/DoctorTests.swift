import EspalierTestSupport
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
        "program", "kernels", "CUDA", "processor", "features", "cores", "SentencePiece", "libpng",
        "OpenBLAS", "Clp", "memory", "disk",
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

  /// A folder for the plugin alone, with other files beside it.
  private func folder(plugin name: String?, texts: [String]) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    for text in texts { try folder.write("no library", to: ".espalier/plugins/\(text)") }
    if let name {
      try folder.makeFolder(".espalier/plugins")
      try FileManager.default.createSymbolicLink(
        atPath: folder / ".espalier/plugins/\(name)",
        withDestinationPath: TestPlugin.path
      )
    }
    return folder
  }

  private func report(in folder: TemporaryFolder) async throws -> Report {
    let outcome = try await EspalierProcess(folder: folder.path).run(["doctor", "--json"])
    return try JSONDecoder().decode(Report.self, from: Data(outcome.output.utf8))
  }

  @Test func eachPluginThatIsFoundIsSaidToBeWhatItIs() async throws {
    let names = ["pjrt_c_api_cpu_plugin.so", "pjrt_c_api_cuda_plugin.so"]
    let folder = try folder(plugin: names[0], texts: [names[1]])
    let report = try await report(in: folder)
    #expect(report.healthy)
    let place = "\(folder.path)/.espalier/plugins"
    #expect(report.findings.first { $0.name == "plugin" }?.found == "\(place)/\(names[0])")
    let other = try #require(report.findings.first { $0.name == "other plugin" })
    #expect(other.status == "poor")
    #expect(other.found.hasPrefix("\(place)/\(names[1]): cannot be opened as an XLA plugin: "))
    #expect(other.hint == "it is not used; delete it, or put the plugin there that it should be")
  }

  /// What a plugin says of itself counts, not its name.
  @Test func aPluginUnderAnotherNameIsUsed() async throws {
    let report = try await report(in: folder(plugin: "pjrt_c_api_cuda_plugin.so", texts: []))
    #expect(report.healthy)
    let platform = report.findings.first { $0.name == "platform" }
    #expect(platform?.found.hasPrefix("cpu, ") == true)
  }

  @Test func oneOfSeveralPluginsHasToBeNamed() async throws {
    let texts = ["pjrt_c_api_cuda_plugin.so", "pjrt_c_api_tpu_plugin.so"]
    let report = try await report(in: folder(plugin: nil, texts: texts))
    #expect(!report.healthy)
    let plugin = report.findings.first { $0.name == "plugin" }
    #expect(plugin?.found.hasPrefix("several XLA plugins found (") == true)
    // The package's own plugin is found, too.
    #expect(report.findings.count { $0.name == "other plugin" && $0.status == "poor" } == 2)
  }

  /// What is said of CUDA by what there is of it; none of it is needed.
  @Test func whatThereIsOfCUDAIsSaid() throws {
    func finding(_ plugin: String?, hasGPU: Bool) -> String {
      let findings = CUDAExamination(plugin: plugin, hasGPU: hasGPU).findings()
      return findings.map { "\($0.status): \($0.found)" }.joined(separator: "\n")
    }
    #expect(
      finding(nil, hasGPU: false)
        == "fine: no GPU and no plugin for one, which is fine on a processor"
    )
    #expect(finding(nil, hasGPU: true) == "poor: a GPU is there, and no plugin for it")
    let folder = try TemporaryFolder()
    let plugin = folder / "cuda/xla/pjrt_c_api_cuda_plugin.so"
    #expect(finding(plugin, hasGPU: true) == "fine: \(plugin), with the system's libraries")
    let ptxas = "cuda/nvidia/cu13/bin/ptxas"
    try folder.write("", to: "cuda/xla/pjrt_c_api_cuda_plugin.so")
    try folder.write("", to: ptxas)
    #expect(finding(plugin, hasGPU: false).hasPrefix("poor: "))
    #expect(finding(plugin, hasGPU: false).contains("lacks cu13/bin/nvlink, cu13/nvvm"))
    for file in ["bin/nvlink", "nvvm/libdevice/libdevice.10.bc"] {
      try folder.write("", to: "cuda/nvidia/cu13/\(file)")
    }
    #expect(
      finding(plugin, hasGPU: false)
        == "fine: compiles for GPUs that are not there; there is no NVIDIA GPU here, or its driver "
        + "is not loaded: there is no /dev/nvidiactl"
    )
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
