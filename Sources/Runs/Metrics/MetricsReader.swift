import Files
import Foundation

/// Reads `metrics.jsonl`.
///
/// A line counts once its line feed is there. What follows the last line feed is the line that a killed
/// program was writing: it is dropped and reported. Any other line that is not a measurement is an error.
package struct MetricsReader: Sendable {
  /// The file's path.
  package let path: String
  private let files: any FileSystem

  /// Names the file to read, and the file system it lies in.
  package init(path: String, in files: any FileSystem = LocalFileSystem()) {
    self.path = path
    self.files = files
  }

  /// Reads the whole file.
  package func read() throws(RunError) -> MetricsLog {
    try parse(files.data(of: path))
  }

  /// Reads measurements from the bytes of a file.
  func parse(_ data: Data) throws(RunError) -> MetricsLog {
    var log = MetricsLog(records: [])
    try forEachLine(of: data) { number, bytes, record throws(RunError) in
      log.records.append(record)
    } torn: { number, bytes in
      log.tornLine = MetricsLog.TornLine(line: number, byteCount: bytes.count)
    }
    return log
  }

  /// The bytes of the lines up to a step, without a torn end.
  func prefix(of data: Data, throughStep step: Int) throws(RunError) -> Data {
    var end = data.startIndex
    try forEachLine(of: data) { number, bytes, record throws(RunError) in
      if record.step <= step { end = bytes.endIndex + 1 }
    } torn: { _, _ in
    }
    return data[..<end]
  }

  private func forEachLine(
    of data: Data,
    _ body: (Int, Data, MetricsRecord) throws(RunError) -> Void,
    torn: (Int, Data) -> Void
  ) throws(RunError) {
    let decoder = RunJSON.decoder()
    var number = 1
    var start = data.startIndex
    var previous = 0
    while let end = data[start...].firstIndex(of: UInt8(ascii: "\n")) {
      let bytes = data[start..<end]
      let record: MetricsRecord
      do {
        record = try decoder.decode(MetricsRecord.self, from: bytes)
      } catch {
        let (field, reason) = RunJSON.explain(error, in: bytes)
        throw .malformedMetrics(
          path: path,
          line: number,
          reason: field.isEmpty ? reason : "\(field): \(reason)"
        )
      }
      guard record.step >= previous else {
        throw .metricsOutOfOrder(path: path, line: number, step: record.step, previous: previous)
      }
      try body(number, bytes, record)
      previous = record.step
      number += 1
      start = end + 1
    }
    if start < data.endIndex { torn(number, data[start...]) }
  }
}
