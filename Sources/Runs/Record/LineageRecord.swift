/// Where a layer of the last stage comes from.
public struct LineageRecord: Codable, Hashable, Sendable {
  /// The layer's name, such as `A3`.
  public var id: String
  /// The name of the layer it was copied from; absent for a layer that was initialised afresh.
  public var parent: String?
  /// The stage in which the layer is there for the first time, counted from 0.
  public var stage: Int

  /// States where a layer comes from.
  public init(id: String, parent: String?, stage: Int) {
    self.id = id
    self.parent = parent
    self.stage = stage
  }
}
