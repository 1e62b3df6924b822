import Arrays
import StableHLO

extension Tensor {
  /// A constant with the elements of an array.
  public init(_ array: HostArray, fileID: String = #fileID, line: Int = #line) {
    self = .apply(.constant(array), site: SourceSite(fileID: fileID, line: line))
  }

  /// A constant in which every element is the same number.
  ///
  /// - Parameters:
  ///   - value: The number, rounded to the element type.
  ///   - type: The element type and the shape.
  ///   - fileID: The caller's file.
  ///   - line: The caller's line.
  public init(
    repeating value: Double,
    type: TensorType,
    fileID: String = #fileID,
    line: Int = #line
  ) {
    self.init(repeating: value, type: type, site: SourceSite(fileID: fileID, line: line))
  }

  init(repeating value: Double, type: TensorType, site: SourceSite) {
    guard type.elementType.holds(value) else {
      let rule = "\(value) is no \(type.elementType)"
      self = .mistaken("constant", rule, [], site: site)
      return
    }
    let scalar = HostArray(repeating: value, type: TensorType(type.elementType, .scalar))
    let constant = Tensor.apply(.constant(scalar), site: site)
    self = type.shape == .scalar ? constant : constant.stretched(to: type.shape, site: site)
  }

  /// A scalar constant.
  public init(
    _ value: Double,
    _ elementType: ElementType,
    fileID: String = #fileID,
    line: Int = #line
  ) {
    self.init(
      repeating: value,
      type: TensorType(elementType, .scalar),
      site: SourceSite(fileID: fileID, line: line)
    )
  }

  /// A tensor of zeros.
  public static func zeros(
    _ type: TensorType,
    fileID: String = #fileID,
    line: Int = #line
  ) -> Tensor {
    Tensor(repeating: 0, type: type, site: SourceSite(fileID: fileID, line: line))
  }

  /// A tensor of ones.
  public static func ones(
    _ type: TensorType,
    fileID: String = #fileID,
    line: Int = #line
  ) -> Tensor {
    Tensor(repeating: 1, type: type, site: SourceSite(fileID: fileID, line: line))
  }

  /// A tensor whose elements are their own index along an axis.
  public static func indices(
    _ type: TensorType,
    alongAxis axis: Int,
    fileID: String = #fileID,
    line: Int = #line
  ) -> Tensor {
    let axis = axis < 0 ? axis + type.shape.rank : axis
    return .apply(.iota(type, axis: axis), site: SourceSite(fileID: fileID, line: line))
  }
}

extension ElementType {
  /// Whether a number can be an element, where floating-point types round.
  fileprivate func holds(_ value: Double) -> Bool {
    switch self {
    case .float32, .float64, .bfloat16: true
    case .int32: Int32(exactly: value) != nil
    case .int64: Int64(exactly: value) != nil
    case .uint8: UInt8(exactly: value) != nil
    case .uint32: UInt32(exactly: value) != nil
    case .uint64: UInt64(exactly: value) != nil
    case .bool: value == 0 || value == 1
    }
  }
}
