import Dispatch
import Files
import Foundation
import Synchronization

/// The cells of a sweep, kept in a file as they are finished, so that an interrupted sweep goes on.
///
/// A cell's key names everything its numbers depend on; a file of other settings is of no use and no harm.
package final class Sweep {
  /// How far a sweep has come.
  package struct Progress: Hashable, Sendable {
    /// The cell that is looked at.
    package var cell: String
    package var doneCount: Int
    package var cellCount: Int
  }

  private struct Line: Codable {
    var key: String
    var points: [LabPoint]
  }

  private let path: String?
  private let files: any FileSystem
  private var file: Appender?
  /// Whether the file's last line was cut off, so that a line must not be added to it.
  private var isTorn = false
  private var known: [String: [LabPoint]] = [:]
  private let report: (Progress) -> Void
  /// How many cells were taken from the file.
  package private(set) var reusedCount = 0
  private var doneCount = 0
  private var plannedCount = 1

  /// Opens a sweep.
  ///
  /// - Parameters:
  ///   - path: The file of finished cells, one JSON object a line; nil keeps nothing.
  ///   - files: The file system it lies in.
  ///   - report: Told before each cell.
  package init(
    path: String? = nil,
    in files: any FileSystem = LocalFileSystem(),
    report: @escaping (Progress) -> Void = { _ in }
  ) {
    self.path = path
    self.files = files
    self.report = report
    // A file that is not there, or whose last line was cut off, holds fewer cells; they are made again.
    guard let path, let bytes = try? files.contents(of: path) else { return }
    isTorn = bytes.last.map { $0 != UInt8(ascii: "\n") } ?? false
    for line in bytes.split(separator: UInt8(ascii: "\n")) {
      if let cell = try? LabRecord.decoder().decode(Line.self, from: Data(line)) {
        known[cell.key] = cell.points
      }
    }
  }

  /// Says how many cells there will be.
  package func plan(_ count: Int) {
    (doneCount, plannedCount) = (0, max(count, 1))
  }

  /// The points of a cell, computed unless the file has them.
  package func cell(_ key: String, compute: () throws -> [LabPoint]) throws -> [LabPoint] {
    announce(key)
    defer { doneCount += 1 }
    if let points = known[key] {
      reusedCount += 1
      return points
    }
    let points = try compute()
    try keep(points, key)
    return points
  }

  /// The points of several cells, those that the file does not have computed at the same time.
  ///
  /// - Parameters:
  ///   - keys: The cells.
  ///   - compute: The points of a cell, by its place among the keys.
  /// - Returns: The points, in the order of the keys.
  /// - Throws: The first error of a cell; each cell that was finished is kept as soon as it is.
  package func cells(
    _ keys: [String],
    compute: @Sendable (Int) throws -> [LabPoint]
  ) throws -> [LabPoint] {
    let missing = keys.indices.filter { known[keys[$0]] == nil }
    let failures = Mutex([Int: any Error]())
    reusedCount += keys.count - missing.count
    doneCount += keys.count - missing.count
    // Everything that touches the sweep from several threads holds the lock.
    nonisolated(unsafe) let sweep = self
    DispatchQueue.concurrentPerform(iterations: missing.count) { iteration in
      let place = missing[iteration]
      failures.withLock { _ in sweep.announce(keys[place]) }
      let result = Result { try compute(place) }
      failures.withLock { failures in
        do {
          try sweep.keep(result.get(), keys[place])
          sweep.doneCount += 1
        } catch {
          failures[place] = error
        }
      }
    }
    if let failure = failures.withLock({ $0.min { $0.key < $1.key } }) { throw failure.value }
    return keys.flatMap { known[$0] ?? [] }
  }

  private func announce(_ cell: String) {
    report(Progress(cell: cell, doneCount: doneCount, cellCount: plannedCount))
  }

  /// Keeps the points of a finished cell, in the file too.
  private func keep(_ points: [LabPoint], _ key: String) throws {
    known[key] = points
    guard let path else { return }
    let line = try LabRecord.encoder(pretty: false).encode(Line(key: key, points: points))
    let file = try self.file ?? Appender(path, in: files)
    self.file = file
    let feed = [UInt8(ascii: "\n")]
    try file.append((isTorn ? feed : []) + line + feed)
    try file.synchronize()
    isTorn = false
  }
}
