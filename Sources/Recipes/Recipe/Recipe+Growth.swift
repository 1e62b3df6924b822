import Growing

extension Recipe {
  /// How the model gets to its full depth.
  public struct Growth: Hashable, Sendable, Codable {
    /// The growth method's name: `none` trains at full depth from the start.
    ///
    /// Default: none.
    public var method: String
    /// The growths of the method `sequence`: names of methods, layer maps such as `0,1,1,*` and widths such
    /// as `width:256+heads:8` or `widen`, with blanks between them.
    ///
    /// Default: nothing.
    public var sequence: String?
    /// How many layers form a block, the unit that is copied.
    ///
    /// Default: nothing; every method but
    /// `none` needs it.
    public var blockSize: Int?
    /// How the steps are shared out among the stages.
    public var schedule: Schedule
    /// How the method `adaptive` chooses its growths.
    public var adaptive: Adaptive
    /// What happens to the optimizer's memory of the layers that are copied.
    ///
    /// Default: copy.
    public var optimizerState: OptimizerStatePolicy
    /// What happens to the learning rate when the model grows.
    public var learningRate: RatePolicy
    /// How many layers the model has at first; 0 begins with embedding, final norm and head alone.
    ///
    /// Default: nothing, which means one block and the protected layers.
    public var firstLayers: Int?
    /// How often the layers between the protected ones run at first, with the same weights.
    ///
    /// Default: 1.
    public var firstRepeats: Int
    /// The width that the model has at first; `growth.sequence` says when it grows to `model.width`.
    ///
    /// Default: nothing, which means `model.width`.
    public var firstWidth: Int?
    /// The query heads that the model has at first, each as large as those of the finished model.
    ///
    /// Default: nothing, which means `model.headCount`.
    public var firstHeadCount: Int?
    /// The feed-forward width that the model has at first.
    ///
    /// Default: nothing, which means `model.feedForwardWidth`.
    public var firstFeedForwardWidth: Int?
    /// How growths in width fill new elements.
    ///
    /// Default: pad.
    public var fill: WidthOperator
    /// First layers that stay out of growing.
    ///
    /// Default: 0.
    public var protectFirst: Int
    /// Last layers that stay out of growing.
    ///
    /// Default: 0.
    public var protectLast: Int
    /// How often `stack`, `interleave` and `loop-unroll` repeat the layers.
    ///
    /// Default: 2.
    public var factor: Int
    /// The first layer of the block that `copy-at` and `copy-to` copy.
    ///
    /// Default: nothing, which leaves it to the method.
    public var start: Int?
    /// The layer before which `copy-to`, `random` and `zero-output-random` put their block.
    ///
    /// Default: nothing, which leaves it to the method.
    public var gap: Int?
    /// The noise of `noisy-copy`, as a share of each matrix's own deviation.
    ///
    /// Default: 0.1.
    public var noise: Double
    /// What `scaled-copy` multiplies the copy's output projections by, and the gates of `fixed-gate`.
    ///
    /// Default: 0.5.
    public var scale: Double
    /// The steps in which `learned-map` learns its numbers.
    ///
    /// Default: 100.
    public var mapSteps: Int
    /// The learning rate of these numbers.
    ///
    /// Default: 0.01.
    public var mapLearningRate: Double
    /// The steps after a growth over which `annealed-gate`, `masked-ramp` and `drop-in` open the gates of
    /// new layers.
    ///
    /// Default: 100.
    public var gateSteps: Int

    /// Creates the section.
    public init(
      method: String = "none",
      sequence: String? = nil,
      blockSize: Int? = nil,
      schedule: Schedule = Schedule(),
      adaptive: Adaptive = Adaptive(),
      optimizerState: OptimizerStatePolicy = .copy,
      learningRate: RatePolicy = RatePolicy(),
      firstLayers: Int? = nil,
      firstRepeats: Int = 1,
      firstWidth: Int? = nil,
      firstHeadCount: Int? = nil,
      firstFeedForwardWidth: Int? = nil,
      fill: WidthOperator = .pad,
      protectFirst: Int = 0,
      protectLast: Int = 0,
      factor: Int = 2,
      start: Int? = nil,
      gap: Int? = nil,
      noise: Double = 0.1,
      scale: Double = 0.5,
      mapSteps: Int = MapLearning().steps,
      mapLearningRate: Double = MapLearning().learningRate,
      gateSteps: Int = 100
    ) {
      self.method = method
      self.sequence = sequence
      self.blockSize = blockSize
      self.schedule = schedule
      self.adaptive = adaptive
      self.optimizerState = optimizerState
      self.learningRate = learningRate
      self.firstLayers = firstLayers
      self.firstRepeats = firstRepeats
      self.firstWidth = firstWidth
      self.firstHeadCount = firstHeadCount
      self.firstFeedForwardWidth = firstFeedForwardWidth
      self.fill = fill
      self.protectFirst = protectFirst
      self.protectLast = protectLast
      self.factor = factor
      self.start = start
      self.gap = gap
      self.noise = noise
      self.scale = scale
      self.mapSteps = mapSteps
      self.mapLearningRate = mapLearningRate
      self.gateSteps = gateSteps
    }

