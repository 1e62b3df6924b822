import Files

/// A file of events that TensorBoard reads while it grows.
///
/// A file is that of one session, from a step on. Where a session goes on from an earlier step than the last one of
/// another file, TensorBoard forgets what that one says of later steps.
///
/// ```swift
/// let file = try EventFile(folder: "runs/a/tensorboard", fromStep: 0, at: clock())
/// try file.append(["loss/train": .scalar(3.2)], step: 10, at: clock())
/// ```
public struct EventFile {
  private let file: Appender

  /// Begins a file, in the place of one that began at the same step.
  ///
  /// - Parameters:
  ///   - folder: The folder, which is made if it is not there.
  ///   - step: The step that the session begins at.
  ///   - time: Seconds since 1970.
  ///   - files: The file system.
  /// - Throws: `FileError`.
  public init(
    folder: String,
    fromStep step: Int,
    at time: Double,
    in files: any FileSystem = LocalFileSystem()
  ) throws(FileError) {
    // Files are read in the order of their names.
    let digits = "\(step)"
    let number = String(repeating: "0", count: max(0, 12 - digits.count)) + digits
    let path = "\(folder)/events.out.tfevents.\(number).espalier"
    try files.createFolders(folder)
    var version = Self.event(step: 0, at: time)
    version.add(3, text: "brain.Event:2")
    var start = Self.event(step: step, at: time)
    start.add(7) { $0.add(1, number: 1) }
    try files.replace(
      path,
      with: RecordFrame.framed(version.bytes) + RecordFrame.framed(start.bytes)
    )
    file = try Appender(path, in: files)
  }

  /// Adds what there is to show of a step.
  ///
  /// - Parameters:
  ///   - summaries: By their tags; slashes make groups.
  ///   - step: The step.
  ///   - time: Seconds since 1970.
  /// - Throws: `FileError`; the file then ends where it ended before.
  public func append(
    _ summaries: [String: Summary],
    step: Int,
    at time: Double
  ) throws(FileError) {
    var event = Self.event(step: step, at: time)
    event.add(5) { all in
      for (tag, summary) in summaries.sorted(by: { $0.key < $1.key }) {
        all.add(1) {
          $0.add(1, text: tag)
          summary.add(to: &$0)
        }
      }
    }
    try file.append(RecordFrame.framed(event.bytes))
  }

  private static func event(step: Int, at time: Double) -> ProtocolMessage {
    var event = ProtocolMessage()
    event.add(1, double: time)
    event.add(2, number: step)
    return event
  }
}
