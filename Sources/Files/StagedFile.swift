import Foundation
import Synchronization

/// A file that is written beside its place and takes its place when it is complete.
///
/// This is how the program writes every file that it writes as a whole. The bytes go to a hidden file in the
/// same folder; ``commit()`` waits until they are on the disk, renames it, and waits until the name is on the
/// disk. Until then whatever had the name is untouched, and a reader sees the old bytes or the new ones, also
/// after a loss of power. A staged file that is let go of before, as by an error, leaves nothing behind; a
/// program that is killed leaves the hidden file.
///
/// A symbolic link stays, and the file that it leads to is made or replaced. A device or a pipe keeps its place, too:
/// its bytes are gathered in the folder for temporary files, and ``commit()`` hands them over.
///
/// Bytes are gathered and written a megabyte at a time. Errors name the file, not the hidden one.
public final class StagedFile: ByteSink {
  private let path: String
  private let destination: Destination
  private let partialPath: String
  private let files: any FileSystem
  private let file: any WritableFile
  private var pending: [UInt8] = []
  private var isCommitted = false
  /// The number of bytes appended so far, written or pending.
  public private(set) var byteCount = 0

  private static let chunkByteCount = 1 << 20
  private static let count = Atomic(0)

  /// Makes the hidden file.
  ///
  /// - Parameters:
  ///   - path: The file to make or replace.
  ///   - files: The file system it lies in.
  /// - Throws: ``FileError``.
  public init(_ path: String, in files: any FileSystem = LocalFileSystem()) throws(FileError) {
    self.path = path
    self.files = files
    destination = try files.destination(of: path)
    let place =
      switch destination {
      case .file(let target): "\(parentFolder(of: target))/.\(lastComponent(of: target))"
      // Others may write there, and must not know what to put in the way.
      case .stream: "\(FileManager.default.temporaryDirectory.path)/.\(UUID().uuidString)"
      }
    // Neither another process nor another thread may write into the same hidden file.
    let number = "\(getpid())-\(Self.count.add(1, ordering: .relaxed).newValue)"
    partialPath = "\(place).\(number).partial"
    do {
      file = try files.create(partialPath)
    } catch {
      throw destination == .stream ? error : error.of(path)
    }
  }

  deinit {
    // Whatever keeps it from being committed says what went wrong; a hidden file that stays harms nobody.
    if !isCommitted { try? files.removeFile(partialPath) }
  }

  /// Adds bytes to the end.
  public func write(_ bytes: [UInt8]) throws(FileError) {
    byteCount += bytes.count
    if pending.isEmpty, bytes.count >= Self.chunkByteCount {
      try named { () throws(FileError) in try file.write(bytes) }
    } else {
      pending += bytes
      if pending.count >= Self.chunkByteCount { try flush() }
    }
  }

  /// Replaces bytes that have been written before.
  public func overwrite(_ bytes: [UInt8], at offset: Int) throws(FileError) {
    try flush()
    try named { () throws(FileError) in try file.overwrite(bytes, at: offset) }
  }

  /// Adds everything that has been written to another staged file.
  public func write(contentsOf other: StagedFile) throws(FileError) {
    try other.copy(to: self)
  }

  /// Makes the file durable, gives it its name and makes that durable.
  ///
  /// - Throws: ``FileError``; then the old file is there as it was, or the new one, complete.
  public func commit() throws(FileError) {
    try flush()
    switch destination {
    case .file(let target):
      try named { () throws(FileError) in
        try file.synchronize()
        try file.close()
        try files.rename(partialPath, to: target)
        isCommitted = true
        try files.synchronizeFolder(parentFolder(of: target))
      }
    case .stream:
      let stream = try files.openStream(path)
      try copy(to: stream)
      try stream.close()
    }
  }

  /// Hands everything that has been written to a sink.
  private func copy(to sink: any ByteSink) throws(FileError) {
    try flush()
    let written = try named { () throws(FileError) in try files.open(partialPath) }
    var offset = 0
    while offset < byteCount {
      let count = min(Self.chunkByteCount, byteCount - offset)
      try sink.write(named { () throws(FileError) in try written.read(count, at: offset) })
      offset += count
    }
  }

  private func flush() throws(FileError) {
    guard !pending.isEmpty else { return }
    try named { () throws(FileError) in try file.write(pending) }
    pending.removeAll(keepingCapacity: true)
  }

  /// Does something to the hidden file, and says of errors that they are this file's.
  private func named<Result>(_ body: () throws(FileError) -> Result) throws(FileError) -> Result {
    do {
      return try body()
    } catch {
      throw destination == .stream ? error : error.of(path)
    }
  }
}
