import Foundation

/// A file's bytes in memory, read only, given back exactly once.
///
/// The file must not be shortened as long as the value lives: the system would stop the program.
public final class MappedFile {
  /// All bytes of the file.
  public let bytes: UnsafeRawBufferPointer

  /// Maps a file.
  ///
  /// - Parameter path: A regular file.
  /// - Throws: ``FileError``.
  public init(_ path: String) throws(FileError) {
    let (descriptor, byteCount) = try openRegularFile(path)
    defer { close(descriptor) }
    // An empty file cannot be mapped.
    guard byteCount > 0 else {
      bytes = UnsafeRawBufferPointer(start: nil, count: 0)
      return
    }
    guard let address = mmap(nil, byteCount, PROT_READ, MAP_PRIVATE, descriptor, 0),
      address != MAP_FAILED
    else { throw .system(.read, path: path, code: errno) }
    bytes = UnsafeRawBufferPointer(start: address, count: byteCount)
  }

  deinit {
    if !bytes.isEmpty {
      munmap(UnsafeMutableRawPointer(mutating: bytes.baseAddress), bytes.count)
    }
  }
}

// SAFETY: the mapping is read only and private, and lasts as long as the object.
extension MappedFile: @unchecked Sendable {}
