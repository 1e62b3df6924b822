/// What an operator can be told beside the depth and the block size.
///
/// Each operator goes by some of the options and declares which (``GrowthOperator/uses``).
public struct GrowthOptions: Hashable, Sendable, Codable {
  /// How many times the depth is multiplied, for operators that multiply it.
  public var factor: Int
  /// The first layer of the block that is copied; nil for the operator's own choice.
  public var start: Int?
  /// The layer before which new layers are put; nil for the operator's own choice.
  public var gap: Int?
  /// The noise's deviation as a share of each matrix's own.
  public var noise: Double
  /// What output projections are multiplied by, for operators that scale them, and the gates of new layers,
  /// for those that fix them.
  public var scale: Double
  /// The steps over which the gates of new layers open, for operators that do so by a schedule.
  public var gateSteps: Int
  /// How many first layers stay out of growing.
  public var protectedFirst: Int
  /// How many last layers stay out of growing.
  public var protectedLast: Int
  /// The seed of the noise.
  public var seed: UInt64
  /// How layer maps are learnt, for operators that learn theirs.
  public var mapLearning: MapLearning

  /// Creates options.
  public init(
    factor: Int = 2,
    start: Int? = nil,
    gap: Int? = nil,
    noise: Double = 0.1,
    scale: Double = 0.5,
    gateSteps: Int = 100,
    protectedFirst: Int = 0,
    protectedLast: Int = 0,
    seed: UInt64 = 0,
    mapLearning: MapLearning = MapLearning()
  ) {
    self.factor = factor
    self.start = start
    self.gap = gap
    self.noise = noise
    self.scale = scale
    self.gateSteps = gateSteps
    self.protectedFirst = protectedFirst
    self.protectedLast = protectedLast
    self.seed = seed
    self.mapLearning = mapLearning
  }
}

/// An option that only some operators go by, under its name in recipes.
public enum GrowthOption: String, Hashable, Sendable, CaseIterable {
  case factor
  case start
  case gap
  case noise
  case scale
  case gateSteps
  case mapSteps
  case mapLearningRate

  /// The names of the operators that go by it.
  public var operatorNames: [String] {
    GrowthOperator.all.filter { $0.uses.contains(self) }.map(\.name)
  }
}

extension GrowthOptions {
  /// Checks that nothing is set that no one goes by.
  ///
  /// - Parameters:
  ///   - name: Who goes by options.
  ///   - uses: Which those are.
  /// - Throws: ``GrowthError/unusedOption(_:name:)`` for an option that is another than by default.
  public func check(
    usedBy name: String,
    _ uses: Set<GrowthOption>
  ) throws(GrowthError) {
    let usual = GrowthOptions()
    for option in GrowthOption.allCases where !uses.contains(option) {
      let isUsual =
        switch option {
        case .factor: factor == usual.factor
        case .start: start == usual.start
        case .gap: gap == usual.gap
        case .noise: noise == usual.noise
        case .scale: scale == usual.scale
        case .gateSteps: gateSteps == usual.gateSteps
        case .mapSteps: mapLearning.steps == usual.mapLearning.steps
        case .mapLearningRate: mapLearning.learningRate == usual.mapLearning.learningRate
        }
      guard isUsual else { throw .unusedOption(option, name: name) }
    }
  }
}
