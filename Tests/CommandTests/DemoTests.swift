import EspalierTestSupport
import Foundation
import Reports
import Runs
import Testing

/// The demonstration, on a small text with a small model.
@Suite struct DemoTests {
  @Test func theDemoTrainsGoesOnAndTrainsAgain() async throws {
    let folder = try await Workshop.ready().copy()
    try await prepare(folder)

    // Killed in the second of the three runs.
    let killed = try LiveCommand(["demo"], in: folder.path)
    #expect(try killed.reads(lineBeginning: "midas-long: "))
    #expect(try killed.reads(lineBeginning: "step 4/19"))
    killed.send(SIGKILL)
    #expect(try killed.finish() == .uncaughtSignal)
    let first = try folder.read("runs/demo/full-depth/run.json")

    // Stopped soon after, which says how to go on.
    let stopped = try LiveCommand(["demo"], in: folder.path)
    #expect(try stopped.reads(lineBeginning: "step 6/19"))
    stopped.send(SIGINT)
    #expect(try stopped.finish() == .exit)
    #expect(stopped.process.terminationStatus == 130)
    #expect(stopped.lines.last == "  espalier demo")

    // Gone on with: what was done is not done again.
    let espalier = EspalierProcess(folder: folder.path)
    let resumed = try await espalier.run(["demo"])
    try #require(resumed.code == 0, "\(resumed.errors)")
    #expect(resumed.errorLines[0] == "runs/demo/corpus.tokens: made earlier")
    #expect(
      resumed.errorLines[1] == "runs/demo/full-depth: trained before the interruption"
    )
    #expect(resumed.errorLines.contains { $0.hasPrefix("going on after step ") })
    #expect(try folder.read("runs/demo/full-depth/run.json") == first)
    #expect(resumed.output.hasSuffix("\nThe page: runs/demo/report.html\n"))
    let page = String(decoding: try folder.read("runs/demo/report.html"), as: UTF8.self)
    #expect(["full-depth", "midas-long", "midas"].allSatisfy(page.contains))
    let before = try runs(folder)

    // Complete: all are measured again, with the same results.
    let tokens = try folder.read("runs/demo/corpus.tokens")
    let again = try await espalier.run(["demo"])
    try #require(again.code == 0, "\(again.errors)")
    #expect(again.errorLines[0] == "runs/demo/corpus.tokens: made earlier")
    #expect(again.errorLines.count { $0.hasPrefix("step 18: saved") } == 3)
    #expect(again.errorLines.count { $0.hasPrefix("step 19: saved") } == 1)
    #expect(try folder.read("runs/demo/corpus.tokens") == tokens)
    let after = try runs(folder)
    #expect(
      before.map { $0.metrics.records.map(\.loss) } == after.map { $0.metrics.records.map(\.loss) }
    )
  }

  /// At equal steps the grown run costs less by the factor that the formula gives; at equal cost it has as many
  /// more steps as that pays for, to the step.
  @Test func theGrownRunsCostWhatTheFormulaSays() async throws {
    let folder = try await Workshop.ready().copy()
    try await prepare(folder)
    let outcome = try await EspalierProcess(folder: folder.path).run(["demo"])
    try #require(outcome.code == 0, "\(outcome.errors)")
    let comparison = Comparison(try runs(folder))
    let relative = try #require(comparison.runs[2].relative)
    let (measured, expected) = (
      try #require(relative.flopRatio), try #require(relative.expectedSpeedUp)
    )
    #expect(expected > 1.01)
    #expect(abs(measured / expected - 1) < 1e-9)
    let equalCost = try #require(comparison.runs[1].relative?.flopRatio)
    #expect(comparison.runs[1].steps > comparison.runs[0].steps)
    #expect(abs(equalCost - 1) < 0.5 / Double(comparison.runs[0].steps))
  }

  @Test func aFileInTheWayOfARunIsNotDeleted() async throws {
    let folder = try await Workshop.ready().copy()
    try await prepare(folder)
    try folder.write("my notes", to: "runs/demo/full-depth/notes.txt")
    let outcome = try await EspalierProcess(folder: folder.path).run(["demo"])
    #expect(outcome.code == 1)
    #expect(
      outcome.errorLines.last
        == "error: runs/demo/full-depth: is in the way of the demonstration's run and is no run; "
        + "move it elsewhere"
    )
    #expect(try folder.read("runs/demo/full-depth/notes.txt") == Data("my notes".utf8))
  }

  /// Puts the demonstration's text and recipes into a folder, in small.
  private func prepare(_ folder: TemporaryFolder) async throws {
    try folder.makeFolder("Data")
    let packing = Process()
    packing.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    packing.arguments = ["gzip", "-c", "text.jsonl"]
    packing.currentDirectoryURL = URL(fileURLWithPath: folder.path)
    try folder.write(Data(), to: "Data/king-james.jsonl.gz")
    packing.standardOutput = try FileHandle(
      forWritingTo: URL(fileURLWithPath: folder / "Data/king-james.jsonl.gz")
    )
    try await packing.runToEnd()
    try folder.write(
      Workshop.recipe.replacingOccurrences(of: "tiny", with: "midas"),
      to: "Recipes/demo-midas.yaml"
    )
    let full = Workshop.recipe.replacingOccurrences(of: "tiny", with: "full-depth")
      .replacingOccurrences(of: "method: midas", with: "method: none")
    try folder.write(full, to: "Recipes/demo-full-depth.yaml")
  }

  private func runs(_ folder: TemporaryFolder) throws -> [LoadedRun] {
    try ["full-depth", "midas-long", "midas"].map {
      try LoadedRun.load(RunFolder(path: folder / "runs/demo/\($0)"))
    }
  }
}
