/// A file that is written under a temporary name and takes its own name when it is complete.
///
/// Until ``commit()`` returns, whatever had the name is untouched; a file that is dropped before
/// leaves nothing behind. Bytes are gathered and written a megabyte at a time.
final class StagedFile {
  private let destination: String
  private let temporaryPath: String
  private let handle: FileHandle
  private let operations: FileOperations
  private var pending: [UInt8] = []
  private var isCommitted = false
  /// The number of bytes appended so far, written or pending.
  private(set) var byteCount = 0

  private static let chunkByteCount = 1 << 20

  /// Creates the temporary file beside the destination, so that the renaming stays on one disk.
  init(
    destination: String,
    suffix: String = "",
    operations: FileOperations = .system
  ) throws(SystemFailure) {
    self.destination = destination
    self.operations = operations
    let folder = folder(of: destination)
    let name = lastComponent(of: destination)
    temporaryPath = "\(folder)/.\(name)\(suffix).\(processNumber()).partial"
    handle = try FileHandle.creating(temporaryPath)
  }

  deinit {
    if !isCommitted { removeFile(temporaryPath) }
  }

  /// Adds bytes to the end.
  func append(_ bytes: [UInt8]) throws(SystemFailure) {
    byteCount += bytes.count
    pending += bytes
    if pending.count >= Self.chunkByteCount { try flush() }
  }

  /// Writes what is pending.
  func flush() throws(SystemFailure) {
    try write(pending, at: byteCount - pending.count)
    pending.removeAll(keepingCapacity: true)
  }

  /// Replaces bytes that have been appended before.
  func overwrite(_ bytes: [UInt8], at offset: Int) throws(SystemFailure) {
    try flush()
    try write(bytes, at: offset)
  }

  /// Adds everything that another file holds.
  func append(contentsOf other: StagedFile) throws(SystemFailure) {
    try other.flush()
    var offset = 0
    while offset < other.byteCount {
      var chunk = [UInt8](
        repeating: 0,
        count: min(Self.chunkByteCount, other.byteCount - offset)
      )
      let count = try other.handle.read(into: &chunk, at: offset)
      precondition(count > 0, "the spooled file ends before the bytes written to it")
      chunk.removeLast(chunk.count - count)
      try append(chunk)
      offset += count
    }
  }

  /// Makes the file durable and gives it its name.
  func commit() throws(SystemFailure) {
    try flush()
    try operations.synchronize(handle)
    try operations.rename(temporaryPath, destination)
    isCommitted = true
    let parent = try FileHandle.reading(folder(of: destination))
    try operations.synchronize(parent)
  }

  private func write(_ bytes: [UInt8], at offset: Int) throws(SystemFailure) {
    var written = 0
    while written < bytes.count {
      written += try operations.write(handle, bytes[written...], offset + written)
    }
  }
}

/// The calls by which files are written, so that a test can let one of them fail.
struct FileOperations {
  var write: (borrowing FileHandle, ArraySlice<UInt8>, Int) throws(SystemFailure) -> Int
  var synchronize: (borrowing FileHandle) throws(SystemFailure) -> Void
  var rename: (String, String) throws(SystemFailure) -> Void

  /// The system's own.
  static var system: FileOperations {
    FileOperations(
      write: { handle, bytes, offset throws(SystemFailure) in
        try handle.write(bytes, at: offset)
      },
      synchronize: { handle throws(SystemFailure) in try handle.synchronize() },
      rename: { from, to throws(SystemFailure) in try Corpus.rename(from, to: to) }
    )
  }
}
