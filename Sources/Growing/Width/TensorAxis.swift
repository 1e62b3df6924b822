/// A size of a model that growth can change.
public enum ModelDimension: String, Hashable, Sendable, Codable, CaseIterable {
  /// The number of layers.
  case layers
  /// The size of the residual stream.
  case width
  /// The query heads, each of several elements.
  case queryHeads = "query-heads"
  /// The key and value heads, each of several elements.
  case keyValueHeads = "key-value-heads"
  /// The elements of one head, whose number stays.
  case headSize = "head-size"
  /// The inner size of the feed-forward part.
  case feedForward = "feed-forward"
  /// The tokens the model knows.
  case vocabulary
}

/// What an axis of a parameter runs over, and on which side of that dimension the parameter stands.
public struct TensorAxis: Hashable, Sendable {
  /// What a parameter does with a dimension.
  public enum Use: Hashable, Sendable {
    /// It makes the dimension's elements: the output axis of a matrix.
    case writes
    /// It sums over the dimension's elements: the input axis of a matrix.
    case reads
    /// It multiplies normalised elements before they are read: the gain of a norm.
    case scales
    /// As ``scales``, and the reader is the very parameter that writes the elements.
    case scalesTied
  }

  /// What the axis runs over.
  public let dimension: ModelDimension
  /// What the parameter does with it.
  public let use: Use

  /// Describes an axis.
  public init(_ dimension: ModelDimension, _ use: Use) {
    self.dimension = dimension
    self.use = use
  }

  /// The leading axis of a parameter with one row a layer.
  public static let layers = TensorAxis(.layers, .writes)
  /// An output axis.
  public static func writes(_ dimension: ModelDimension) -> TensorAxis {
    TensorAxis(dimension, .writes)
  }
  /// An input axis.
  public static func reads(_ dimension: ModelDimension) -> TensorAxis {
    TensorAxis(dimension, .reads)
  }
  /// A norm's axis.
  public static func scales(_ dimension: ModelDimension) -> TensorAxis {
    TensorAxis(dimension, .scales)
  }
}
