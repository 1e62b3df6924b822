import Arrays

/// The checked header of a safetensors file: which tensors there are and where their bytes lie.
///
/// The format (github.com/huggingface/safetensors, "Format"): eight bytes with the header's length,
/// little-endian; the header, a JSON object from tensor names to `dtype`, `shape` and `data_offsets`,
/// padded with spaces; the tensors' bytes without gaps, offsets counted from the header's end.
struct SafetensorsHeader: Hashable, Sendable {
  /// One tensor.
  struct Entry: Hashable, Sendable {
    var name: String
    var elementType: SafetensorsElementType
    var shape: [Int]
    /// Where its bytes lie in the data.
    var range: Range<Int>
  }

  /// The longest header the reference implementation reads.
  static let byteLimit = 100_000_000

  /// The tensors in the order of their bytes.
  var entries: [Entry]
  var metadata: [String: String]

  /// Reads and checks a header.
  ///
  /// - Parameters:
  ///   - bytes: The header without its length.
  ///   - dataByteCount: How many bytes follow the header in the file.
  ///   - path: The file's path, for messages.
  /// - Throws: ``SafetensorsError`` for everything the format does not allow.
  init(parsing bytes: [UInt8], dataByteCount: Int, path: String) throws(SafetensorsError) {
    guard String(validating: bytes, as: UTF8.self) != nil else { throw .headerNotText(path: path) }
    var scanner = HeaderScanner(bytes, path: path)
    guard bytes.first == UInt8(ascii: "{") else { throw scanner.malformed("'{'") }
    var names: Set<String> = []
    var entries: [Entry] = []
    var metadata: [String: String] = [:]
    try scanner.object { (scanner, name) throws(SafetensorsError) in
      guard names.insert(name).inserted else { throw .duplicateName(path: path, name: name) }
      if name == Self.metadataName {
        metadata = try Self.metadata(&scanner)
      } else {
        entries.append(try Self.entry(&scanner, name: name))
      }
    }
    guard scanner.peek() == nil else { throw scanner.malformed("nothing but spaces") }
    entries.sort {
      ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound)
    }
    try Self.checkLayout(entries, dataByteCount: dataByteCount, path: path)
    self.entries = entries
    self.metadata = metadata
  }

  /// Lays out tensors that are to be written.
  ///
  /// - Parameters:
  ///   - tensors: Names and types in the order of their bytes.
  ///   - metadata: Free text about the file.
  /// - Throws: ``SafetensorsError/duplicateTensor(name:)`` or ``SafetensorsError/reservedName``.
  init(
    layingOut tensors: [TensorDescription],
    metadata: [String: String]
  ) throws(SafetensorsError) {
    var names: Set<String> = []
    var entries: [Entry] = []
    var offset = 0
    for tensor in tensors {
      guard tensor.name != Self.metadataName else { throw .reservedName }
      guard names.insert(tensor.name).inserted else { throw .duplicateTensor(name: tensor.name) }
      entries.append(
        Entry(
          name: tensor.name,
          elementType: SafetensorsElementType(tensor.type.elementType),
          shape: tensor.type.shape.dimensions,
          range: offset..<offset + tensor.type.byteCount
        )
      )
      offset += tensor.type.byteCount
    }
    self.entries = entries
    self.metadata = metadata
  }

  /// How many bytes of tensors follow the header.
  var dataByteCount: Int { entries.last?.range.upperBound ?? 0 }

  static let metadataName = "__metadata__"

  private static func metadata(
    _ scanner: inout HeaderScanner
  ) throws(SafetensorsError) -> [String: String] {
    let path = scanner.path
    var metadata: [String: String] = [:]
    try scanner.object { (scanner, key) throws(SafetensorsError) in
      let value = try scanner.string()
      guard metadata.updateValue(value, forKey: key) == nil else {
        throw .duplicateName(path: path, name: "\(metadataName).\(key)")
      }
    }
    return metadata
  }

  private static func entry(
    _ scanner: inout HeaderScanner,
    name: String
  ) throws(SafetensorsError) -> Entry {
    let path = scanner.path
    var (typeName, shape, offsets): (String?, [Int]?, [Int]?)
    func counts(
      _ numbers: [HeaderScanner.Number],
      _ field: String
    ) throws(SafetensorsError) -> [Int] {
      var counts: [Int] = []
      for number in numbers {
        guard let count = number.count else {
          throw .notACount(path: path, name: name, field: field, found: number.text)
        }
        counts.append(count)
      }
      return counts
    }
    try scanner.object { (scanner, field) throws(SafetensorsError) in
      let isAgain: Bool
      switch field {
      case "dtype":
        isAgain = typeName != nil
        typeName = try scanner.string()
      case "shape":
        isAgain = shape != nil
        shape = try counts(scanner.numbers(), field)
      case "data_offsets":
        isAgain = offsets != nil
        offsets = try counts(scanner.numbers(), field)
      default:
        throw .unknownField(path: path, name: name, field: field)
      }
      guard !isAgain else { throw .duplicateName(path: path, name: "\(name).\(field)") }
    }
    guard let typeName else { throw .missingField(path: path, name: name, field: "dtype") }
    guard let shape else { throw .missingField(path: path, name: name, field: "shape") }
    guard let offsets else {
      throw .missingField(path: path, name: name, field: "data_offsets")
    }
    guard let elementType = SafetensorsElementType(rawValue: typeName) else {
      throw .unknownElementType(path: path, name: name, found: typeName)
    }
    guard offsets.count == 2, offsets[0] <= offsets[1] else {
      throw .reversedOffsets(path: path, name: name, offsets: offsets)
    }
    guard let expected = byteCount(elementType, shape) else {
      throw .shapeTooLarge(path: path, name: name, shape: shape)
    }
    let range = offsets[0]..<offsets[1]
    guard range.count == expected else {
      throw .wrongByteCount(path: path, name: name, expected: expected, found: range.count)
    }
    return Entry(name: name, elementType: elementType, shape: shape, range: range)
  }

  /// The bytes of a dense tensor, or nil where 63 bits cannot count them.
  ///
  /// Empty axes are left out of the product first: `[2^62, 2^62, 0]` has no elements, but whoever takes
  /// its strides would overflow.
  private static func byteCount(_ type: SafetensorsElementType, _ shape: [Int]) -> Int? {
    var bitCount = type.bitCount
    for extent in shape where extent != 0 {
      let product = bitCount.multipliedReportingOverflow(by: extent)
      guard !product.overflow else { return nil }
      bitCount = product.partialValue
    }
    return shape.contains(0) ? 0 : bitCount / 8 + (bitCount % 8 == 0 ? 0 : 1)
  }

  /// Checks that the tensors fill the data without gap and overlap.
  private static func checkLayout(
    _ entries: [Entry],
    dataByteCount: Int,
    path: String
  ) throws(SafetensorsError) {
    var end = 0
    for (index, entry) in entries.enumerated() {
      guard entry.range.upperBound <= dataByteCount else {
        throw .offsetsBeyondFile(
          path: path,
          name: entry.name,
          end: entry.range.upperBound,
          dataByteCount: dataByteCount
        )
      }
      guard entry.range.lowerBound >= end else {
        throw .overlap(path: path, name: entry.name, previous: entries[index - 1].name)
      }
      guard entry.range.lowerBound == end else {
        throw .gap(path: path, name: entry.name, byteCount: entry.range.lowerBound - end)
      }
      end = entry.range.upperBound
    }
    guard end == dataByteCount else {
      throw .trailingBytes(path: path, byteCount: dataByteCount - end)
    }
  }
}
