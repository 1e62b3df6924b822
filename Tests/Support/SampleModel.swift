import Arrays
import Checkpoints
import Corpus
import Foundation
import Growing
import LanguageModels
import Randomness
import SavedModels

/// A small model with every oddity that a plain Llama can have: groups of heads of their own size, a layer that runs
/// twice, another base and another epsilon.
public struct SampleModel: Sendable {
  /// Its sizes.
  public static let configuration = {
    var configuration = LlamaConfiguration(
      layerCount: 2,
      width: 32,
      headCount: 4,
      keyValueHeadCount: 2,
      feedForwardWidth: 64,
      vocabularySize: 512,
      contextLength: 32,
      ropeBase: 5000,
      normEpsilon: 1e-6,
      ownHeadSize: 16
    )
    configuration.layerOrder = [0, 1, 0]
    return configuration
  }()

  /// The fixture's folder.
  public static let fixture = TestPlugin.packageRoot.path + "/Tests/Fixtures/exported-llama"

  /// Where it is saved; goes away with the last copy.
  public let folder: TemporaryFolder
  /// The model.
  public let saved: SavedModel
  /// The tokenizer that it is said to be trained with.
  public let tokenizer: Tokenizer

  /// Saves the model, or one that differs.
  public init(_ change: (inout LlamaConfiguration) -> Void = { _ in }) throws {
    folder = try TemporaryFolder()
    var configuration = Self.configuration
    change(&configuration)
    tokenizer = try Tokenizer(
      path: TestPlugin.packageRoot.path + "/Tests/Fixtures/tokenizer/genesis-512.model"
    )
    let lineage = try Lineage(depth: configuration.layerCount)
      .grown(
        by: LayerMap.identity(depth: configuration.layerCount),
        layerOrder: configuration.layerOrder,
        stage: 1,
        step: 1
      )
    let state = ModelState(
      configuration: configuration,
      lineage: configuration.layerOrder == nil ? Lineage(depth: configuration.layerCount) : lineage,
      tokenizerChecksum: tokenizer.checksum
    )
    var fields =
      try JSONSerialization.jsonObject(with: JSONEncoder().encode(state)) as? [String: Any] ?? [:]
    fields["position"] = ["step": 7]
    let checkpoint = try CheckpointStore(folder: folder / "checkpoints").write(
      Checkpoint(
        step: 7,
        model: Self.arrays(configuration),
        optimizer: [],
        state: JSONSerialization.data(withJSONObject: fields)
      )
    )
    saved = try SavedModel(checkpoint)
  }

  /// Drawn parameters; gains are not 1, so that none can be taken for another.
  public static func arrays(_ configuration: LlamaConfiguration) -> [NamedArray] {
    configuration.parameterSpecifications.enumerated().map { place, specification in
      let array = ParameterInitializer(seed: 3).array(for: specification)
      guard !specification.decays else { return NamedArray(specification.name, array) }
      let stream = RandomStream(seed: UInt64(place)).named(specification.name)
      let gains = (0..<specification.shape.elementCount).map {
        Float(0.5 + stream.uniform(at: UInt64($0)))
      }
      return NamedArray(specification.name, HostArray(gains, shape: specification.shape))
    }
  }
}
