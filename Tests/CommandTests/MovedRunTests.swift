import EspalierTestSupport
import Foundation
import Runs
import Testing

/// A run goes on in any working folder, and wherever it and what it needs have been moved to.
@Suite struct MovedRunTests {
  /// A project with a run in it that was killed after a few steps.
  private func project() async throws -> (TemporaryFolder, Workshop) {
    let workshop = try await Workshop.ready()
    let folder = try TemporaryFolder()
    let materials = try workshop.copy()
    try FileManager.default.moveItem(atPath: materials.path, toPath: folder / "project")
    try LiveCommand.runKilled(
      ["train", "tiny.yaml", "--run", "runs/deep/run"],
      atLineBeginning: "step 4/18",
      in: folder / "project"
    )
    return (folder, workshop)
  }

  /// Resumes a run from a folder that has nothing to do with it.
  private func resume(_ run: String, in folder: String = "/") async throws
    -> EspalierProcess.Outcome
  {
    try await EspalierProcess(
      folder: folder,
      environment: ["ESPALIER_PJRT_PLUGIN": TestPlugin.path]
    ).run(["resume", run, "--no-cache"])
  }

  private func expectTheReference(
    _ outcome: EspalierProcess.Outcome,
    _ run: String,
    _ workshop: Workshop
  ) throws {
    #expect(outcome.code == 0, "\(outcome.errors)")
    let loaded = try LoadedRun.load(RunFolder(path: run))
    #expect(loaded.record.outcome.status == .completed)
    #expect(loaded.metrics.records.map(\.loss) == workshop.reference.metrics.records.map(\.loss))
    // What the record says of the corpus is what it said at the start.
    #expect(loaded.record.corpus.tokens == "book.tokens")
  }

  @Test func anotherWorkingFolderWillDo() async throws {
    let (folder, workshop) = try await project()
    let run = folder / "project/runs/deep/run"
    try expectTheReference(try await resume(run), run, workshop)
  }

  @Test func aProjectMayBeMovedAsAWhole() async throws {
    let (folder, workshop) = try await project()
    try FileManager.default.moveItem(atPath: folder / "project", toPath: folder / "renamed")
    let run = folder / "renamed/runs/deep/run"
    try expectTheReference(try await resume(run), run, workshop)
  }

  @Test func aRunMayBeMovedAlone() async throws {
    let (folder, workshop) = try await project()
    try FileManager.default.moveItem(
      atPath: folder / "project/runs/deep/run",
      toPath: folder / "run"
    )
    try expectTheReference(try await resume(folder / "run"), folder / "run", workshop)
  }

  /// Records of earlier versions do not say where the run was begun.
  @Test func aRecordWithoutAWorkingFolderWillDo() async throws {
    let (folder, workshop) = try await project()
    let run = folder / "project/runs/deep/run"
    try folder.change("project/runs/deep/run/run.json") {
      let text = String(decoding: $0, as: UTF8.self)
      let line = try #require(
        text.split(separator: "\n").first { $0.contains("\"workingFolder\"") }
      )
      // The last field of the record has no comma behind it.
      let whole = text.replacing(",\n\(line)", with: "").replacing("\(line)\n", with: "")
      $0 = Data(whole.utf8)
    }
    #expect(try RunStore(RunFolder(path: run)).record().workingFolder == nil)
    try expectTheReference(try await resume(run), run, workshop)
  }

  /// A file of the same name that lies nearer is not the run's.
  @Test func anotherFileOfTheNameIsPassedOver() async throws {
    let (folder, workshop) = try await project()
    let run = folder / "project/runs/deep/run"
    try folder.write("something else", to: "elsewhere/book.tokens")
    try expectTheReference(
      try await resume(run, in: folder / "elsewhere"),
      run,
      workshop
    )
  }

  @Test func aFileThatIsGoneIsNamedWithAllPlaces() async throws {
    let (folder, _) = try await project()
    let real = try #require(realpath(folder.path, nil).map { String(cString: $0) })
    try FileManager.default.moveItem(atPath: folder / "project", toPath: folder / "renamed")
    try FileManager.default.removeItem(atPath: folder / "renamed/book.tokens")
    let run = folder / "renamed/runs/deep/run"
    let before = try FolderContents(run)
    let outcome = try await resume(run)
    #expect(outcome.code == 1)
    let inner = ["renamed/runs/deep", "renamed/runs", "renamed"].map { "\(real)/\($0)/book.tokens" }
    #expect(
      outcome.errors.hasPrefix(
        "error: \(run)/recipe.yaml: corpus.tokens: names the token file book.tokens, which is not there; "
          + "looked for book.tokens, \(real)/project/book.tokens, \(inner.joined(separator: ", ")), "
      )
    )
    #expect(outcome.errors.hasSuffix("; put it there, or its place into the recipe\n"))
    #expect(try FolderContents(run) == before)

    // The place may be put into the run's recipe.
    let other = try await Workshop.ready().copy()
    try folder.change("renamed/runs/deep/run/recipe.yaml") {
      let text = String(decoding: $0, as: UTF8.self)
      $0 = Data(text.replacing("book.tokens", with: other / "book.tokens").utf8)
    }
    #expect(try await resume(run).code == 0)
  }
}
