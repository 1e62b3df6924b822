import Arrays
import LanguageModels
import PJRT
import SavedModels
import Tensors

/// What a model's layers and blocks have in common, what each does, and what is lost when it is changed.
///
/// ```swift
/// let anatomy = try Anatomy(of: model, blockSize: 2, tokens: rows, engine: engine)
/// print(anatomy.map("weights.query")?.values[0][1] ?? 0)
/// ```
///
/// Maps and profiles are known by keys, ``Key``; docs/analyze.md says how each is defined.
public struct Anatomy: Codable, Hashable, Sendable {
  /// Numbers for pairs of layers or blocks.
  public struct Map: Codable, Hashable, Sendable {
    /// What they are, such as `weights.query`.
    public var key: String
    /// Row by row; nil where there is nothing to compare.
    public var values: [[Double?]]
    /// What comparing things that have nothing to do with each other gives; nil for none.
    public var floor: Double?
  }

  /// A number for each layer, each block, or each place between layers.
  public struct Profile: Codable, Hashable, Sendable {
    /// What they are, such as `skip.layers`.
    public var key: String
    /// From input to output; nil where there is no such number.
    public var values: [Double?]
    /// The standard errors over rows of text, where the numbers are changes of the loss.
    public var errors: [Double]?
    /// As that of a map.
    public var floor: Double?
  }

  /// The layers of a block.
  public var blockSize: Int
  /// How many layers run.
  public var layers: Int
  /// The model's loss on the text, nats a token.
  public var loss: Double
  /// Where the layers that matter lie: the mean place of the layers, weighted by what leaving each out does to the loss of
  /// each token, from near 0 (input) to 1 (output); nil where none does anything.
  public var depthScore: Double?
  /// Numbers for pairs.
  public var maps: [Map]
  /// Numbers for single layers and blocks.
  public var profiles: [Profile]

  /// The map of a key.
  public func map(_ key: String) -> Map? { maps.first { $0.key == key } }
  /// The profile of a key.
  public func profile(_ key: String) -> Profile? { profiles.first { $0.key == key } }

  /// Takes a saved model apart.
  ///
  /// - Parameters:
  ///   - model: The model, which has no output gates or has them as its parameters.
  ///   - blockSize: The layers of a block; where it does not divide the model's layers, each layer is one.
  ///   - tokens: Rows of one more token than is read of each.
  ///   - engine: What runs the model.
  ///   - progress: Told which share of the work is done; whatever it throws ends the work.
  /// - Throws: `SavedModelError`, `SafetensorsError`, `TraceError`, `PJRTError`, or what `progress` throws.
  public init(
    of model: SavedModel,
    blockSize: Int,
    tokens: [[Int32]],
    engine: Engine,
    progress: (_ share: Double) throws -> Void = { _ in }
  ) throws {
    try self.init(
      LlamaParts(model.configuration),
      arrays: model.configuration.parameterSpecifications.map { try model.array(of: $0) },
      blockSize: blockSize,
      tokens: tokens,
      engine: engine,
      progress: progress
    )
  }

  init(
    _ parts: LlamaParts,
    arrays: [HostArray],
    blockSize wanted: Int,
    tokens: [[Int32]],
    engine: Engine,
    progress: (_ share: Double) throws -> Void = { _ in }
  ) throws {
    let model = try Dissection(parts, arrays: arrays, tokens: tokens, engine: engine)
    layers = model.depth
    blockSize = wanted > 0 && model.depth.isMultiple(of: wanted) ? wanted : 1
    maps = WeightSimilarity(parts.configuration, arrays).maps(blockSize: blockSize)
    maps.append(try model.functionSimilarity(blockSize: blockSize))
    maps.append(try model.attentionSimilarity())
    try progress(0.2)
    profiles = try model.contributionProfiles() + model.linearityProfiles()
    profiles += try model.lensProfiles()
    try progress(0.35)
    let sensitivity = try Sensitivity(model, blockSize: blockSize)
    loss = sensitivity.loss
    profiles += try sensitivity.profiles()
    depthScore = Self.depthScore(profiles.last { $0.key == "effect.layers" }?.values ?? [])
    try progress(0.5)
    maps += try sensitivity.maps { try progress(0.5 + 0.5 * $0) }
  }

  /// The mean place of layers by their effects.
  ///
  /// Source: after Csordás and others 2025, "Do Language Models Use Their Depth Efficiently?", arXiv 2505.13898, whose effects
  /// are those on later layers.
  static func depthScore(_ effects: [Double?]) -> Double? {
    let sum = effects.reduce(0) { $0 + ($1 ?? 0) }
    guard sum > 0 else { return nil }
    let weighted = effects.enumerated().reduce(0) { $0 + Double($1.offset + 1) * ($1.element ?? 0) }
    return weighted / sum / Double(effects.count)
  }
}
