import Growing

extension Recipe {
  /// How the model gets to its full depth.
  public struct Growth: Hashable, Sendable, Codable {
    /// The growth method's name: `none` trains at full depth from the start.
    ///
    /// Default: none.
    public var method: String
    /// How many layers form a block, the unit that is copied.
    ///
    /// Default: nothing; every method but
    /// `none` needs it.
    public var blockSize: Int?
    /// How the steps are shared out among the stages.
    public var schedule: Schedule
    /// What happens to the optimizer's memory of the layers that are copied.
    ///
    /// Default: copy.
    public var optimizerState: OptimizerStatePolicy

    /// Creates the section.
    public init(
      method: String = "none",
      blockSize: Int? = nil,
      schedule: Schedule = Schedule(),
      optimizerState: OptimizerStatePolicy = .copy
    ) {
      self.method = method
      self.blockSize = blockSize
      self.schedule = schedule
      self.optimizerState = optimizerState
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

      /// Creates the settings.
      public init(kind: Kind = .proportional, alpha: Double = 1) {
        self.kind = kind
        self.alpha = alpha
      }

      /// The rule by which steps are shared out.
      public enum Kind: String, Hashable, Sendable, Codable, CaseIterable {
        /// Prop-alpha of Saunshi et al. 2024 (MIDAS).
        case proportional
      }
    }
  }
}
