/// What a growth did to a layer besides copying or drawing it.
///
/// The record is flat, so that a reader can filter it by `kind`; the other fields are there for the kinds
/// that have them.
public struct DecorationRecord: Codable, Hashable, Sendable {
  /// An old layer's share in a sum of layers.
  public struct Share: Codable, Hashable, Sendable {
    /// The old layer.
    public var layer: Int
    /// What it is multiplied by.
    public var weight: Double

    /// States a share.
    public init(layer: Int, weight: Double) {
      self.layer = layer
      self.weight = weight
    }
  }

  /// The new layer: a place in the growth's `origins`.
  public var layer: Int
  /// What was done: `zero-output`, `zero-norm`, `scaled-output`, `noise` or `blend`.
  public var kind: String
  /// What the output projections were multiplied by, of `scaled-output`.
  public var factor: Double?
  /// The noise as a share of each matrix's own standard deviation, of `noise`.
  public var deviation: Double?
  /// The seed of the noise, of `noise`.
  public var seed: UInt64?
  /// The old layers that were summed in place of a copy, of `blend`.
  public var shares: [Share]?

  /// States what was done to a layer.
  public init(
    layer: Int,
    kind: String,
    factor: Double? = nil,
    deviation: Double? = nil,
    seed: UInt64? = nil,
    shares: [Share]? = nil
  ) {
    self.layer = layer
    self.kind = kind
    self.factor = factor
    self.deviation = deviation
    self.seed = seed
    self.shares = shares
  }
}

extension DecorationRecord {
  /// What is wrong with it, and with which of its fields.
  ///
  /// - Parameters:
  ///   - layerCount: How many layers the growth's `origins` name.
  ///   - oldLayerCount: How many layers there were before.
  /// - Returns: The first problem; nil if there is none.
  func firstProblem(layerCount: Int, oldLayerCount: Int) -> (field: String, reason: String)? {
    guard (0..<layerCount).contains(layer) else {
      return ("layer", "needs a layer of the growth, 0 to \(layerCount - 1); got \(layer)")
    }
    for (index, share) in (shares ?? []).enumerated()
    where !(0..<oldLayerCount).contains(share.layer) {
      return (
        "shares[\(index)].layer",
        "needs a layer of the stage before, 0 to \(oldLayerCount - 1); got \(share.layer)"
      )
    }
    return nil
  }
}
