/// An array with the name it has in a parameter structure and in a checkpoint.
public struct NamedArray: Hashable, Sendable {
  /// The dotted name, such as `layers.attention.query`.
  public var name: String
  /// The elements.
  public var array: HostArray

  /// Pairs a name with an array.
  public init(_ name: String, _ array: HostArray) {
    self.name = name
    self.array = array
  }
}
