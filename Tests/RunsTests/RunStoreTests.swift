import EspalierTestSupport
import Files
import Foundation
import Testing

@testable import Runs

@Suite struct RunStoreTests {
  @Test func aRecordComesBackAsItWasWritten() throws {
    try withTemporaryFolder { path in
      let store = RunStore(RunFolder(path: path + "/run"))
      let record = exampleRecord()
      try store.create(record, recipe: "name: small-midas\n", tokenizer: [1, 2])
      #expect(try store.record() == record)
      #expect(try store.recipe() == "name: small-midas\n")
      #expect(try store.metrics() == MetricsLog(records: []))
      #expect(FileManager.default.fileExists(atPath: store.folder.checkpointsFolder))
    }
  }

  @Test func writingTwiceGivesTheSameBytes() throws {
    try withTemporaryFolder { path in
      let store = RunStore(RunFolder(path: path))
      try store.write(exampleRecord())
      let first = try bytes(of: store.folder.runFile)
      try store.write(exampleRecord())
      #expect(try bytes(of: store.folder.runFile) == first)
      #expect(first.last == UInt8(ascii: "\n"))
      #expect(
        String(decoding: first, as: UTF8.self).contains("\"startedAt\" : \"2026-01-01T00:00:00Z\"")
      )
    }
  }

  @Test func numbersOfADivergedRunSurvive() throws {
    try withTemporaryFolder { path in
      let store = RunStore(RunFolder(path: path))
      var record = exampleRecord()
      record.outcome.finalLoss = .nan
      record.outcome.finalValidationLoss = .infinity
      try store.write(record)
      let read = try store.record().outcome
      #expect(read.finalLoss?.isNaN == true)
      #expect(read.finalValidationLoss == .infinity)
    }
  }

  @Test func aRecordThatCannotBeWrittenIsNamed() throws {
    try withTemporaryFolder { path in
      let store = RunStore(RunFolder(path: path))
      // A folder stands where the record has to go.
      try FileManager.default.createDirectory(
        atPath: store.folder.runFile,
        withIntermediateDirectories: false
      )
      #expect(
        throws: RunError.cannotWrite(path: store.folder.runFile, reason: "Is a directory")
      ) { try store.write(exampleRecord()) }
    }
  }

  /// Record, recipe and page, the first time and later.
  @Test(arguments: [true, false])
  func everyFailureLeavesTheOldFilesOrTheNewOnes(isNew: Bool) throws {
    func store(_ disk: any FileSystem) -> RunStore {
      RunStore(RunFolder(path: "runs/a"), in: disk)
    }
    var changed = exampleRecord()
    changed.name = "changed"
    let trial = try WriterTrial { disk in
      if !isNew {
        try store(disk).create(exampleRecord(), recipe: "name: small-midas\n", tokenizer: [1, 2])
        try store(disk).write(report: "<html></html>")
      }
    } write: { disk in
      if isNew {
        try store(disk).create(exampleRecord(), recipe: "name: small-midas\n", tokenizer: [1, 2])
      } else {
        try store(disk).write(changed)
        try store(disk).write(report: "<html>new</html>")
      }
    }
    #expect(trial.callCount >= 12)
    #expect(trial.problems().isEmpty)
  }

  @Test func aRunIsNotStartedOverAnother() throws {
    try withTemporaryFolder { path in
      let store = RunStore(RunFolder(path: path))
      try store.create(exampleRecord(), recipe: "", tokenizer: [1, 2])
      #expect(throws: RunError.alreadyARun(path: path)) {
        try store.create(exampleRecord(), recipe: "other", tokenizer: [1, 2])
      }
      #expect(try store.recipe() == "")
    }
  }

  @Test func aFolderThatCannotBeMadeIsNamed() throws {
    try withTemporaryFolder { path in
      try put(Data(), into: path + "/file")
      let store = RunStore(RunFolder(path: path + "/file/run"))
      let error = #expect(throws: RunError.self) {
        try store.create(exampleRecord(), recipe: "", tokenizer: [1, 2])
      }
      guard case .cannotWrite(let place, let reason) = error else {
        Issue.record("got \(String(describing: error))")
        return
      }
      #expect(place == path + "/file/run")
      #expect(!reason.isEmpty)
    }
  }

  @Test func aRecipeThatIsNotUTF8IsRefused() throws {
    try withTemporaryFolder { path in
      let store = RunStore(RunFolder(path: path))
      try put(Data([0x61, 0xFF]), into: store.folder.recipeFile)
      #expect(
        throws: RunError.cannotRead(path: store.folder.recipeFile, reason: "is not UTF-8 text")
      ) { try store.recipe() }
    }
  }

  @Test func aFolderLoadsWhole() throws {
    try withTemporaryFolder { path in
      let store = RunStore(RunFolder(path: path))
      try store.create(exampleRecord(), recipe: "name: small-midas\n", tokenizer: [1, 2])
      let writer = try MetricsWriter(path: store.folder.metricsFile)
      try writer.append(exampleMeasurement(step: 1))
      let run = try LoadedRun.load(store.folder)
      #expect(run.record == exampleRecord())
      #expect(run.metrics.records == [exampleMeasurement(step: 1)])
      #expect(run.recipe == "name: small-midas\n")
    }
  }

  @Test(arguments: [("runs/a", "a"), ("runs/a/", "a"), ("/", "/")])
  func aFolderIsCalledByTheEndOfItsPath(path: String, name: String) {
    #expect(RunFolder(path: path).name == name)
  }
}
