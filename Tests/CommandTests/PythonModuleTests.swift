import EspalierTestSupport
import Foundation
import Testing

/// The system's Python, or one with pandas that ESPALIER_PYTHON names.
private let python = ProcessInfo.processInfo.environment["ESPALIER_PYTHON"] ?? "/usr/bin/python3"

/// The module for notebooks, on what the command really writes; `Tests/Python` holds the tests themselves.
@Suite(
  .enabled(
    if: FileManager.default.isExecutableFile(atPath: python),
    "there is no Python, so Python/espalier.py is NOT tested"
  )
)
struct PythonModuleTests {
  /// Runs `Tests/Python`, and returns what unittest says.
  private func unittest(_ environment: [String: String] = [:]) async throws -> String {
    let line = "exec \(python) -B -m unittest discover --verbose Tests/Python"
    let outcome = try await EspalierProcess(
      folder: TestPlugin.packageRoot.path,
      launcher: ["/bin/sh", "-c", line],
      environment: environment
    ).run([])
    #expect(outcome.code == 0, "\(outcome.errors)")
    return outcome.errors
  }

  private func run(_ commands: [String], in folder: TemporaryFolder) async throws {
    for command in commands {
      let words = command.split(separator: " ").map(String.init)
      let outcome = try await EspalierProcess(folder: folder.path).run(words)
      try #require(outcome.code == 0, "\(command): \(outcome.errors)")
    }
  }

  @Test func aRunIsReadAsTheCommandReadsIt() async throws {
    let folder = try await Workshop.ready().copy(withReference: true)
    try await run(["compare reference --csv compare.csv"], in: folder)
    let said = try await unittest(["ESPALIER_WRITTEN": folder.path])
    #expect(said.contains(/test_a_run_is_what_compare_writes .*\.\.\. ok\n/), "\(said)")
    // What was not made here is skipped by name, and what takes long.
    let reasons = ["was not made", "pandas is not installed", "left to make test-all"]
    for line in said.split(separator: "\n") where line.contains("... skipped") {
      #expect(reasons.contains { line.contains($0) }, "\(line)")
    }
  }

  @Test func whatEveryCommandWritesIsRead() async throws {
    let folder = try await Workshop.ready().copy(withReference: true)
    let recipe = Workshop.recipe.replacing("method: midas, blockSize: 1", with: "method: none")
      .replacing("tiny", with: "full")
    try folder.write(recipe, to: "full.yaml")
    try await run(
      [
        "compare reference --csv compare.csv",
        "sweep tiny.yaml full.yaml --seeds 0,1 --output sweep",
        "lag tiny.yaml --pool midas,random --lags 0,3 --steps 9 --output lag",
        "eval sweep/tiny/seed-0 sweep/tiny/seed-1 sweep/full/seed-0 sweep/full/seed-1 --checkpoints all "
          + "--tasks copying --shots 0 --questions 20 --output answers",
        "isoplot answers --metric margin",
        "train tiny.yaml --run wide --set model.contextLength=64 --set growth.method=none "
          + "--set growth.blockSize=null --set training.steps=4",
        "learning-curve wide --tasks p-hop-1 --examples 8 --draws 1 --rates 0.001 --steps 2 --questions 10 "
          + "--output curve",
        "analyze reference --sequences 4 --output anatomy",
        "lab implicit-bias stacking --conditions 100 --output laboratory",
      ],
      in: folder
    )
    let said = try await unittest(["ESPALIER_WRITTEN": folder.path, "ESPALIER_LONG": "1"])
    #expect(!said.contains("was not made"), "\(said)")
  }
}
