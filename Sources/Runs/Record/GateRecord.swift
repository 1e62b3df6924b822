/// What a growth did with output gates.
public struct GateRecord: Codable, Hashable, Sendable {
  /// What becomes of the gates of new layers: `fixed`, `trained`, `annealed`, `masked` or `drop-in`; or of
  /// all gates: `folded` into the projections.
  public var kind: String
  /// The gates of new layers right after growing, of `fixed` and `trained`.
  public var value: Double?
  /// The steps over which they open, of `annealed`, `masked` and `drop-in`.
  public var steps: Int?

  /// States what was done with gates.
  public init(kind: String, value: Double? = nil, steps: Int? = nil) {
    self.kind = kind
    self.value = value
    self.steps = steps
  }
}
