/// Whether a grown network computes the same function as the one it grew from.
public enum FunctionPreservation: String, Hashable, Sendable, Codable, CaseIterable {
  /// The same, up to rounding.
  case exact
  /// The same up to terms of second order in what the copied layers add to the residual stream.
  case nearly
  /// Another.
  case changed = "no"
}
