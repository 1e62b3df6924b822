extension Recipe.Model {
  /// Which of attention's projections add a bias.
  public enum AttentionBias: String, Hashable, Sendable, Codable, CaseIterable {
    /// None does.
    case none
    /// Those of queries, keys and values do.
    case inputs
    /// The output projection does, too.
    case all
  }

  /// How queries and keys are normed.
  public enum QueryKeyNorm: String, Hashable, Sendable, Codable, CaseIterable {
    /// They are not.
    case none
    /// Each head is divided by its root mean square and multiplied by gains of its layer.
    case eachHead = "each-head"
  }

  /// How the rotary positions' wavelengths are stretched.
  public struct RopeScaling: Hashable, Sendable, Codable {
    /// Which wavelengths are stretched.
    public enum Kind: String, Hashable, Sendable, Codable, CaseIterable {
      /// None is.
      case none
      /// All are.
      case linear
      /// The long ones are, the short ones are not, as in Llama 3.1.
      case llama3
    }

    /// Which wavelengths are stretched.
    ///
    /// Default: none.
    public var kind: Kind
    /// How many times as long they become.
    ///
    /// Default: 1.
    public var factor: Double
    /// How often a wavelength fits into the original context that is stretched in full; for llama3.
    ///
    /// Default: 1.
    public var lowFrequencyFactor: Double
    /// How often a wavelength fits into the original context that stays as it is; for llama3.
    ///
    /// Default: 4.
    public var highFrequencyFactor: Double
    /// The context length before stretching; for llama3.
    ///
    /// Default: 8192.
    public var originalContextLength: Int

    /// Creates the section.
    public init(
      kind: Kind = .none,
      factor: Double = 1,
      lowFrequencyFactor: Double = 1,
      highFrequencyFactor: Double = 4,
      originalContextLength: Int = 8192
    ) {
      self.kind = kind
      self.factor = factor
      self.lowFrequencyFactor = lowFrequencyFactor
      self.highFrequencyFactor = highFrequencyFactor
      self.originalContextLength = originalContextLength
    }
  }
}
