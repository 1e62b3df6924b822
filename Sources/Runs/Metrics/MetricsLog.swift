/// The measurements of a run, as they were read from `metrics.jsonl`.
public struct MetricsLog: Hashable, Sendable {
  /// The end of a file that is no whole line: what a killed program was writing.
  public struct TornLine: Hashable, Sendable {
    /// The number the line would have, counted from 1.
    public var line: Int
    /// The bytes there are of it.
    public var byteCount: Int

    /// States where a torn line is and how long.
    public init(line: Int, byteCount: Int) {
      self.line = line
      self.byteCount = byteCount
    }

    /// A sentence for the log.
    public var notice: String {
      "metrics.jsonl: line \(line) is torn after \(byteCount) bytes and was left out"
    }
  }

  /// The measurements in the order of the file; their steps never fall.
  public var records: [MetricsRecord]
  /// The torn end of the file, if it has one; it is not among the records.
  public var tornLine: TornLine?

  /// Makes a log of measurements.
  public init(records: [MetricsRecord], tornLine: TornLine? = nil) {
    self.records = records
    self.tornLine = tornLine
  }
}
