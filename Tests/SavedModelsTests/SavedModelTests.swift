import Arrays
import Checkpoints
import EspalierTestSupport
import Files
import Foundation
import Growing
import LanguageModels
import SavedModels
import Testing

@Suite struct SavedModelTests {
  private let folder: TemporaryFolder
  private let store: CheckpointStore

  init() throws {
    folder = try TemporaryFolder()
    store = CheckpointStore(folder: folder / "run/checkpoints")
    try folder.write("{}", to: "run/run.json")
  }

  /// Writes a small model's checkpoint; returns its path.
  @discardableResult
  private func save(
    step: Int = 3,
    lineage: Lineage = Lineage(depth: 2),
    _ change: (inout Checkpoint, inout [String: Any]) -> Void = { _, _ in }
  ) throws -> String {
    let model = ModelState(
      configuration: Sample.configuration,
      lineage: lineage,
      tokenizerChecksum: "0f"
    )
    var state = try #require(
      try JSONSerialization.jsonObject(with: JSONEncoder().encode(model)) as? [String: Any]
    )
    // As other versions might write it.
    state["position"] = ["step": step, "stage": 1, "mood": "calm"] as [String: Any]
    state["weather"] = ["rain", "sun"]
    var checkpoint = Checkpoint(step: step, model: Sample.model, optimizer: [], state: Data())
    change(&checkpoint, &state)
    checkpoint.state = try JSONSerialization.data(withJSONObject: state)
    return try store.write(checkpoint).path
  }

  private func open(_ path: String) throws -> SavedModel {
    try SavedModel(path: path) { Issue.record("\($0)") }
  }

  @Test func aCheckpointIsOpened() throws {
    let path = try save()
    let model = try open(path)
    #expect(model.checkpoint.path == path)
    #expect(model.step == 3)
    #expect(model.configuration == Sample.configuration)
    #expect(model.lineage == Lineage(depth: 2))
    #expect(model.tokenizerChecksum == "0f")
    for (specification, tensor) in zip(Sample.configuration.parameterSpecifications, Sample.model) {
      #expect(try model.array(of: specification) == tensor.array)
    }
    for specification in Sample.configuration.parameterSpecifications where specification.isLayered
    {
      let whole = try model.array(of: specification)
      for layer in 0..<2 {
        let found = try model.array(of: specification, layer: layer)
        #expect(found.shape == specification.layerShape)
        #expect(found.bytes == whole.gatheringRows([layer]).bytes)
      }
    }
  }

  @Test func aRunStandsForItsNewestCheckpoint() throws {
    try save(step: 3)
    let newest = try save(step: 12)
    let model = try open(folder / "run")
    #expect(model.step == 12)
    #expect(model.checkpoint.path == newest)
  }

  @Test func aDamagedNewestCheckpointIsPassedOver() throws {
    let sound = try save(step: 3)
    let damaged = try save(step: 12)
    try folder.write("{}", to: "run/checkpoints/step-00000012/state.json")
    var notices: [String] = []
    let model = try SavedModel(path: folder / "run") { notices.append($0) }
    #expect(model.checkpoint.path == sound)
    try #require(notices.count == 2)
    #expect(
      notices[0].hasPrefix("skipped the checkpoint \(damaged): \(damaged)/state.json: needs ")
    )
    #expect(notices[1] == "beginning with \(sound) instead")
    // Whoever names a checkpoint gets that one.
    #expect(throws: CheckpointError.self) { try open(damaged) }

    try folder.write("{}", to: "run/checkpoints/step-00000003/state.json")
    let path = folder / "run"
    #expect(throws: SavedModelError.noCheckpoint(path: path)) {
      try SavedModel(path: path) { _ in }
    }
  }

  @Test func whatIsNoModelIsRefused() throws {
    try save()
    let checkpoints = store.folder
    #expect(throws: CheckpointError.noManifest(path: checkpoints)) { try open(checkpoints) }
    #expect(throws: FileError.self) { try open(folder / "nowhere") }
  }

  @Test(arguments: Sample.model.map(\.name))
  func everyParameterHasToBeThere(name: String) throws {
    let path = try save { checkpoint, _ in checkpoint.model.removeAll { $0.name == name } }
    let error = SavedModelError.missingTensor(name: name, path: "\(path)/model.safetensors")
    #expect(throws: error) { try open(path) }
  }

  @Test func everyParameterHasToBeOfItsType() throws {
    for other in [HostArray([1, 2, 3] as [Float]), HostArray([1, 2, 3, 4] as [Int32])] {
      let path = try save { checkpoint, _ in
        for tensor in checkpoint.model.indices where checkpoint.model[tensor].name == "finalNorm" {
          checkpoint.model[tensor].array = other
        }
      }
      let error = SavedModelError.wrongTensor(
        name: "finalNorm",
        path: "\(path)/model.safetensors",
        expected: "float32[4]",
        found: "\(other.type)"
      )
      #expect(throws: error) { try open(path) }
    }
  }

  @Test func aParameterOfAnotherModelIsRefused() throws {
    let model = try open(save())
    var wider = Sample.configuration
    wider.width = 6
    let embedding = try #require(wider.parameterSpecifications.first)
    #expect(throws: SavedModelError.self) { try model.array(of: embedding) }
    wider.tiesEmbedding = false
    let head = try #require(wider.parameterSpecifications.last)
    #expect(throws: SavedModelError.self) { try model.array(of: head) }
  }

  @Test func anotherFormatVersionIsRefused() throws {
    let path = try save { $1["formatVersion"] = 2 }
    let error = SavedModelError.unknownStateVersion(
      path: "\(path)/state.json",
      found: 2,
      known: 1
    )
    #expect(throws: error) { try open(path) }
    #expect(
      "\(error)" == "\(path)/state.json: has format version 2, but this espalier reads version 1"
    )
  }

  @Test func aMalformedStateIsRefusedWithTheField() throws {
    func reason(_ path: String) throws -> String? {
      do {
        _ = try open(path)
      } catch SavedModelError.malformedState(_, let reason) {
        return reason
      }
      return nil
    }
    #expect(try reason(save { $1["formatVersion"] = nil }) == "formatVersion: is missing")
    #expect(try reason(save { $1["tokenizerChecksum"] = nil }) == "tokenizerChecksum: is missing")
    #expect(
      try reason(save { $1["position"] = [:] as [String: Int] }) == "position.step: is missing"
    )
    #expect(
      try reason(save { $1["position"] = ["step": -1] }) == "position.step: needs 0 or more; got -1"
    )
    #expect(try reason(save(lineage: Lineage(depth: 3))) == "lineage: needs 2 layers; got 3")
  }

  @Test func parametersOnADeviceAreThoseOfTheFile() throws {
    let model = try open(save())
    let buffers = try model.parameters(on: TestPlugin.client())
    #expect(try buffers.map { try $0.copyToHost() } == Sample.model.map(\.array))
  }
}

/// A small model with drawn parameters, in the order of its specifications.
private enum Sample {
  static let configuration = LlamaConfiguration(
    layerCount: 2,
    width: 4,
    headCount: 2,
    feedForwardWidth: 6,
    vocabularySize: 8,
    contextLength: 8
  )

  static let model = configuration.parameterSpecifications.map {
    NamedArray($0.name, ParameterInitializer(seed: 1).array(for: $0))
  }
}
