import Arrays

/// The shape of an instruction's result, by XLA's message `ShapeProto`.
indirect enum CompiledShape: Hashable {
  /// An array; the element type is nil where Espalier has no such type.
  case array(ElementType?, [Int])
  /// Several results.
  case tuple([CompiledShape])
  /// No value, only an order.
  case token

  /// Reads a shape.
  ///
  /// - Parameters:
  ///   - bytes: The message.
  ///   - depth: How many tuples it stands in.
  /// - Throws: ``WireFormatError`` for bytes that are no shape.
  init(_ bytes: ArraySlice<UInt8>, depth: Int = 0) throws(WireFormatError) {
    func mistake(_ rule: String) -> WireFormatError {
      WireFormatError(offset: bytes.startIndex, rule: rule)
    }
    guard depth <= Self.maximumDepth else { throw mistake("tuples are nested too deeply") }
    var code = 0
    var extents: [Int] = []
    var parts: [CompiledShape] = []
    for field in try WireReader.fields(bytes) {
      switch (field.number, field.value) {
      case (2, .varint(let value)): code = Int(truncatingIfNeeded: value)
      case (3, .varint(let value)): extents.append(Int(truncatingIfNeeded: value))
      case (3, .bytes(let packed)):
        extents += try WireReader.packed(packed).map { Int(truncatingIfNeeded: $0) }
      case (4, .bytes(let part)): parts.append(try CompiledShape(part, depth: depth + 1))
      default: break
      }
    }
    switch code {
    case Self.tupleCode: self = .tuple(parts)
    case Self.tokenCode: self = .token
    default:
      var count = 1
      for extent in extents {
        let (product, overflow) = count.multipliedReportingOverflow(by: max(1, extent))
        guard extent >= 0, !overflow, product <= Self.maximumElementCount else {
          throw mistake("no array has the extents \(extents)")
        }
        count = product
      }
      self = .array(Self.elementTypes[code], extents)
    }
  }

  /// Whether there are several results.
  var isTuple: Bool {
    if case .tuple = self { true } else { false }
  }

  /// The results one by one.
  var parts: [CompiledShape] {
    if case .tuple(let parts) = self { parts } else { [self] }
  }

  /// The type, if the shape is an array of a type that Espalier has.
  var tensorType: TensorType? {
    guard case .array(let type?, let extents) = self else { return nil }
    return TensorType(type, Shape(extents))
  }

  private static let maximumDepth = 32
  private static let maximumElementCount = 1 << 48
  private static let tupleCode = 13
  private static let tokenCode = 17
  /// XLA's numbering of primitive types.
  private static let elementTypes: [Int: ElementType] = [
    1: .bool, 4: .int32, 5: .int64, 6: .uint8, 8: .uint32, 9: .uint64, 11: .float32, 12: .float64,
    16: .bfloat16,
  ]
}

extension CompiledShape: CustomStringConvertible {
  /// Such as `float32[8, 256]`.
  var description: String {
    switch self {
    case .array(let type?, let extents): TensorType(type, Shape(extents)).description
    case .array(nil, let extents): "?\(extents)"
    case .tuple(let parts): "(\(parts.map(\.description).joined(separator: ", ")))"
    case .token: "token"
    }
  }
}
