extension SafetensorsHeader {
  /// The file's first bytes: the header's length and the header, padded with spaces to a multiple of 8.
  ///
  /// The text is the one the reference implementation writes, so equal tensors give equal files;
  /// metadata keys are sorted, for which that one has no order.
  ///
  /// - Returns: The bytes in front of the data.
  /// - Throws: ``SafetensorsError/tooManyTensors(headerByteCount:limit:)``.
  func encoded() throws(SafetensorsError) -> [UInt8] {
    let names = entries.reduce(0) { $0 + $1.name.utf8.count }
    guard names <= Self.byteLimit else {
      throw .tooManyTensors(headerByteCount: names, limit: Self.byteLimit)
    }
    var parts: [String] = []
    if !metadata.isEmpty {
      let pairs = metadata.sorted { $0.key < $1.key }
        .map { "\(Self.quoted($0.key)):\(Self.quoted($0.value))" }
      parts.append("\(Self.quoted(Self.metadataName)):{\(pairs.joined(separator: ","))}")
    }
    for entry in entries {
      let shape = entry.shape.map(String.init).joined(separator: ",")
      parts.append(
        "\(Self.quoted(entry.name)):{\"dtype\":\"\(entry.elementType.rawValue)\","
          + "\"shape\":[\(shape)],"
          + "\"data_offsets\":[\(entry.range.lowerBound),\(entry.range.upperBound)]}"
      )
    }
    var text = Array("{\(parts.joined(separator: ","))}".utf8)
    text.append(contentsOf: repeatElement(UInt8(ascii: " "), count: (8 - text.count % 8) % 8))
    guard text.count <= Self.byteLimit else {
      throw .tooManyTensors(headerByteCount: text.count, limit: Self.byteLimit)
    }
    let length = UInt64(text.count)
    return (0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) } + text
  }

  /// A JSON string.
  private static func quoted(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": quoted += "\\\""
      case "\\": quoted += "\\\\"
      case "\u{8}": quoted += "\\b"
      case "\u{C}": quoted += "\\f"
      case "\n": quoted += "\\n"
      case "\r": quoted += "\\r"
      case "\t": quoted += "\\t"
      case ..<" ":
        let digits = String(scalar.value, radix: 16)
        quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }
}
