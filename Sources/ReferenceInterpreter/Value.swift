import Arrays

/// A tensor with its elements, in row-major order.
struct Value {
  let type: TensorType
  let elements: [Element]

  var shape: Shape { type.shape }

  /// Elements that are rounded, or wrapped around, to the element type.
  init(_ type: TensorType, _ elements: [Element]) {
    self.type = type
    self.elements = elements.map { $0.fitted(to: type.elementType) }
  }

  /// The tensor whose element at each index a function gives.
  init(_ type: TensorType, elementAt element: ([Int]) -> Element) {
    self.init(type, type.shape.indices.map(element))
  }

  /// The element at an index.
  subscript(index: [Int]) -> Element { elements[shape.offset(of: index)] }
}

extension Shape {
  /// All indices, the last axis running fastest.
  var indices: [[Int]] {
    var indices: [[Int]] = [[]]
    for extent in dimensions {
      indices = indices.flatMap { index in (0..<extent).map { index + [$0] } }
    }
    return indices
  }

  /// Where the element at an index lies among all elements.
  func offset(of index: [Int]) -> Int {
    zip(index, dimensions).reduce(0) { $0 * $1.1 + $1.0 }
  }

  /// Whether there is an element at an index.
  func contains(_ index: [Int]) -> Bool {
    zip(index, dimensions).allSatisfy { 0 <= $0 && $0 < $1 }
  }
}

extension Value {
  /// Reads an array.
  init(_ array: HostArray) {
    func whole<Number: HostScalar & BinaryInteger>(_ type: Number.Type) -> [Element] {
      array.values(as: type).map { .whole(Int128($0)) }
    }
    let elements: [Element] =
      switch array.elementType {
      case .float32: array.values(as: Float.self).map { .real(Double($0)) }
      case .float64: array.values(as: Double.self).map { .real($0) }
      case .bfloat16: array.values(as: BFloat16.self).map { .real(Double($0.value)) }
      case .int32: whole(Int32.self)
      case .int64: whole(Int64.self)
      case .uint8: whole(UInt8.self)
      case .uint32: whole(UInt32.self)
      case .uint64: whole(UInt64.self)
      case .bool: array.values(as: Bool.self).map { .truth($0) }
      }
    self.init(array.type, elements)
  }

  /// The same elements as an array.
  var array: HostArray {
    func whole<Number: HostScalar & FixedWidthInteger>(_ type: Number.Type) -> HostArray {
      HostArray(elements.map { Number($0.whole) }, shape: shape)
    }
    return switch type.elementType {
    case .float32: HostArray(elements.map { Float($0.real) }, shape: shape)
    case .float64: HostArray(elements.map(\.real), shape: shape)
    case .bfloat16: HostArray(elements.map { BFloat16(Float($0.real)) }, shape: shape)
    case .int32: whole(Int32.self)
    case .int64: whole(Int64.self)
    case .uint8: whole(UInt8.self)
    case .uint32: whole(UInt32.self)
    case .uint64: whole(UInt64.self)
    case .bool: HostArray(elements.map(\.isTrue), shape: shape)
    }
  }
}
