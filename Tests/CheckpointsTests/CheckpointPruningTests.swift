import Checkpoints
import EspalierTestSupport
import Safetensors
import Testing

@Suite struct CheckpointPruningTests {
  private let disk = SimulatedDisk()
  private var store: CheckpointStore { CheckpointStore(folder: "checkpoints", files: disk) }

  private func write(_ steps: ClosedRange<Int>) throws {
    for step in steps { try store.write(sample(step: step)) }
  }

  @Test func newestStayAndOlderGo() throws {
    try write(1...5)
    #expect(try store.prune(keeping: 2) == [1, 2, 3])
    #expect(disk.contents("checkpoints") == ["step-00000004", "step-00000005"])
    #expect(try store.prune(keeping: 2).isEmpty)
    #expect(try store.prune(keeping: 1) == [4])
    #expect(try store.latest().checkpoint?.load() == sample(step: 5))
  }

  @Test(arguments: [0, -1])
  func atLeastOneMustStay(count: Int) throws {
    try write(1...2)
    #expect(throws: CheckpointError.keepsNothing(count)) { try store.prune(keeping: count) }
    #expect(try store.steps() == [1, 2])
  }

  @Test func nothingGoesWhileTheNewestIsDamaged() throws {
    try write(1...3)
    disk.setBytes("checkpoints/step-00000003/state.json", [])
    #expect(throws: CheckpointError.self) { try store.prune(keeping: 1) }
    #expect(try store.steps() == [1, 2, 3])
  }

  @Test func damagedOnesNeitherCountNorGo() throws {
    try write(1...4)
    disk.setBytes("checkpoints/step-00000003/state.json", [])
    try disk.removeFile("checkpoints/step-00000001/manifest.json")
    #expect(try store.prune(keeping: 2).isEmpty)
    #expect(try store.prune(keeping: 1) == [2])
    #expect(try store.steps() == [1, 3, 4])
  }

  @Test func checkpointWithAForeignFileStays() throws {
    try write(1...3)
    _ = try disk.create("checkpoints/step-00000001/notes.txt")
    #expect(try store.prune(keeping: 1) == [2])
    #expect(disk.contents("checkpoints/step-00000001").contains("notes.txt"))
    #expect(disk.contents("checkpoints/step-00000001").count == 5)
  }

  @Test func leftoversOfStoppedWritersGoOnlyIfOlderAndOurs() throws {
    try write(1...2)
    for name in [
      ".step-00000001.partial", ".step-00000002.removed", ".step-00000003.partial",
      ".step-00000000.partial",
    ] {
      try disk.createFolder("checkpoints/" + name)
      _ = try disk.create("checkpoints/\(name)/model.safetensors")
    }
    _ = try disk.create("checkpoints/.step-00000000.partial/mine.txt")
    try store.prune(keeping: 5)
    #expect(
      disk.contents("checkpoints") == [
        ".step-00000000.partial", ".step-00000003.partial", "step-00000001", "step-00000002",
      ]
    )
    #expect(disk.contents("checkpoints/.step-00000000.partial").count == 2)
  }
}
