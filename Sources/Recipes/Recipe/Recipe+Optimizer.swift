import Growing

extension Recipe {
  /// By which rules the parameters are updated: AdamW, or Muon for the layers' matrices and AdamW for the rest, or
  /// matrices of low rank beside the layers' and nothing else.
  public struct Optimizer: Hashable, Sendable, Codable {
    /// The rule of the layers' matrices.
    ///
    /// Default: adamw.
    public var kind: Rule
    /// How much of the running mean of gradients each step of AdamW keeps.
    ///
    /// Default: 0.9.
    public var beta1: Double
    /// How much of the running mean of squared gradients each step of AdamW keeps.
    ///
    /// Default: 0.95.
    public var beta2: Double
    /// The number AdamW adds to the root of the second mean.
    ///
    /// Default: 1e-8.
    public var epsilon: Double
    /// The share of a weight, times the learning rate, taken off each step; never off norm gains.
    ///
    /// Default: 0.1.
    public var weightDecay: Double
    /// The norm that all gradients together are scaled down to; 0 means no clipping.
    ///
    /// Default: 1.
    public var gradientClipping: Double
    /// The settings of Muon, where it updates something.
    public var muon: Muon
    /// The settings of LoRA, where it is the kind.
    public var lora: LowRank
    /// What groups of parameters have of their own.
    public var groups: Groups

    /// Creates the settings.
    public init(
      kind: Rule = .adamW,
      beta1: Double = 0.9,
      beta2: Double = 0.95,
      epsilon: Double = 1e-8,
      weightDecay: Double = 0.1,
      gradientClipping: Double = 1,
      muon: Muon = Muon(),
      lora: LowRank = LowRank(),
      groups: Groups = Groups()
    ) {
      self.kind = kind
      self.beta1 = beta1
      self.beta2 = beta2
      self.epsilon = epsilon
      self.weightDecay = weightDecay
      self.gradientClipping = gradientClipping
      self.muon = muon
      self.lora = lora
      self.groups = groups
    }

    /// A rule by which parameters are updated.
    public enum Rule: String, Hashable, Sendable, Codable, CaseIterable {
      /// Adam with decoupled weight decay.
      case adamW = "adamw"
      /// Momentum that is made orthogonal; for matrices only.
      case muon
      /// Low-rank additions to the layers' matrices, trained by AdamW; all else is held.
      case lora
    }
  }
}

extension Recipe.Optimizer {
  /// The settings of Muon.
  public struct Muon: Hashable, Sendable, Codable {
    /// How much of the running mean of gradients each step keeps.
    ///
    /// Default: 0.95.
    public var momentum: Double
    /// Whether the step looks ahead along the gradient.
    ///
    /// Default: true.
    public var nesterov: Bool
    /// The iterations that make a matrix orthogonal.
    ///
    /// Default: 5.
    public var iterations: Int
    /// What an orthogonal update is multiplied by.
    ///
    /// Default: match-adamw.
    public var scale: Scale

    /// Creates the settings.
    public init(
      momentum: Double = 0.95,
      nesterov: Bool = true,
      iterations: Int = 5,
      scale: Scale = .matchAdamW
    ) {
      self.momentum = momentum
      self.nesterov = nesterov
      self.iterations = iterations
      self.scale = scale
    }

    /// What an orthogonal update of a matrix is multiplied by.
    public enum Scale: String, Hashable, Sendable, Codable, CaseIterable {
      /// 0.2 times the root of the longer side: as large as AdamW's usually are, so its rate and decay serve.
      case matchAdamW = "match-adamw"
      /// The root of outputs over inputs, 1 at least: as first published, with a rate of its own.
      case original
    }
  }

  /// The settings of LoRA, after Hu and others 2021, "LoRA: Low-Rank Adaptation of Large Language Models".
  public struct LowRank: Hashable, Sendable, Codable {
    /// The rank of what is added to a matrix.
    ///
    /// Default: 8.
    public var rank: Int
    /// What the addition is multiplied by, times the rank.
    ///
    /// Default: 16.
    public var alpha: Double
    /// The matrices of a layer that are added to: all, or some of ``matrixNames`` with commas between them.
    ///
    /// Default: all.
    public var matrices: String

    /// The words for the matrices of a layer.
    public static let matrixNames = ["query", "key", "value", "output", "gate", "up", "down"]

    /// The word for all of them.
    public static let allMatrices = "all"

    /// Creates the settings.
    public init(
      rank: Int = 8,
      alpha: Double = 16,
      matrices: String = LowRank.allMatrices
    ) {
      self.rank = rank
      self.alpha = alpha
      self.matrices = matrices
    }

    /// The names of the matrices that are added to.
    public var chosenMatrices: [String] {
      matrices == Self.allMatrices
        ? Self.matrixNames : matrices.split(separator: ",").map(String.init)
    }
  }

  /// What groups of parameters have of their own.
  public struct Groups: Hashable, Sendable, Codable {
    /// The embedding, which is the output projection too where they are tied.
    public var embedding: Group
    /// The output projection, where it is not tied.
    public var head: Group
    /// The matrices of the layers.
    public var matrices: Group
    /// The gains of norms.
    public var gains: Group
    /// The gates on what layers add.
    public var gates: Group

    /// Creates the groups.
    public init(
      embedding: Group = Group(),
      head: Group = Group(),
      matrices: Group = Group(),
      gains: Group = Group(),
      gates: Group = Group()
    ) {
      self.embedding = embedding
      self.head = head
      self.matrices = matrices
      self.gains = gains
      self.gates = gates
    }

    /// What a group has of its own.
    public subscript(group: ParameterGroup) -> Group {
      get { self[keyPath: Self.place(of: group)] }
      set { self[keyPath: Self.place(of: group)] = newValue }
    }

    private static func place(of group: ParameterGroup) -> WritableKeyPath<Groups, Group> {
      switch group {
      case .embedding: \.embedding
      case .head: \.head
      case .matrices: \.matrices
      case .gains: \.gains
      case .gates: \.gates
      }
    }
  }

  /// What a group of parameters has of its own.
  public struct Group: Hashable, Sendable, Codable {
    /// The rule; nil takes the optimizer's kind for the layers' matrices and adamw for all others.
    ///
    /// Default: null.
    public var optimizer: Rule?
    /// What the learning rate is multiplied by.
    ///
    /// Default: 1.
    public var rateFactor: Double
    /// The weight decay; nil takes the optimizer's, and none for gains and gates.
    ///
    /// Default: null.
    public var weightDecay: Double?

    /// Creates the settings.
    public init(optimizer: Rule? = nil, rateFactor: Double = 1, weightDecay: Double? = nil) {
      self.optimizer = optimizer
      self.rateFactor = rateFactor
      self.weightDecay = weightDecay
    }
  }
}

extension KeyedDecodingContainer {
  /// Settings that checkpoints of earlier versions do not have; see `Recipe+Objective`.
  func decode(
    _ type: Recipe.Optimizer.LowRank.Type,
    forKey key: Key
  ) throws -> Recipe.Optimizer.LowRank {
    try decodeIfPresent(type, forKey: key) ?? Recipe.Optimizer.LowRank()
  }
}
