import Foundation

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
  ///   - report: Told before each cell.
  package init(path: String? = nil, report: @escaping (Progress) -> Void = { _ in }) {
    self.path = path
    self.report = report
    // A file that is not there, or whose last line was cut off, holds fewer cells; they are made again.
    guard let path, let text = try? String(contentsOfFile: path, encoding: .utf8) else { return }
    for line in text.split(separator: "\n") {
      if let cell = try? LabRecord.decoder().decode(Line.self, from: Data(line.utf8)) {
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
    report(Progress(cell: key, doneCount: doneCount, cellCount: plannedCount))
    defer { doneCount += 1 }
    if let points = known[key] {
      reusedCount += 1
      return points
    }
    let points = try compute()
    known[key] = points
    if let path {
      let line =
        try LabRecord.encoder(pretty: false).encode(Line(key: key, points: points))
        + Data("\n".utf8)
      if !FileManager.default.fileExists(atPath: path) {
        try Data().write(to: URL(fileURLWithPath: path))
      }
      let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
      defer { try? file.close() }  // Nothing is buffered; a failed close loses nothing.
      let end = try file.seekToEnd()
      if end > 0, try endsWithoutLineFeed(path) { try file.write(contentsOf: Data("\n".utf8)) }
      try file.write(contentsOf: line)
    }
    return points
  }

  /// Whether the file's last line was cut off, so that a line must not be added to it.
  private func endsWithoutLineFeed(_ path: String) throws -> Bool {
    let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
    let end = try file.seekToEnd()
    try file.seek(toOffset: end - 1)
    return try file.read(upToCount: 1) != Data("\n".utf8)
  }
}
