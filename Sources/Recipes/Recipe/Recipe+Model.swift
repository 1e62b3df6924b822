import Growing

extension Recipe {
  /// The shape of the full-depth model, a decoder of the Llama architecture.
  public struct Model: Hashable, Sendable, Codable {
    /// How many layers the finished model has; those of a loop count as often as they run.
    ///
    /// Default: 8.
    public var layers: Int
    /// The size of a token's vector between layers.
    ///
    /// Default: 128.
    public var width: Int
    /// Query heads in a layer's attention.
    ///
    /// Default: 4.
    public var headCount: Int
    /// Key and value heads, each shared by `headCount / keyValueHeadCount` query heads.
    ///
    /// Default: `headCount`.
    public var keyValueHeadCount: Int
    /// The size of one head; nothing means `width / headCount`.
    ///
    /// Default: nothing.
    public var headSize: Int?
    /// The inner size of the gated feed-forward part.
    ///
    /// Default: 8/3 of the width, rounded up to a multiple of 8.
    public var feedForwardWidth: Int
    /// Tokens in one training sequence.
    ///
    /// Default: 128.
    public var contextLength: Int
    /// How many tokens the text is made of; nothing means "as the token file says".
    ///
    /// Objectives other than causal add their own tokens to these.
    ///
    /// Default: nothing.
    public var vocabularySize: Int?
    /// Whether the output projection is the embedding, transposed.
    ///
    /// Default: true.
    public var tiedEmbedding: Bool
    /// The base of the rotary positions' wavelengths.
    ///
    /// Default: 10000.
    public var ropeBase: Double
    /// The number added under the root in the RMS norm.
    ///
    /// Default: 1e-5.
    public var normEpsilon: Double
    /// Which of attention's projections add a bias.
    ///
    /// Default: none.
    public var attentionBias: AttentionBias
    /// How queries and keys are normed before positions turn them.
    ///
    /// Default: none.
    public var queryKeyNorm: QueryKeyNorm
    /// How the rotary positions' wavelengths are stretched.
    ///
    /// Default: not at all.
    public var ropeScaling: RopeScaling
    /// How many tokens a token sees, itself included; nothing means all before it.
    ///
    /// Default: nothing.
    public var slidingWindow: Int?
    /// How the stacked layers are laid out in the compiled program.
    ///
    /// Default: unrolled.
    public var layerExecution: LayerExecution
    /// Which layers run several times with the same weights.
    public var loop: Loop

    /// Creates the section; sizes left out follow from the others.
    public init(
      layers: Int = 8,
      width: Int = 128,
      headCount: Int = 4,
      keyValueHeadCount: Int? = nil,
      headSize: Int? = nil,
      feedForwardWidth: Int? = nil,
      contextLength: Int = 128,
      vocabularySize: Int? = nil,
      tiedEmbedding: Bool = true,
      ropeBase: Double = 10_000,
      normEpsilon: Double = 1e-5,
      attentionBias: AttentionBias = .none,
      queryKeyNorm: QueryKeyNorm = .none,
      ropeScaling: RopeScaling = RopeScaling(),
      slidingWindow: Int? = nil,
      layerExecution: LayerExecution = .unrolled,
      loop: Loop = Loop()
    ) {
      self.layers = layers
      self.width = width
      self.headCount = headCount
      self.keyValueHeadCount = keyValueHeadCount ?? headCount
      self.headSize = headSize
      self.feedForwardWidth = feedForwardWidth ?? Model.defaultFeedForwardWidth(width: width)
      self.contextLength = contextLength
      self.vocabularySize = vocabularySize
      self.tiedEmbedding = tiedEmbedding
      self.ropeBase = ropeBase
      self.normEpsilon = normEpsilon
      self.attentionBias = attentionBias
      self.queryKeyNorm = queryKeyNorm
      self.ropeScaling = ropeScaling
      self.slidingWindow = slidingWindow
      self.layerExecution = layerExecution
      self.loop = loop
    }

    /// A loop over layers in the middle, of the finished model; the layers around it run once.
    public struct Loop: Hashable, Sendable, Codable {
      /// Layers before the loop.
      ///
      /// Default: 0.
      public var first: Int
      /// Layers of the loop.
      ///
      /// Default: nothing, which means what `model.layers` leaves, shared by the repeats.
      public var middle: Int?
      /// How often the loop runs; 1 is no loop.
      ///
      /// Default: 1.
      public var repeats: Int
      /// Layers behind the loop.
      ///
      /// Default: 0.
      public var last: Int
      /// What the outputs of layers that run N times are multiplied by: `none`, `inverse` for 1/N or
      /// `inverse-root` for 1/sqrt(N).
      ///
      /// Default: none.
      public var scale: TiedScale

      /// Creates the settings.
      public init(
        first: Int = 0,
        middle: Int? = nil,
        repeats: Int = 1,
        last: Int = 0,
        scale: TiedScale = .none
      ) {
        self.first = first
        self.middle = middle
        self.repeats = repeats
        self.last = last
        self.scale = scale
      }
    }

    /// The feed-forward width that goes with a width: 8/3 of it, rounded up to a multiple of 8.
    ///
    /// With three matrices of width × 8/3 width the gated part has the parameters of the plain one
    /// with two matrices of width × 4 width. Source: Shazeer 2020, "GLU Variants", section 3.
    ///
    /// - Parameter width: The model's width, at most 2⁵⁹.
    /// - Returns: The inner size of the feed-forward part.
    public static func defaultFeedForwardWidth(width: Int) -> Int {
      let exact = (8 * width + 2) / 3
      return (exact + 7) / 8 * 8
    }

    /// How the stacked layers are laid out in the compiled program; the results are the same.
    public enum LayerExecution: String, Hashable, Sendable, Codable, CaseIterable {
      /// Each layer is compiled apart: slower to compile, usually faster to run.
      case unrolled
      /// One loop runs over the layers: faster to compile.
      case scan
      /// One loop, and the backward pass computes each layer again: slower, in much less memory.
      case rematerialized
    }
  }
}
