/// The measurements of a run, as they were read from `metrics.jsonl`.
package struct MetricsLog: Hashable, Sendable {
  /// The end of a file that is no whole line: what a killed program was writing.
  package struct TornLine: Hashable, Sendable {
    /// The number the line would have, counted from 1.
    package var line: Int
    /// The bytes there are of it.
    package var byteCount: Int

    /// States where a torn line is and how long.
    package init(line: Int, byteCount: Int) {
      self.line = line
      self.byteCount = byteCount
    }

    /// A sentence for the log.
    package var notice: String {
      "metrics.jsonl: line \(line) is torn after \(byteCount) bytes and was left out"
    }
  }

  /// The measurements in the order of the file; their steps never fall.
  package var records: [MetricsRecord]
  /// The torn end of the file, if it has one; it is not among the records.
  package var tornLine: TornLine?

  /// Makes a log of measurements.
  package init(records: [MetricsRecord], tornLine: TornLine? = nil) {
    self.records = records
    self.tornLine = tornLine
  }
}
