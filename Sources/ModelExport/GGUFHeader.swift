import Arrays

/// A value of a GGUF file's description of itself.
enum GGUFValue {
  case number(Int)
  case decimal(Float)
  case truth(Bool)
  case text(String)
  case texts([[UInt8]])
  case decimals([Float])
  case kinds([Int32])
}

/// A tensor of a GGUF file.
struct GGUFTensor {
  let name: String
  /// `[rows, columns]` or `[size]`; the file names the fastest axis first.
  let shape: Shape
  let type: GGUFType
}

/// Everything in a GGUF file before the tensors' numbers.
///
/// Source: ggml, "GGUF", version 3: little-endian throughout, tensors aligned to 32 bytes.
struct GGUFHeader {
  let fields: [(String, GGUFValue)]
  let tensors: [GGUFTensor]

  private static let alignment = 32

  /// The bytes that bring a count to the alignment.
  static func padding(after count: Int) -> Int { (alignment - count % alignment) % alignment }

  /// The header, with the padding behind it.
  var bytes: [UInt8] {
    var bytes = Array("GGUF".utf8)
    bytes.append(UInt32(3))
    bytes.append(UInt64(tensors.count))
    bytes.append(UInt64(fields.count))
    for (name, value) in fields {
      bytes.append(text: Array(name.utf8))
      append(value, to: &bytes)
    }
    var offset = 0
    for tensor in tensors {
      bytes.append(text: Array(tensor.name.utf8))
      bytes.append(UInt32(tensor.shape.rank))
      for extent in tensor.shape.dimensions.reversed() { bytes.append(UInt64(extent)) }
      bytes.append(tensor.type.rawValue)
      bytes.append(UInt64(offset))
      let size = tensor.type.byteCount(of: tensor.shape.elementCount)
      offset += size + Self.padding(after: size)
    }
    return bytes + [UInt8](repeating: 0, count: Self.padding(after: bytes.count))
  }

  private func append(_ value: GGUFValue, to bytes: inout [UInt8]) {
    func list(_ type: UInt32, _ count: Int) {
      bytes.append(UInt32(9))
      bytes.append(type)
      bytes.append(UInt64(count))
    }
    switch value {
    case .number(let number):
      bytes.append(UInt32(4))
      bytes.append(UInt32(number))
    case .decimal(let number):
      bytes.append(UInt32(6))
      bytes.append(number.bitPattern)
    case .truth(let truth):
      bytes.append(UInt32(7))
      bytes.append(UInt8(truth ? 1 : 0))
    case .text(let text):
      bytes.append(UInt32(8))
      bytes.append(text: Array(text.utf8))
    case .texts(let texts):
      list(8, texts.count)
      for text in texts { bytes.append(text: text) }
    case .decimals(let numbers):
      list(6, numbers.count)
      for number in numbers { bytes.append(number.bitPattern) }
    case .kinds(let kinds):
      list(5, kinds.count)
      for kind in kinds { bytes.append(kind) }
    }
  }
}

extension [UInt8] {
  /// Adds a number, its lowest byte first.
  fileprivate mutating func append(_ number: some FixedWidthInteger) {
    Swift.withUnsafeBytes(of: number.littleEndian) { self += $0 }
  }

  /// Adds a text behind its length.
  fileprivate mutating func append(text: [UInt8]) {
    append(UInt64(text.count))
    self += text
  }
}
