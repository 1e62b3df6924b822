extension HostArray {
  /// The array cut into equal parts along an axis.
  ///
  /// - Parameters:
  ///   - axis: The axis.
  ///   - count: How many parts.
  /// - Returns: The parts in order; nil if there is no such axis or it is no multiple of the count.
  public func cut(alongAxis axis: Int, into count: Int) -> [HostArray]? {
    var dimensions = shape.dimensions
    guard dimensions.indices.contains(axis), count > 0, dimensions[axis].isMultiple(of: count)
    else {
      return nil
    }
    dimensions[axis] /= count
    let type = TensorType(elementType, Shape(dimensions))
    // Along the axis a part's rows lie between those of the others.
    let rows = dimensions[..<axis].reduce(1, *)
    let rowBytes = rows == 0 ? 0 : type.byteCount / rows
    return (0..<count).map { part in
      var own: [UInt8] = []
      own.reserveCapacity(type.byteCount)
      for row in 0..<rows {
        let start = (row * count + part) * rowBytes
        own.append(contentsOf: bytes[start..<start + rowBytes])
      }
      return HostArray(bytes: own, type: type)
    }
  }

  /// Puts parts together that ``cut(alongAxis:into:)`` made.
  ///
  /// - Parameters:
  ///   - parts: One or more, of one type.
  ///   - axis: The axis along which they follow each other.
  public init(joining parts: [HostArray], alongAxis axis: Int) {
    precondition(
      !parts.isEmpty && parts.allSatisfy { $0.type == parts[0].type }
        && parts[0].shape.dimensions.indices.contains(axis),
      "parts are of one type, and have the axis"
    )
    var dimensions = parts[0].shape.dimensions
    let rows = dimensions[..<axis].reduce(1, *)
    let rowBytes = rows == 0 ? 0 : parts[0].bytes.count / rows
    dimensions[axis] *= parts.count
    let type = TensorType(parts[0].elementType, Shape(dimensions))
    var whole: [UInt8] = []
    whole.reserveCapacity(type.byteCount)
    for row in 0..<rows {
      for part in parts {
        whole.append(contentsOf: part.bytes[row * rowBytes..<(row + 1) * rowBytes])
      }
    }
    self.init(bytes: whole, type: type)
  }
}
