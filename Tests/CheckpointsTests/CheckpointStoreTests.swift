import Arrays
import Checkpoints
import EspalierTestSupport
import Files
import Foundation
import Safetensors
import Testing

@Suite struct CheckpointStoreTests {
  private let disk = SimulatedDisk()
  private var store: CheckpointStore { CheckpointStore(folder: "checkpoints", files: disk) }

  @Test func whatWasWrittenReadsBack() throws {
    let written = try store.write(sample(step: 200, mark: 3))
    #expect(written.path == "checkpoints/step-00000200")
    #expect(
      disk.contents("checkpoints/step-00000200")
        == ["manifest.json", "model.safetensors", "optimizer.safetensors", "state.json"]
    )
    let search = try store.latest()
    #expect(search.skipped.isEmpty)
    let found = try #require(search.checkpoint)
    #expect(found.step == 200)
    #expect(found.manifest == written.manifest)
    #expect(try found.load() == sample(step: 200, mark: 3))
    #expect(try found.model().names == ["embedding", "layers.query"])
    #expect(try found.optimizer().metadata == ["format": "espalier", "step": "200"])
    #expect(try found.state() == sample(step: 200, mark: 3).state)
  }

  @Test func manifestIsStableText() throws {
    try store.write(sample(step: 7))
    let bytes = try #require(disk.bytes("checkpoints/step-00000007/manifest.json"))
    let text = String(decoding: bytes, as: UTF8.self)
    let again = SimulatedDisk()
    try CheckpointStore(folder: "checkpoints", files: again).write(sample(step: 7))
    #expect(again.bytes("checkpoints/step-00000007/manifest.json") == bytes)
    #expect(text.hasPrefix("{\n  \"files\" : [\n    {\n      \"byteCount\" : "))
    #expect(text.hasSuffix("  ],\n  \"formatVersion\" : 1,\n  \"step\" : 7\n}\n"))
    #expect(text.contains(#""checksum" : "xxh64:"#))
  }

  @Test func storeWithoutCheckpointsFindsNothing() throws {
    #expect(try store.latest().checkpoint == nil)
    #expect(try store.latest().skipped.isEmpty)
    #expect(try store.steps().isEmpty)
    #expect(try store.prune(keeping: 1).isEmpty)
    #expect(throws: CheckpointError.noSuchStep(3, folder: "checkpoints")) {
      try store.checkpoint(ofStep: 3)
    }
  }

  @Test func newestIsByStepAndNotByNameOrTime() throws {
    for step in [100_000_000, 0, 99_999_999] { try store.write(sample(step: step)) }
    #expect(try store.steps() == [0, 99_999_999, 100_000_000])
    #expect(try store.latest().checkpoint?.step == 100_000_000)
    #expect(try store.checkpoint(ofStep: 0).load() == sample(step: 0))
  }

  @Test func namesThatAreNotOursAreLeftAlone() throws {
    try store.write(sample(step: 5))
    let foreign = [
      "step-5", "step-+0000009", "step-00000009.old", "step--0000009", "step-0000009x", "notes",
      ".step-00000009", ".step-00000009.partial2", "step-00000009.partial", "step-",
      "step-99999999999999999999",
    ]
    for name in foreign { try disk.createFolder("checkpoints/" + name) }
    #expect(try store.steps() == [5])
    #expect(try store.latest().skipped.isEmpty)
    try store.prune(keeping: 1)
    try store.write(sample(step: 9))
    #expect(Set(disk.contents("checkpoints")).isSuperset(of: foreign))
  }

  @Test func oneTensorIsFetchedAtATime() throws {
    var fetched: [String] = []
    let names = ["a", "b", "c"]
    let source = TensorSource(names.map { TensorDescription($0, TensorType(.float32, [2])) }) {
      fetched.append(names[$0])
      return HostArray([Float($0), 0])
    }
    try store.write(step: 1, model: source, optimizer: TensorSource([]), state: Data("{}".utf8))
    #expect(fetched == names)
    #expect(try store.latest().checkpoint?.load().model.count == 3)
    #expect(try store.latest().checkpoint?.load().optimizer.isEmpty == true)
  }

  @Test func sourceThatThrowsLeavesNothing() throws {
    struct DeviceLost: Error {}
    try store.write(sample(step: 1))
    let source = TensorSource([TensorDescription("a", TensorType(.float32, [2]))]) { _ in
      throw DeviceLost()
    }
    #expect(throws: DeviceLost.self) {
      try store.write(step: 2, model: source, optimizer: source, state: Data())
    }
    #expect(disk.contents("checkpoints") == ["step-00000001"])
  }

  @Test func tensorsThatCannotBeWrittenAreNamed() throws {
    let twice = [sample(step: 1).model[0], sample(step: 1).model[0]]
    #expect(throws: CheckpointError.tensors(.duplicateTensor(name: "embedding"))) {
      try store.write(Checkpoint(step: 1, model: twice, optimizer: [], state: Data()))
    }
    #expect(throws: CheckpointError.negativeStep(-1)) { try store.write(sample(step: -1)) }
  }

  @Test func fullDiskKeepsEarlierCheckpointsAndGivesTheSpaceBack() throws {
    try store.write(sample(step: 1))
    let needed = SimulatedDisk()
    try CheckpointStore(folder: "checkpoints", files: needed).write(sample(step: 2))
    let byteCount = needed.contents("checkpoints/step-00000002")
      .reduce(0) { $0 + (needed.bytes("checkpoints/step-00000002/\($1)")?.count ?? 0) }
    for free in stride(from: 0, to: byteCount, by: 7) {
      let full = disk.copy(freeByteCount: free)
      let store = CheckpointStore(folder: "checkpoints", files: full)
      let error = #expect(throws: CheckpointError.self) { try store.write(sample(step: 2)) }
      #expect(error == .diskFull(step: 2, folder: "checkpoints"))
      #expect(full.contents("checkpoints") == ["step-00000001"])
      #expect(try store.latest().checkpoint?.load() == sample(step: 1))
    }
    let enough = CheckpointStore(
      folder: "checkpoints",
      files: disk.copy(freeByteCount: byteCount)
    )
    #expect(throws: Never.self) { try enough.write(sample(step: 2)) }
  }

  @Test func checkpointOfTheSameStepIsReplaced() throws {
    try store.write(sample(step: 1))
    try store.write(sample(step: 2, mark: 1))
    try store.write(sample(step: 2, mark: 2))
    #expect(disk.contents("checkpoints") == ["step-00000001", "step-00000002"])
    #expect(try store.latest().checkpoint?.load() == sample(step: 2, mark: 2))
  }

  @Test func damagedCheckpointOfTheSameStepIsKeptAside() throws {
    for mark in 1...3 {
      try store.write(sample(step: 2, mark: Float(mark)))
      disk.setBytes("checkpoints/step-00000002/state.json", [UInt8(mark)])
    }
    try store.write(sample(step: 2, mark: 9))
    #expect(
      disk.contents("checkpoints") == [
        "step-00000002", "step-00000002.damaged", "step-00000002.damaged-2",
        "step-00000002.damaged-3",
      ]
    )
    #expect(try store.latest().checkpoint?.load() == sample(step: 2, mark: 9))
    #expect(try store.steps() == [2])
  }

  @Test func partialCheckpointOfTheSameStepIsStartedAnew() throws {
    try disk.createFolder("checkpoints")
    try disk.createFolder("checkpoints/.step-00000002.partial")
    _ = try disk.create("checkpoints/.step-00000002.partial/model.safetensors")
    try store.write(sample(step: 2))
    #expect(disk.contents("checkpoints") == ["step-00000002"])
  }

  @Test func realFileSystemHoldsCheckpoints() throws {
    let folder = try TemporaryFolder()
    defer { withExtendedLifetime(folder) {} }
    let store = CheckpointStore(folder: folder / "checkpoints/")
    for step in 1...4 { try store.write(sample(step: step * 100)) }
    try store.write(sample(step: 400, mark: 5))
    #expect(try store.prune(keeping: 2) == [100, 200])
    #expect(try store.steps() == [300, 400])
    #expect(try store.latest().checkpoint?.load() == sample(step: 400, mark: 5))
    let names = try LocalFileSystem().names(inFolder: store.folder)
    #expect(names == ["step-00000300", "step-00000400"])
    let copy = try StoredCheckpoint.open(store.folder + "step-00000300")
    #expect(try copy.load() == sample(step: 300))
  }
}
