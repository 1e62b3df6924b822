import EspalierTestSupport
import Files
import Foundation
import Recipes
import Runs
import Studies
import Tensors
import Testing
import Training

/// Lag studies and sweeps in this process: what they tell, what they leave, and how they go on.
@Suite struct StudyRunTests {
  /// One layer that becomes two after three of six steps.
  private static func recipe(_ name: String = "tiny", method: String = "midas") throws -> Recipe {
    try Recipe.parse(
      """
      name: \(name)
      corpus: {tokens: \(TestCorpus.tokenFile())}
      model: {layers: 2, width: 8, headCount: 2, feedForwardWidth: 8, contextLength: 8}
      training: {steps: 6, batchSize: 2}
      evaluation: {every: 3, sequences: 2}
      checkpoints: {every: 1, keep: 2}
      growth: {method: \(method), blockSize: 1, schedule: {alpha: 0}}
      """,
      file: "tiny.yaml"
    )
  }

  private static func engine() throws -> Engine {
    Engine(client: try TestPlugin.client(), settings: ["xla_backend_optimization_level": "0"])
  }

  private static func lagStudy(_ folder: String) throws -> LagStudy {
    try LagStudy(
      recipe: recipe(),
      strategies: ["midas", "random"],
      seeds: [0],
      lags: [0, 3],
      steps: nil,
      folder: folder
    )
  }

  /// Trains a run to its end; its folder is free afterwards.
  private static func train(_ folder: RunFolder, _ engine: Engine) throws {
    var session = try TrainingSession(resuming: folder, engine: engine) { _ in }
    _ = try session.run(RunWatch { _ in })
  }

  private func damageNewestCheckpoint(of run: RunFolder) throws -> String {
    let names = try FileManager.default.contentsOfDirectory(atPath: run.checkpointsFolder)
    let newest = try #require(names.filter { $0.hasPrefix("step-") }.max())
    let path = "\(run.checkpointsFolder)/\(newest)"
    try Data("{}".utf8).write(to: URL(fileURLWithPath: "\(path)/state.json"))
    return path
  }

  private func contents(_ path: String) throws -> Data {
    try Data(contentsOf: URL(fileURLWithPath: path))
  }

  @Test func aLagStudySaysWhichCheckpointItPassedOver() throws {
    let folder = try TemporaryFolder()
    let engine = try Self.engine()
    var whole = try Self.lagStudy(folder / "whole")
    let isDone = try whole.run(engine: engine, arguments: [], watch: RunWatch { _ in })
    #expect(isDone)

    var begun = try Self.lagStudy(folder / "parts")
    var hasSource = false
    let isDoneAtOnce = try begun.run(
      engine: engine,
      arguments: [],
      watch: RunWatch { event in
        if case .probe = event { hasSource = true }
      } shouldStop: {
        hasSource
      }
    )
    #expect(!isDoneAtOnce)
    #expect(!FileManager.default.fileExists(atPath: folder / "parts/lag.md"))
    let damaged = try damageNewestCheckpoint(of: RunFolder(path: folder / "parts/source-0"))

    var resumed = try Self.lagStudy(folder / "parts")
    var (notices, steps): ([String], [Int]) = ([], [])
    _ = try resumed.run(
      engine: engine,
      arguments: [],
      watch: RunWatch { event in
        switch event {
        case .notice(let sentence): notices.append(sentence)
        case .source(_, let step, _): steps.append(step)
        case .probe, .finished: break
        }
      }
    )
    #expect(notices.count == 1)
    #expect(notices.first?.hasPrefix("skipped the checkpoint \(damaged): ") == true)
    #expect(steps == [3])
    for name in ["lag.json", "lag.md", "report.html"] {
      #expect(try contents(folder / "parts/\(name)") == contents(folder / "whole/\(name)"))
    }
  }

  @Test func aSweepSaysWhichCheckpointItPassedOver() throws {
    let folder = try TemporaryFolder()
    let engine = try Self.engine()
    func sweep(_ name: String) throws -> RecipeSweep {
      try RecipeSweep(
        recipes: [Self.recipe("grown"), Self.recipe("full", method: "none")],
        seeds: [4],
        budget: .steps,
        folder: folder / name
      )
    }
    var whole = try sweep("whole")
    #expect(
      try whole.run(engine: engine, arguments: [], watch: RunWatch { _ in })
    )

    var begun = try sweep("parts")
    var step = 0
    let isDoneAtOnce = try begun.run(
      engine: engine,
      arguments: [],
      watch: RunWatch { event in
        if case .training(_, _, .advanced(let now, _, _)) = event { step = now }
      } shouldStop: {
        step == 2
      }
    )
    #expect(!isDoneAtOnce)
    let damaged = try damageNewestCheckpoint(of: begun.runFolder(arm: 0, seed: 4))

    var resumed = try sweep("parts")
    var notices: [String] = []
    _ = try resumed.run(
      engine: engine,
      arguments: [],
      watch: RunWatch { event in
        if case .notice(let sentence) = event { notices.append(sentence) }
      }
    )
    #expect(notices.count == 1)
    #expect(notices.first?.hasPrefix("skipped the checkpoint \(damaged): ") == true)
    for name in ["sweep.json", "sweep.md"] {
      #expect(try contents(folder / "parts/\(name)") == contents(folder / "whole/\(name)"))
    }
  }

  /// What a study says of its numbers is written while no other process can change them.
  @Test func reportsAreWrittenUnderTheLock() throws {
    let folder = try TemporaryFolder()
    let engine = try Self.engine()
    var study = try Self.lagStudy(folder / "study")
    _ = try study.run(engine: engine, arguments: [], watch: RunWatch { _ in })
    let report = try contents(folder / "study/lag.md")
    try FileManager.default.removeItem(atPath: folder / "study/lag.md")
    var again = try Self.lagStudy(folder / "study")
    try FolderLock(folder / "study").whileHeld {
      #expect(throws: FileError.inUse(path: folder / "study")) {
        try again.run(engine: engine, arguments: [], watch: RunWatch { _ in })
      }
    }
    #expect(!FileManager.default.fileExists(atPath: folder / "study/lag.md"))
    _ = try again.run(engine: engine, arguments: [], watch: RunWatch { _ in })
    #expect(try contents(folder / "study/lag.md") == report)
  }

  /// A source that has gone on by itself is not what strategies shall grow from.
  @Test func aSourceThatWentOnIsRefused() throws {
    let folder = try TemporaryFolder()
    let engine = try Self.engine()
    var study = try Self.lagStudy(folder / "study")
    var hasSource = false
    _ = try study.run(
      engine: engine,
      arguments: [],
      watch: RunWatch { event in
        if case .probe = event { hasSource = true }
      } shouldStop: {
        hasSource
      }
    )
    let source = RunFolder(path: folder / "study/source-0")
    try Self.train(source, engine)
    #expect(
      throws: StudyError.sourceElsewhere(path: source.path, step: 6, growthStep: 3)
    ) {
      try study.run(engine: engine, arguments: [], watch: RunWatch { _ in })
    }
  }
}
