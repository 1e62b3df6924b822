/// What an operator can be told beside the depth and the block size.
///
/// Each operator uses some of the options and says so in its doc comment; the others do not matter to it.
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
