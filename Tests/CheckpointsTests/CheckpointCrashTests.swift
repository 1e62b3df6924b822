import Checkpoints
import EspalierTestSupport
import Safetensors
import Testing

/// The writer is stopped at each of its file operations; what is left loads the old or the new state.
@Suite struct CheckpointCrashTests {
  private static let losses: [SimulatedDisk.Loss] =
    [.nothing, .everything] + (1...4).map { .some(seed: $0) }

  private func store(_ disk: SimulatedDisk) -> CheckpointStore {
    CheckpointStore(folder: "checkpoints", files: disk)
  }

  /// A disk with some checkpoints, everything on it durable.
  private func disk(_ checkpoints: [Checkpoint]) throws -> SimulatedDisk {
    let disk = SimulatedDisk()
    for checkpoint in checkpoints { try store(disk).write(checkpoint) }
    return disk.restarted(losing: .everything)
  }

  /// Stops writing (and pruning after it) at every call, loses what may be lost, and checks that the
  /// search finds the old or the new state, the new one for sure once writing has returned; then does
  /// the same again to the end and checks that only the new one is left.
  private func stopEverywhere(old: [Checkpoint], new: Checkpoint) throws -> Int {
    let start = try disk(old)
    var call = 0
    while true {
      var isFinished = false
      for fault in [SimulatedDisk.Fault.stop(call: call), .stopHalfway(call: call)] {
        let disk = start.copy(failing: fault)
        var hasWritten = false
        do {
          try store(disk).write(new)
          hasWritten = true
          try store(disk).prune(keeping: 1)
        } catch {
          // Stopped, as it should be.
        }
        isFinished = disk.callCount <= call
        for loss in Self.losses {
          let after = disk.restarted(losing: loss)
          let found = try store(after).latest().checkpoint?.load()
          let allowed = hasWritten ? [new] : old.suffix(1) + [new]
          #expect(
            found.map(allowed.contains) ?? (old.isEmpty && !hasWritten),
            "\(fault), \(loss): found step \(found?.step ?? -1)"
          )

          try store(after).write(new)
          try store(after).prune(keeping: 1)
          #expect(try store(after).latest().checkpoint?.load() == new)
          let name = "step-0000000\(new.step)"
          #expect(after.contents("checkpoints") == [name], "\(fault), \(loss)")
        }
      }
      if isFinished { return call }
      call += 1
    }
  }

  @Test func firstCheckpointIsThereOrNot() throws {
    #expect(try stopEverywhere(old: [], new: sample(step: 2)) > 20)
  }

  @Test func newCheckpointOrTheOldOne() throws {
    #expect(try stopEverywhere(old: [sample(step: 1)], new: sample(step: 2)) > 30)
  }

  @Test func newestOfSeveralOrTheNewOne() throws {
    let old = [sample(step: 1), sample(step: 2), sample(step: 3)]
    #expect(try stopEverywhere(old: old, new: sample(step: 4)) > 40)
  }

  @Test func replacementOfTheSameStepOrTheOldOne() throws {
    let old = [sample(step: 1, mark: 1), sample(step: 2, mark: 1)]
    #expect(try stopEverywhere(old: old, new: sample(step: 2, mark: 2)) > 50)
  }

  /// Stopped once, then stopped again while the same checkpoint is written anew.
  @Test func stoppedTwice() throws {
    let (old, new) = (sample(step: 2, mark: 1), sample(step: 2, mark: 2))
    let start = try disk([old])
    var first = 0
    while true {
      let disk = start.copy(failing: .stop(call: first))
      do {
        try store(disk).write(new)
        break
      } catch {
        first += 1
      }
      let losses = [SimulatedDisk.Loss.nothing, .everything, .some(seed: UInt64(first))]
      let between = disk.restarted(losing: losses[first % 3])
      var second = 0
      var hasWritten = false
      while !hasWritten {
        let again = between.copy(failing: .stop(call: second))
        do {
          try store(again).write(new)
          hasWritten = true
        } catch {
          second += 1
        }
        let after = again.restarted(losing: losses[second % 2])
        let found = try store(after).latest().checkpoint?.load()
        #expect(found == new || (found == old && !hasWritten), "\(first), \(second)")
      }
    }
    #expect(first > 40)
  }

  /// Of every file the old or the new bytes are there, and after an error no partial checkpoint.
  @Test func everyFailureLeavesFilesOldOrNew() throws {
    let trial = try WriterTrial {
      try CheckpointStore(folder: "checkpoints", files: $0).write(sample(step: 1))
    } write: {
      try CheckpointStore(folder: "checkpoints", files: $0).write(sample(step: 2))
    }
    #expect(trial.problems().isEmpty)
  }

  /// One call is refused and the program goes on: the error is typed, nothing is lost, and the next
  /// checkpoint is written as if nothing had been.
  @Test func refusedCallLosesNothing() throws {
    let start = try disk([sample(step: 1)])
    let healthy = start.copy()
    try store(healthy).write(sample(step: 2))
    for call in 0..<healthy.callCount {
      let disk = start.copy(failing: .refuse(call: call))
      #expect(throws: CheckpointError.self, "call \(call)") {
        try store(disk).write(sample(step: 2))
      }
      let found = try store(disk).latest().checkpoint
      #expect(try [sample(step: 1), sample(step: 2)].contains(found?.load()))
      try store(disk).write(sample(step: 3))
      try store(disk).prune(keeping: 1)
      #expect(disk.contents("checkpoints") == ["step-00000003"], "call \(call)")
    }
  }

  /// The disk itself writes wrong bytes without a word: the old state stays until the new one was read.
  @Test(arguments: [1, 2])
  func garbledWriteNeverCostsTheOldState(newStep: Int) throws {
    let (old, new) = (sample(step: 1, mark: 1), sample(step: newStep, mark: 2))
    let start = try disk([old])
    let healthy = start.copy()
    try store(healthy).write(new)
    var garbled = 0
    for call in 0..<healthy.callCount {
      let disk = start.copy(failing: .garble(call: call))
      do {
        try store(disk).write(new)
        try store(disk).prune(keeping: 1)
      } catch {
        garbled += 1
        #expect(error is CheckpointError)
      }
      let found = try store(disk).latest().checkpoint?.load()
      #expect(found == old || found == new, "call \(call)")
    }
    #expect(garbled >= 7, "each of the files was garbled, tensor files in several places")
  }

  @Test func refusedReadMakesTheSearchFallBackOrSaySo() throws {
    let start = try disk([sample(step: 1), sample(step: 2)])
    let healthy = start.copy()
    _ = try store(healthy).latest()
    for call in 0..<healthy.callCount {
      let disk = start.copy(failing: .refuse(call: call))
      do {
        let search = try store(disk).latest()
        #expect(search.checkpoint?.step == 1)
        #expect(search.skipped.count == 1)
      } catch {
        #expect(call == 0, "only the listing itself may fail: \(error)")
      }
    }
  }
}
