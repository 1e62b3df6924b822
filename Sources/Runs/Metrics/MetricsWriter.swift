import Files
import Foundation

/// Appends measurements to `metrics.jsonl`.
///
/// A program killed at any moment leaves whole lines and at most one torn end, which the next writer cuts off.
/// The file is closed when the writer goes away.
///
/// ```swift
/// let writer = try MetricsWriter(path: folder.metricsFile, keepingThroughStep: checkpointStep)
/// try writer.append(record)
/// ```
package struct MetricsWriter: ~Copyable {
  /// The file's path.
  package let path: String
  private let file: Appender

  /// Opens the file to append to it, and makes it if it does not exist.
  ///
  /// - Parameters:
  ///   - path: The file's path.
  ///   - step: When resuming, the step of the checkpoint: lines of later steps are taken out, at once and
  ///     atomically. Without it all lines are kept. A torn end is cut off in both cases.
  ///   - files: The file system it lies in.
  /// - Throws: ``RunError`` when the file cannot be written, or when it holds something else than
  ///   measurements and is therefore not touched.
  package init(
    path: String,
    keepingThroughStep step: Int? = nil,
    in files: any FileSystem = LocalFileSystem()
  ) throws(RunError) {
    try Self.removeLines(after: step ?? .max, of: path, in: files)
    try self.init(opening: path, in: files)
  }

  /// Takes out the lines of later steps and a torn end, if there is a file.
  private static func removeLines(
    after step: Int,
    of path: String,
    in files: any FileSystem
  ) throws(RunError) {
    let data: Data
    do {
      data = Data(try files.contents(of: path))
    } catch  where error.isNotFound {
      return
    } catch {
      throw .cannotRead(path: path, reason: error.reason)
    }
    let kept = try MetricsReader(path: path).prefix(of: data, throughStep: step)
    if kept.count != data.count { try files.replace(path, with: kept) }
  }

  /// Opens a file to append to it, whatever it holds.
  init(opening path: String, in files: any FileSystem = LocalFileSystem()) throws(RunError) {
    self.path = path
    file = try RunError.writing(path) { () throws(FileError) in try Appender(path, in: files) }
  }

  /// Appends one measurement.
  ///
  /// When this returns the line is with the operating system: it outlives the program, and a power cut once
  /// ``synchronize()`` has been called. When it throws, the file ends where it ended before.
  package func append(_ record: MetricsRecord) throws(RunError) {
    let line: Data
    do {
      line = try RunJSON.encoder(pretty: false).encode(record) + [UInt8(ascii: "\n")]
    } catch {
      throw .cannotWrite(path: path, reason: "\(error)")
    }
    try RunError.writing(path) { () throws(FileError) in try file.append(Array(line)) }
  }

  /// Waits until all lines are on the disk.
  package func synchronize() throws(RunError) {
    try RunError.writing(path) { () throws(FileError) in try file.synchronize() }
  }
}
