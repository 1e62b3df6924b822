import Arrays
import Files

/// A safetensors file open for reading: named tensors, each read when it is asked for.
///
/// Opening reads and checks the header only; ``array(named:)`` reads one tensor's bytes straight into
/// its array.
///
///     let file = try SafetensorsFile.open("model.safetensors")
///     for name in file.names where file.isSupported(name) {
///       print(name, try file.type(of: name))
///     }
///     let embedding = try file.array(named: "embedding")
///
/// Every check the format asks for is made before anything is used: the header's length and text,
/// equal names, extents and offsets and their products, gaps, overlaps, and the file's end. A tensor of
/// an element type Espalier has no use for (float16, say) does not make a file unreadable; only reading
/// that tensor is refused.
///
/// Values may be used by several threads at once.
public struct SafetensorsFile: Sendable {
  /// The path the file was opened at.
  public let path: String
  private let header: SafetensorsHeader
  private let file: any ReadableFile
  private let dataOffset: Int
  private let indices: [String: Int]

  /// Opens a file and checks its header.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - files: The file system it lies in.
  /// - Returns: The open file.
  /// - Throws: ``SafetensorsError`` for a file that cannot be read or is not what it should be.
  public static func open(
    _ path: String,
    in files: any FileSystem = LocalFileSystem()
  ) throws(SafetensorsError) -> SafetensorsFile {
    let file = try fileErrors { () throws(FileError) in try files.open(path) }
    return try SafetensorsFile(file, path: path)
  }

  /// Checks the header of an open file.
  ///
  /// - Parameters:
  ///   - file: The file.
  ///   - path: Its path, for messages.
  /// - Throws: As ``open(_:in:)``.
  public init(_ file: any ReadableFile, path: String) throws(SafetensorsError) {
    guard file.byteCount >= 8 else { throw .tooShort(path: path, byteCount: file.byteCount) }
    let lengthBytes = try Self.fileErrors { () throws(FileError) in try file.read(8, at: 0) }
    let length = lengthBytes.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    let limit = SafetensorsHeader.byteLimit
    guard length <= UInt64(limit) else {
      throw .headerTooLong(path: path, byteCount: length, limit: limit)
    }
    let headerByteCount = Int(length)
    guard headerByteCount <= file.byteCount - 8 else {
      throw .headerBeyondFile(
        path: path,
        headerByteCount: headerByteCount,
        fileByteCount: file.byteCount
      )
    }
    let bytes = try Self.fileErrors { () throws(FileError) in
      try file.read(headerByteCount, at: 8)
    }
    self.path = path
    self.file = file
    self.dataOffset = 8 + headerByteCount
    self.header = try SafetensorsHeader(
      parsing: bytes,
      dataByteCount: file.byteCount - 8 - headerByteCount,
      path: path
    )
    var indices: [String: Int] = [:]
    for (index, entry) in header.entries.enumerated() { indices[entry.name] = index }
    self.indices = indices
  }

  /// The tensors' names in the order of their bytes.
  public var names: [String] { header.entries.map(\.name) }

  /// Free text about the file.
  public var metadata: [String: String] { header.metadata }

  /// Whether the file has a tensor of this name and of an element type that can be read.
  public func isSupported(_ name: String) -> Bool {
    indices[name].map { header.entries[$0].elementType.elementType != nil } ?? false
  }

  /// The tensors whose element type has no counterpart here, with the format's name of the type.
  public var unsupportedTensors: [(name: String, elementType: String)] {
    header.entries.filter { $0.elementType.elementType == nil }
      .map { ($0.name, $0.elementType.rawValue) }
  }

  /// The shape of a tensor of any element type.
  ///
  /// - Parameter name: The tensor's name.
  /// - Returns: Its extents.
  /// - Throws: ``SafetensorsError/noSuchTensor(path:name:)``.
  public func shape(of name: String) throws(SafetensorsError) -> Shape {
    guard let index = indices[name] else { throw .noSuchTensor(path: path, name: name) }
    return Shape(header.entries[index].shape)
  }

