/// A dense, row-major array of any element type in the host's memory.
///
/// This is what travels: to and from a device, into and out of a file, through a growth step. It holds
/// plain little-endian bytes beside a type, and does no arithmetic.
public struct HostArray: Hashable, Sendable {
  /// The element type and the shape.
  public let type: TensorType
  /// The elements, row-major, little-endian; always `type.byteCount` bytes.
  public private(set) var bytes: [UInt8]

  /// The type of one element.
  public var elementType: ElementType { type.elementType }
  /// The extents.
  public var shape: Shape { type.shape }

  /// Wraps bytes that already have the right layout.
  ///
  /// - Parameters:
  ///   - bytes: Row-major little-endian elements; a count other than `type.byteCount` is a
  ///     programming error, so readers of files check first.
  ///   - type: What the bytes mean.
  public init(bytes: [UInt8], type: TensorType) {
    precondition(
      bytes.count == type.byteCount,
      "\(type) needs \(type.byteCount) bytes, got \(bytes.count)"
    )
    self.bytes = bytes
    self.type = type
  }

  /// An array of zeros.
  public init(zeros type: TensorType) {
    self.init(bytes: [UInt8](repeating: 0, count: type.byteCount), type: type)
  }

  /// An array of the given values.
  ///
  /// - Parameters:
  ///   - values: The elements in row-major order.
  ///   - shape: The extents; by default one axis that holds all values.
  public init<Scalar: HostScalar>(_ values: [Scalar], shape: Shape? = nil) {
    let shape = shape ?? Shape([values.count])
    self.init(
      bytes: values.withUnsafeBytes { Array($0) },
      type: TensorType(Scalar.elementType, shape)
    )
  }

  /// A scalar.
  public init<Scalar: HostScalar>(scalar: Scalar) {
    self.init([scalar], shape: .scalar)
  }

  /// The elements in row-major order.
  ///
  /// - Parameter scalar: The Swift type of an element; one that does not fit `elementType` is a
  ///   programming error.
  /// - Returns: As many values as the shape has elements.
  public func values<Scalar: HostScalar>(as scalar: Scalar.Type = Scalar.self) -> [Scalar] {
    precondition(Scalar.elementType == elementType, "\(type) does not hold \(Scalar.elementType)")
    return [Scalar](unsafeUninitializedCapacity: shape.elementCount) { buffer, count in
      UnsafeMutableRawBufferPointer(buffer).copyBytes(from: bytes)
      count = shape.elementCount
    }
  }

  /// Rows picked along the first axis, in the order asked for; a row may be picked more than once.
  ///
  /// - Parameter rows: Indices into the first axis.
  /// - Returns: `[rows.count, ...]`.
  public func gatheringRows(_ rows: [Int]) -> HostArray {
    precondition(shape.rank > 0, "a scalar has no rows")
    precondition(rows.allSatisfy { 0 <= $0 && $0 < shape[0] }, "rows \(rows) of \(shape)")
    let rowByteCount = shape[0] == 0 ? 0 : bytes.count / shape[0]
    var gathered: [UInt8] = []
    gathered.reserveCapacity(rowByteCount * rows.count)
    for row in rows {
      gathered.append(contentsOf: bytes[row * rowByteCount..<(row + 1) * rowByteCount])
    }
    let grown = Shape([rows.count] + shape.dimensions.dropFirst())
    return HostArray(bytes: gathered, type: TensorType(elementType, grown))
  }

  /// Overwrites one row along the first axis.
  ///
  /// - Parameters:
  ///   - row: The index into the first axis.
  ///   - values: `[...]`, the shape of one row, of the same element type.
  public mutating func replaceRow(_ row: Int, with values: HostArray) {
    precondition(values.elementType == elementType, "\(values.type) is no row of \(type)")
    precondition(
      values.shape.dimensions == Array(shape.dimensions.dropFirst()),
      "\(values.type) is no row of \(type)"
    )
    let start = row * values.bytes.count
    bytes.replaceSubrange(start..<start + values.bytes.count, with: values.bytes)
  }
}

/// A Swift type whose values can be the elements of a ``HostArray``.
public protocol HostScalar: Sendable, BitwiseCopyable {
  /// The element type with the same layout.
  static var elementType: ElementType { get }
}

extension Float: HostScalar {
  /// `float32`.
  public static var elementType: ElementType { .float32 }
}
extension Double: HostScalar {
  /// `float64`.
  public static var elementType: ElementType { .float64 }
}
extension Int32: HostScalar {
  /// `int32`.
  public static var elementType: ElementType { .int32 }
}
extension Int64: HostScalar {
  /// `int64`.
  public static var elementType: ElementType { .int64 }
}
extension UInt8: HostScalar {
  /// `uint8`.
  public static var elementType: ElementType { .uint8 }
}
extension UInt32: HostScalar {
  /// `uint32`.
  public static var elementType: ElementType { .uint32 }
}
extension UInt64: HostScalar {
  /// `uint64`.
  public static var elementType: ElementType { .uint64 }
}
extension Bool: HostScalar {
  /// `bool`, one byte an element.
  public static var elementType: ElementType { .bool }
}

extension HostArray {
  /// An array in which every element is the given number, rounded to the element type.
  ///
  /// - Parameters:
  ///   - value: The number; for integers its whole part, for `bool` whether it is not zero.
  ///   - type: The element type and the shape.
  public init(repeating value: Double, type: TensorType) {
    let count = type.shape.elementCount
    let shape = type.shape
    switch type.elementType {
    case .float32: self.init([Float](repeating: Float(value), count: count), shape: shape)
    case .float64: self.init([Double](repeating: value, count: count), shape: shape)
    case .int32: self.init([Int32](repeating: Int32(value), count: count), shape: shape)
    case .int64: self.init([Int64](repeating: Int64(value), count: count), shape: shape)
    case .uint8: self.init([UInt8](repeating: UInt8(value), count: count), shape: shape)
    case .uint32: self.init([UInt32](repeating: UInt32(value), count: count), shape: shape)
    case .uint64: self.init([UInt64](repeating: UInt64(value), count: count), shape: shape)
    case .bool: self.init([Bool](repeating: value != 0, count: count), shape: shape)
    case .bfloat16:
      self.init([BFloat16](repeating: BFloat16(Float(value)), count: count), shape: shape)
    }
  }
}
