/// The extents of a tensor, outermost axis first; a scalar has none.
public struct Shape: Hashable, Sendable, Codable, ExpressibleByArrayLiteral {
  /// The extent of each axis; never negative.
  public let dimensions: [Int]

  /// Creates a shape.
  ///
  /// - Parameter dimensions: The extent of each axis; a negative one is a programming error.
  public init(_ dimensions: [Int]) {
    precondition(dimensions.allSatisfy { $0 >= 0 }, "a shape has no negative extent: \(dimensions)")
    self.dimensions = dimensions
  }

  /// Creates a shape from a literal such as `[2, 3]`.
  public init(arrayLiteral elements: Int...) {
    self.init(elements)
  }

  /// The shape of a scalar.
  public static let scalar = Shape([])

  /// The number of axes.
  public var rank: Int { dimensions.count }

  /// The number of elements, 1 for a scalar.
  public var elementCount: Int { dimensions.reduce(1, *) }

  /// The extent of one axis; a negative axis counts from the end.
  public subscript(axis: Int) -> Int { dimensions[axis < 0 ? axis + rank : axis] }

  /// For each axis, the distance in elements between neighbours in a row-major array.
  public var strides: [Int] {
    var strides = [Int](repeating: 1, count: rank)
    for axis in stride(from: rank - 2, through: 0, by: -1) {
      strides[axis] = strides[axis + 1] * dimensions[axis + 1]
    }
    return strides
  }

  /// Encodes the shape as a plain list of extents.
  public func encode(to encoder: any Encoder) throws {
    try dimensions.encode(to: encoder)
  }

  /// Decodes a plain list of extents, and refuses a negative one.
  public init(from decoder: any Decoder) throws {
    let dimensions = try [Int](from: decoder)
    guard dimensions.allSatisfy({ $0 >= 0 }) else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: "a shape has no negative extent")
      )
    }
    self.dimensions = dimensions
  }
}

extension Shape: CustomStringConvertible {
  /// The extents in brackets, such as `[8, 256]`.
  public var description: String { "\(dimensions)" }
}

/// The element type and the shape of a tensor.
public struct TensorType: Hashable, Sendable, Codable {
  /// The type of one element.
  public let elementType: ElementType
  /// The extents.
  public let shape: Shape

  /// Creates a tensor type.
  public init(_ elementType: ElementType, _ shape: Shape) {
    self.elementType = elementType
    self.shape = shape
  }

  /// Bytes a dense array of this type takes.
  public var byteCount: Int { elementType.byteCount * shape.elementCount }
}

extension TensorType: CustomStringConvertible {
  /// The type and the extents, such as `float32[8, 256]`.
  public var description: String { "\(elementType)\(shape)" }
}
