import Foundation

/// Appends measurements to `metrics.jsonl`.
///
/// Each line is one call to the system, so that a program killed at any moment leaves whole lines and at
/// most one torn end, which the next writer cuts off. The file is closed when the writer goes away.
///
/// ```swift
/// let writer = try MetricsWriter(path: folder.metricsFile, keepingThroughStep: checkpointStep)
/// try writer.append(record)
/// ```
package struct MetricsWriter: ~Copyable, Sendable {
  /// The file's path.
  package let path: String
  private let descriptor: Int32

  /// Opens the file to append to it, and makes it if it does not exist.
  ///
  /// - Parameters:
  ///   - path: The file's path.
  ///   - step: When resuming, the step of the checkpoint: lines of later steps are taken out, at once and
  ///     atomically. Without it all lines are kept. A torn end is cut off in both cases.
  /// - Throws: ``RunError`` when the file cannot be written, or when it holds something else than
  ///   measurements and is therefore not touched.
  package init(path: String, keepingThroughStep step: Int? = nil) throws(RunError) {
    if FileManager.default.fileExists(atPath: path) {
      let data = try DurableFile.contents(of: path)
      let kept = try MetricsReader(path: path).prefix(of: data, throughStep: step ?? .max)
      if kept.count != data.count { try DurableFile.replace(path, with: kept) }
    }
    try self.init(opening: path)
  }

  /// Opens a file to append to it, whatever it holds.
  init(opening path: String) throws(RunError) {
    let descriptor = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else {
      throw .cannotWrite(path: path, reason: DurableFile.systemReason())
    }
    self.path = path
    self.descriptor = descriptor
  }

  deinit { close(descriptor) }

  /// Appends one measurement.
  ///
  /// When this returns the line is with the operating system: it outlives the program, and a power cut once
  /// ``synchronize()`` has been called. When it throws, the file ends where it ended before.
  package func append(_ record: MetricsRecord) throws(RunError) {
    var line: Data
    do {
      line = try RunJSON.encoder(pretty: false).encode(record)
    } catch {
      throw .cannotWrite(path: path, reason: "\(error)")
    }
    line.append(UInt8(ascii: "\n"))
    let length = lseek(descriptor, 0, SEEK_END)
    if let reason = DurableFile.writeAll(line, to: descriptor) {
      // A full disk can take half a line; the half is of no use to anybody.
      if length >= 0 { _ = ftruncate(descriptor, length) }
      throw .cannotWrite(path: path, reason: reason)
    }
  }

  /// Waits until all lines are on the disk.
  package func synchronize() throws(RunError) {
    // EINVAL and EROFS mean that the file is something that cannot be flushed, such as /dev/null.
    if fsync(descriptor) != 0, errno != EINVAL, errno != EROFS {
      throw .cannotWrite(path: path, reason: DurableFile.systemReason())
    }
  }
}