    /// What happens to the learning rate when the model grows.
    public struct RatePolicy: Hashable, Sendable, Codable {
      /// The policy.
      ///
      /// Default: global.
      public var policy: Policy
      /// Steps over which `rewarm` brings the rate back to the schedule's.
      ///
      /// Default: 100.
      public var rewarmSteps: Int
      /// What `boost` multiplies the rate of new layers by at first.
      ///
      /// Default: 2.
      public var boostFactor: Double
      /// Steps over which `boost` brings the rate of new layers down to the schedule's.
      ///
      /// Default: 100.
      public var boostSteps: Int

      /// Creates the settings.
      public init(
        policy: Policy = .global,
        rewarmSteps: Int = 100,
        boostFactor: Double = 2,
        boostSteps: Int = 100
      ) {
        self.policy = policy
        self.rewarmSteps = rewarmSteps
        self.boostFactor = boostFactor
        self.boostSteps = boostSteps
      }

      /// What happens to the learning rate when the model grows.
      public enum Policy: String, Hashable, Sendable, Codable, CaseIterable {
        /// Nothing: one schedule over the whole run.
        case global
        /// It is warmed up again after every growth.
        case rewarm
        /// New layers learn faster for a while.
        case boost
        /// Old layers stand still until the last stage.
        case freezeOld = "freeze-old"
        /// Nothing, and a recipe that grows outside the stable phase is refused.
        case stablePhase = "stable-phase"
      }
    }

    /// How the steps are shared out among the stages.
    public struct Schedule: Hashable, Sendable, Codable {
      /// The rule.
      ///
      /// Default: proportional.
      public var kind: Kind
      /// The power in the proportional rule: stage i gets steps in proportion to i to the alpha,
      /// so 0 makes the stages equal and more of it favours the deeper ones.
      ///
      /// Default: 1.
      public var alpha: Double
      /// The tokens of every stage but the last, for the rule by tokens.
      ///
      /// Default: nothing.
      public var tokens: Int?
      /// The share of the steps before the last growth, for the rule of a jump.
      ///
      /// Default: 0.5.
      public var fraction: Double
      /// The steps over which the rules by loss look at it.
      ///
      /// Default: 20.
      public var window: Int
      /// The fall of the loss, as a share of it, below which the rules by loss grow.
      ///
      /// Default: 0.01.
      public var threshold: Double
      /// The steps that a stage has at least under the rules by loss.
      ///
      /// Default: 1.
      public var minimumSteps: Int

      /// Creates the settings.
      public init(
        kind: Kind = .proportional,
        alpha: Double = 1,
        tokens: Int? = nil,
        fraction: Double = 0.5,
        window: Int = 20,
        threshold: Double = 0.01,
        minimumSteps: Int = 1
      ) {
        self.kind = kind
        self.alpha = alpha
        self.tokens = tokens
        self.fraction = fraction
        self.window = window
        self.threshold = threshold
        self.minimumSteps = minimumSteps
      }

      /// The rule by which steps are shared out.
      public enum Kind: String, Hashable, Sendable, Codable, CaseIterable {
        /// Prop-alpha of Saunshi et al. 2024 (MIDAS).
        case proportional
        /// All stages equally long.
        case equal
        /// Every stage but the last as long as so many tokens take.
        case tokens
        /// The last growth at a fraction of the steps.
        case jump
        /// The last growth after the tokens of the fitted formula of Du et al. 2024, "Stacking Your
        /// Transformers", arXiv 2405.15319.
        case gStack = "g-stack"
        /// When the mean loss of a window of steps has fallen by less than a threshold against the window
        /// before, and at the proportional rule's steps at the latest.
        case plateau
        /// When the line through a window's losses falls by less than a threshold for the compute it
        /// takes, and at the proportional rule's steps at the latest.
        case slope
      }
    }
  }
}
