extension Recipe {
  /// How the parameters are trained.
  public struct Training: Hashable, Sendable, Codable {
    /// Updates of the parameters over the whole run, all growth stages together.
    ///
    /// Default: 400.
    public var steps: Int
    /// Sequences that one update learns from.
    ///
    /// Default: 32.
    public var batchSize: Int
    /// Parts that a batch is worked through in, to save memory.
    ///
    /// Default: 1.
    public var gradientAccumulation: Int
    /// In which numbers the model is computed.
    ///
    /// Default: float32.
    public var precision: Precision
    /// What the model learns to predict.
    public var objective: Objective
    /// By which rules the parameters are updated.
    public var optimizer: Optimizer
    /// The learning rate over the run.
    public var learningRate: LearningRate
    /// What makes neighbouring blocks of layers alike.
    public var blockCosine: BlockCosine

    /// Creates the section; a warm-up left out takes a tenth of the steps.
    public init(
      steps: Int = 400,
      batchSize: Int = 32,
      gradientAccumulation: Int = 1,
      precision: Precision = .float32,
      objective: Objective = Objective(),
      optimizer: Optimizer = Optimizer(),
      learningRate: LearningRate? = nil,
      blockCosine: BlockCosine = BlockCosine()
    ) {
      self.blockCosine = blockCosine
      self.steps = steps
      self.batchSize = batchSize
      self.gradientAccumulation = gradientAccumulation
      self.precision = precision
      self.objective = objective
      self.optimizer = optimizer
      self.learningRate =
        learningRate
        ?? LearningRate(warmupSteps: LearningRate.defaultWarmupSteps(steps: steps))
    }
  }

  /// In which numbers a model is computed while it is trained and measured.
  ///
  /// Parameters, the optimizer's state and gradients that are added up are float32 in any case, and so is what is saved.
  public enum Precision: String, Hashable, Sendable, Codable, CaseIterable {
    /// 32 bits throughout.
    case float32
    /// 16 bits with the exponents of float32, for matrix products and what goes between them; norms, softmax, logits and
    /// the loss are computed in float32. XLA does everything then, as the kernels know float32 alone.
    ///
    /// Source: Micikevicius et al. 2018, arXiv 1710.03740, section 3; Kalamkar et al. 2019, arXiv 1905.12322.
    case bfloat16
  }

  /// A penalty on how little the weights of neighbouring blocks are alike: the weight times one minus their mean cosine.
  ///
  /// It leads a model of full depth towards a looped one. Losses are measured without it. Source: Saunshi et al. 2025,
  /// arXiv 2502.17416, section 5.
  public struct BlockCosine: Hashable, Sendable, Codable {
    /// What the penalty is multiplied by; 0 is none.
    ///
    /// Default: 0.
    public var weight: Double
    /// How many layers form a block.
    ///
    /// Default: nothing, which means `growth.blockSize`.
    public var blockSize: Int?

    /// Creates the settings.
    public init(weight: Double = 0, blockSize: Int? = nil) {
      self.weight = weight
      self.blockSize = blockSize
    }
  }

  /// The learning rate over the run: one schedule over all stages, not restarted by growth.
  public struct LearningRate: Hashable, Sendable, Codable {
    /// The curve after the warm-up.
    ///
    /// Default: cosine.
    public var schedule: Schedule
    /// The highest learning rate.
    ///
    /// Default: 3e-3.
    public var peak: Double
    /// Steps over which the rate rises to the peak in equal parts.
    ///
    /// Default: a tenth of the steps.
    public var warmupSteps: Int
    /// The rate at the end, as a share of the peak: that of the last step of warm-up-stable-decay, and of the step
    /// that would follow the last one of cosine.
    ///
    /// Default: 0.05.
    public var finalFraction: Double
    /// The share of the steps that the decay of warm-up-stable-decay takes; cosine does not use it.
    ///
    /// Default: 0.2.
    public var decayFraction: Double

    /// Creates the settings.
    public init(
      schedule: Schedule = .cosine,
      peak: Double = 3e-3,
      warmupSteps: Int,
      finalFraction: Double = 0.05,
      decayFraction: Double = 0.2
    ) {
      self.schedule = schedule
      self.peak = peak
      self.warmupSteps = warmupSteps
      self.finalFraction = finalFraction
      self.decayFraction = decayFraction
    }

    /// The warm-up that goes with a number of steps: a tenth of them, rounded down.
    public static func defaultWarmupSteps(steps: Int) -> Int { steps / 10 }

    /// The number of last steps in which a warm-up-stable-decay schedule lowers the rate.
    ///
    /// - Parameter steps: The steps of the whole run.
    /// - Returns: The decay fraction of the steps, rounded to the nearest whole number, but at least 1.
    public func decaySteps(of steps: Int) -> Int {
      max(1, Int((decayFraction * Double(steps)).rounded()))
    }

    /// The curve of the learning rate after the warm-up.
    public enum Schedule: String, Hashable, Sendable, Codable, CaseIterable {
      /// Half a cosine from the peak to the final rate.
      case cosine
      /// The peak for most of the run, then a straight line to the final rate.
      case warmupStableDecay = "warmup-stable-decay"
    }
  }
}
