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