  /// Reads a tensor of numbers, of whatever width.
  ///
  /// - Parameter name: The name of a tensor of F16, BF16 or F32.
  /// - Returns: Its elements, each exactly.
  /// - Throws: ``SafetensorsError/unsupportedElementType(path:name:found:)`` for other types, or as
  ///   ``array(named:)``.
  public func floats(named name: String) throws(SafetensorsError) -> [Float] {
    guard let index = indices[name] else { throw .noSuchTensor(path: path, name: name) }
    let entry = header.entries[index]
    switch entry.elementType {
    case .f32: return try array(named: name).values(as: Float.self)
    case .bf16: return try array(named: name).values(as: BFloat16.self).map(\.value)
    case .f16:
      let bytes = try Self.fileErrors { () throws(FileError) in
        try file.read(entry.range.count, at: dataOffset + entry.range.lowerBound)
      }
      return stride(from: 0, to: bytes.count, by: 2).map {
        HalfPrecision.value(of: UInt16(bytes[$0]) | UInt16(bytes[$0 + 1]) << 8)
      }
    default:
      throw .unsupportedElementType(path: path, name: name, found: entry.elementType.rawValue)
    }
  }

  /// The element type and the shape of a tensor.
  ///
  /// - Parameter name: The tensor's name.
  /// - Returns: Its type.
  /// - Throws: ``SafetensorsError/noSuchTensor(path:name:)`` or
  ///   ``SafetensorsError/unsupportedElementType(path:name:found:)``.
  public func type(of name: String) throws(SafetensorsError) -> TensorType {
    try located(name).type
  }

  /// Reads one tensor.
  ///
  /// - Parameter name: The tensor's name.
  /// - Returns: Its elements.
  /// - Throws: As ``type(of:)``, ``SafetensorsError/invalidBoolean(path:name:element:found:)``, and
  ///   ``SafetensorsError/file(_:)`` for a file that cannot be read any more.
  /// - Complexity: One read of the tensor's bytes, without a further copy.
  public func array(named name: String) throws(SafetensorsError) -> HostArray {
    let (entry, type) = try located(name)
    return try read(name, type, at: entry.range.lowerBound)
  }

  /// Reads one row of a tensor along its first axis, and no other.
  ///
  /// - Parameters:
  ///   - row: The row; one outside the first axis is a programming error.
  ///   - name: The tensor's name.
  /// - Returns: The row, without the first axis.
  /// - Throws: As ``array(named:)``.
  public func row(_ row: Int, ofArrayNamed name: String) throws(SafetensorsError) -> HostArray {
    let (entry, type) = try located(name)
    precondition(type.shape.rank > 0 && (0..<type.shape[0]).contains(row), "row \(row) of \(type)")
    let rowType = TensorType(type.elementType, Shape(Array(type.shape.dimensions.dropFirst())))
    return try read(name, rowType, at: entry.range.lowerBound + row * rowType.byteCount)
  }

  /// Reads elements from a place among the tensors' bytes.
  private func read(
    _ name: String,
    _ type: TensorType,
    at offset: Int
  ) throws(SafetensorsError) -> HostArray {
    let bytes = try Self.fileErrors { () throws(FileError) in
      try file.read(type.byteCount, at: dataOffset + offset)
    }
    // Any other byte in a Bool is undefined behaviour.
    if type.elementType == .bool, let element = bytes.firstIndex(where: { $0 > 1 }) {
      throw .invalidBoolean(path: path, name: name, element: element, found: bytes[element])
    }
    return HostArray(bytes: bytes, type: type)
  }

  /// Reads every tensor, in the order of their bytes.
  ///
  /// - Returns: All names with their arrays.
  /// - Throws: As ``array(named:)``.
  public func arrays() throws(SafetensorsError) -> [NamedArray] {
    var arrays: [NamedArray] = []
    for name in names { arrays.append(NamedArray(name, try array(named: name))) }
    return arrays
  }

  private func located(
    _ name: String
  ) throws(SafetensorsError) -> (entry: SafetensorsHeader.Entry, type: TensorType) {
    guard let index = indices[name] else { throw .noSuchTensor(path: path, name: name) }
    let entry = header.entries[index]
    guard let elementType = entry.elementType.elementType else {
      throw .unsupportedElementType(path: path, name: name, found: entry.elementType.rawValue)
    }
    return (entry, TensorType(elementType, Shape(entry.shape)))
  }

  /// Runs a file operation and wraps its error.
  static func fileErrors<Result>(
    _ body: () throws(FileError) -> Result
  ) throws(SafetensorsError) -> Result {
    do {
      return try body()
    } catch {
      throw .file(error)
    }
  }
}
