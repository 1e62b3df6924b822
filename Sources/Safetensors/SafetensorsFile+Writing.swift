import Arrays
import Files

extension SafetensorsFile {
  /// Writes a safetensors file as a whole or not at all, as `StagedFile` does.
  ///
  /// - Parameters:
  ///   - source: The tensors.
  ///   - metadata: Free text about the file.
  ///   - path: The file to make or replace.
  ///   - files: The file system it lies in.
  /// - Throws: ``SafetensorsError``, or what the source throws.
  public static func write(
    _ source: TensorSource,
    metadata: [String: String] = [:],
    to path: String,
    in files: any FileSystem = LocalFileSystem()
  ) throws {
    let file = try fileErrors { () throws(FileError) in try StagedFile(path, in: files) }
    try write(source, metadata: metadata, to: file)
    try fileErrors { () throws(FileError) in try file.commit() }
  }

  /// Writes arrays in memory as a safetensors file, as a whole or not at all.
  ///
  /// - Parameters:
  ///   - arrays: The tensors.
  ///   - metadata: Free text about the file.
  ///   - path: The file to make or replace.
  ///   - files: The file system it lies in.
  /// - Throws: ``SafetensorsError``.
  public static func write(
    _ arrays: [NamedArray],
    metadata: [String: String] = [:],
    to path: String,
    in files: any FileSystem = LocalFileSystem()
  ) throws {
    try write(TensorSource(arrays), metadata: metadata, to: path, in: files)
  }

  /// Writes header and tensors to a sink, which stays open.
  ///
  /// Tensors are laid out as the reference implementation does, by element type from the widest and
  /// then by name, so that each is aligned to its element and equal tensors give equal files.
  ///
  /// - Parameters:
  ///   - source: The tensors; one is in memory at a time.
  ///   - metadata: Free text about the file.
  ///   - file: What takes the bytes.
  /// - Throws: ``SafetensorsError``, or what the source throws.
  public static func write(
    _ source: TensorSource,
    metadata: [String: String] = [:],
    to file: any ByteSink
  ) throws {
    let descriptions = source.descriptions
    let order = descriptions.indices.sorted { left, right in
      let (left, right) = (descriptions[left], descriptions[right])
      let leftType = SafetensorsElementType(left.type.elementType)
      let rightType = SafetensorsElementType(right.type.elementType)
      return leftType == rightType
        ? left.name.utf8.lexicographicallyPrecedes(right.name.utf8) : leftType > rightType
    }
    let header = try SafetensorsHeader(
      layingOut: order.map { descriptions[$0] },
      metadata: metadata
    )
    try write(header.encoded(), to: file)
    for index in order {
      try write(source.array(at: index).bytes, to: file)
    }
  }

  private static func write(
    _ bytes: [UInt8],
    to file: any ByteSink
  ) throws(SafetensorsError) {
    try fileErrors { () throws(FileError) in try file.write(bytes) }
  }
}
