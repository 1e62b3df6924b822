import Growing

/// The sizes of a decoder-only language model of the Llama architecture.
///
/// Source: Touvron et al. 2023, "LLaMA", section 2.2, with grouped-query attention (Ainslie et al.
/// 2023, section 2.2).
public struct LlamaConfiguration: Hashable, Sendable, Codable {
  /// The number of layers that are stored; tied ones run more than once.
  public var layerCount: Int
  /// The size of the residual stream.
  public var width: Int
  /// The number of query heads; divides ``width`` unless ``ownHeadSize`` is given.
  public var headCount: Int
  /// The number of key and value heads; divides ``headCount``.
  public var keyValueHeadCount: Int
  /// The inner size of the feed-forward part.
  public var feedForwardWidth: Int
  /// The number of tokens the model knows.
  public var vocabularySize: Int
  /// The number of tokens the model sees at once.
  public var contextLength: Int
  /// Whether the output projection is the embedding, transposed.
  public var tiesEmbedding: Bool
  /// The base of the rotary embedding's wavelengths.
  public var ropeBase: Double
  /// What is added to the mean square before its root is taken.
  public var normEpsilon: Double
  /// The size of one head where it is not the width over the heads.
  public var ownHeadSize: Int?
  /// Which of attention's projections add a bias; nil for none.
  public var attentionBias: AttentionBias?
  /// How queries and keys are normed before positions turn them; nil for not at all.
  public var queryKeyNorm: QueryKeyNorm?
  /// How the rotary embedding's wavelengths are stretched; nil for as they are.
  public var ropeScaling: RopeScaling?
  /// How many tokens a token sees, itself included; nil for all before it.
  public var slidingWindow: Int?
  /// Which stored layer each layer runs, where some are tied, such as `[0, 1, 0, 1]`; nil for each once.
  public var layerOrder: [Int]?
  /// What the outputs of layers that growths tie are multiplied by; nil for one.
  public var tiedScale: TiedScale?
  /// What the outputs of each stored layer are multiplied by, where some are tied and scaled; nil for one.
  public var residualScales: [Double]?
  /// Who sets the gates on what each layer adds to the residual stream; nil for a model without gates.
  public var outputGates: OutputGates?

  /// Describes a model.
  public init(
    layerCount: Int,
    width: Int,
    headCount: Int,
    keyValueHeadCount: Int? = nil,
    feedForwardWidth: Int,
    vocabularySize: Int,
    contextLength: Int,
    tiesEmbedding: Bool = true,
    ropeBase: Double = 10_000,
    normEpsilon: Double = 1e-5,
    ownHeadSize: Int? = nil,
    attentionBias: AttentionBias? = nil,
    queryKeyNorm: QueryKeyNorm? = nil,
    ropeScaling: RopeScaling? = nil,
    slidingWindow: Int? = nil
  ) {
    self.layerCount = layerCount
    self.width = width
    self.headCount = headCount
    self.keyValueHeadCount = keyValueHeadCount ?? headCount
    self.feedForwardWidth = feedForwardWidth
    self.vocabularySize = vocabularySize
    self.contextLength = contextLength
    self.tiesEmbedding = tiesEmbedding
    self.ropeBase = ropeBase
    self.normEpsilon = normEpsilon
    self.ownHeadSize = ownHeadSize
    self.attentionBias = attentionBias
    self.queryKeyNorm = queryKeyNorm
    self.ropeScaling = ropeScaling
    self.slidingWindow = slidingWindow
  }

  /// The size of one head.
  public var headSize: Int { ownHeadSize ?? width / headCount }

  /// Whether what each layer adds to the residual stream is multiplied by gates.
  public var hasOutputGates: Bool { outputGates != nil }

  /// How many layers run: ``layerCount``, but tied ones count as often as they run.
  public var appliedLayerCount: Int { layerOrder?.count ?? layerCount }

  /// The same model with another number of layers, none of them tied.
  public func withLayers(_ count: Int) -> LlamaConfiguration {
    var copy = self
    copy.layerCount = count
    copy.tieLayers(by: nil)
    return copy
  }

  /// Runs stored layers in an order, scaled as ``tiedScale`` says.
  mutating func tieLayers(by order: [Int]?) {
    layerOrder = order
    residualScales = tiedScale?.scales(order, storedLayers: layerCount)
  }
}
