import Arrays

extension SafetensorsFile {
  /// Writes a safetensors file as a whole or not at all.
  ///
  /// The bytes go to a file beside it, `<path>.partial`, which takes the path's place once it is
  /// complete and on the disk. If anything fails, what was at the path stays, and the partial file is
  /// removed.
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
    let partial = path + ".partial"
    do {
      let file = try fileErrors { () throws(FileError) in try files.create(partial) }
      try write(source, metadata: metadata, to: file)
      try fileErrors { () throws(FileError) in
        try file.synchronize()
        try file.close()
        try files.rename(partial, to: path)
        try files.synchronizeFolder(parentFolder(of: path))
      }
    } catch {
      // The first error says what went wrong; a partial file that cannot be removed harms nobody.
      try? files.removeFile(partial)
      throw error
    }
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

  /// Writes header and tensors into an open file, which stays open.
  ///
  /// Tensors are laid out as the reference implementation does, by element type from the widest and
  /// then by name, so that each is aligned to its element and equal tensors give equal files.
  ///
  /// - Parameters:
  ///   - source: The tensors; one is in memory at a time.
  ///   - metadata: Free text about the file.
  ///   - file: The file.
  /// - Throws: ``SafetensorsError``, or what the source throws.
  public static func write(
    _ source: TensorSource,
    metadata: [String: String] = [:],
    to file: any WritableFile
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
    to file: any WritableFile
  ) throws(SafetensorsError) {
    try fileErrors { () throws(FileError) in try file.write(bytes) }
  }
}
