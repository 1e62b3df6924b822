import Arrays

extension HostArray {
  /// The elements as an MLIR attribute, exact to the last bit: `dense<1.5>` where all are equal,
  /// otherwise a list, or the raw bytes in hexadecimal when there are many.
  var denseText: String {
    let count = shape.elementCount
    if count == 0 { return "dense<>" }
    let size = elementType.byteCount
    let isSplat = bytes.indices.dropFirst(size).allSatisfy { bytes[$0] == bytes[$0 - size] }
    if isSplat { return "dense<\(elementText(at: 0))>" }
    if shape.rank == 1 && count <= 16 || elementType == .bool {
      return "dense<\(nestedText(axis: 0, offset: 0))>"
    }
    return "dense<\"0x\(Self.hexadecimal(bytes))\">"
  }

  private func nestedText(axis: Int, offset: Int) -> String {
    guard axis < shape.rank else { return elementText(at: offset) }
    let stride = shape.strides[axis]
    let parts = (0..<shape[axis]).map { nestedText(axis: axis + 1, offset: offset + $0 * stride) }
    return "[\(parts.joined(separator: ", "))]"
  }

  private func elementText(at index: Int) -> String {
    let size = elementType.byteCount
    let word = bytes[index * size..<(index + 1) * size].reversed()
      .reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    switch elementType {
    case .bool: return word == 0 ? "false" : "true"
    case .uint8, .uint32, .uint64: return String(word)
    case .int32: return String(Int32(truncatingIfNeeded: word))
    case .int64: return String(Int64(truncatingIfNeeded: word))
    case .float32:
      return Self.decimal(Float(bitPattern: UInt32(word)))
        ?? "0x\(Self.hexadecimal(word, digits: 8))"
    case .float64:
      return Self.decimal(Double(bitPattern: word)) ?? "0x\(Self.hexadecimal(word, digits: 16))"
    case .bfloat16: return "0x\(Self.hexadecimal(word, digits: 4))"
    }
  }

  /// The shortest decimal that reads back to the same number, with the point MLIR's grammar asks for.
  private static func decimal<Number: BinaryFloatingPoint & LosslessStringConvertible>(
    _ number: Number
  ) -> String? {
    guard number.isFinite else { return nil }
    let text = number.description
    guard !text.contains(".") else { return text }
    guard let exponent = text.firstIndex(of: "e") else { return text + ".0" }
    return text[..<exponent] + ".0" + text[exponent...]
  }

  private static func hexadecimal(_ word: UInt64, digits: Int) -> String {
    let text = String(word, radix: 16, uppercase: true)
    return String(repeating: "0", count: digits - text.count) + text
  }

  private static func hexadecimal(_ bytes: [UInt8]) -> String {
    let digits = Array("0123456789ABCDEF".utf8)
    return String(
      unsafeUninitializedCapacity: bytes.count * 2,
      initializingUTF8With: { text in
        for (index, byte) in bytes.enumerated() {
          text[2 * index] = digits[Int(byte >> 4)]
          text[2 * index + 1] = digits[Int(byte & 15)]
        }
        return bytes.count * 2
      }
    )
  }
}

extension Reducer {
  /// The neutral element of the reduction, as MLIR text.
  func neutralText(_ type: ElementType) -> String {
    switch self {
    case .all: "true"
    case .any: "false"
    case .sum: type.isFloatingPoint ? "0.0" : "0"
    case .product: type.isFloatingPoint ? "1.0" : "1"
    case .maximum: type.leastText
    case .minimum: type.greatestText
    }
  }
}

extension ElementType {
  fileprivate var leastText: String {
    switch self {
    case .float32: "0xFF800000"
    case .float64: "0xFFF0000000000000"
    case .bfloat16: "0xFF80"
    case .int32: String(Int32.min)
    case .int64: String(Int64.min)
    case .uint8, .uint32, .uint64: "0"
    case .bool: "false"
    }
  }

  fileprivate var greatestText: String {
    switch self {
    case .float32: "0x7F800000"
    case .float64: "0x7FF0000000000000"
    case .bfloat16: "0x7F80"
    case .int32: String(Int32.max)
    case .int64: String(Int64.max)
    case .uint8: String(UInt8.max)
    case .uint32: String(UInt32.max)
    case .uint64: String(UInt64.max)
    case .bool: "true"
    }
  }
}
