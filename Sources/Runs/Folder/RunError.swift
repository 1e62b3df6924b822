import Files
import Foundation

/// What can be wrong with a run folder.
public enum RunError: Error, Hashable, Sendable {
  /// The folder has no `run.json`.
  case notARunFolder(path: String)
  /// The folder holds a run already, and a new one was to be started in it.
  case alreadyARun(path: String)
  /// A file could not be read; `reason` holds the system's words.
  case cannotRead(path: String, reason: String)
  /// A file or folder could not be written; `reason` holds the system's words.
  case cannotWrite(path: String, reason: String)
  /// `run.json` states a format version that this program does not know.
  case unknownFormatVersion(path: String, found: Int, supported: Int)
  /// A field of `run.json` is missing, has the wrong type or an impossible value.
  case malformedRecord(path: String, field: String, reason: String)
  /// A line of `metrics.jsonl` is not a measurement; lines are counted from 1.
  case malformedMetrics(path: String, line: Int, reason: String)
  /// A line of `metrics.jsonl` has a smaller step than the line before it.
  case metricsOutOfOrder(path: String, line: Int, step: Int, previous: Int)
}

extension RunError {
  /// Writes to a path, and says of errors what this module says of them.
  static func writing<Result>(
    _ path: String,
    _ body: () throws(FileError) -> Result
  ) throws(RunError) -> Result {
    do {
      return try body()
    } catch {
      throw .cannotWrite(path: path, reason: error.reason)
    }
  }
}

extension FileSystem {
  /// Replaces a file of a run folder.
  func replace(_ path: String, with data: Data) throws(RunError) {
    try RunError.writing(path) { () throws(FileError) in try replace(path, with: Array(data)) }
  }

  /// Reads a file of a run folder.
  func data(of path: String) throws(RunError) -> Data {
    do {
      return Data(try contents(of: path))
    } catch {
      throw .cannotRead(path: path, reason: error.reason)
    }
  }
}

extension RunError: CustomStringConvertible {
  /// One sentence: what is wrong, where, what was expected and what to do.
  public var description: String {
    switch self {
    case .notARunFolder(let path):
      "\(path): is not a run folder, it has no run.json; name a folder that `espalier train` made"
    case .alreadyARun(let path):
      "\(path): already holds a run; choose another folder, or continue it with `espalier resume`"
    case .cannotRead(let path, let reason):
      "\(path): cannot be read: \(reason)"
    case .cannotWrite(let path, let reason):
      "\(path): cannot be written: \(reason)"
    case .unknownFormatVersion(let path, let found, let supported):
      "\(path): formatVersion: this program reads version \(supported); got \(found), "
        + "which another release of espalier wrote"
    case .malformedRecord(let path, let field, let reason):
      "\(path): \(field): \(reason)"
    case .malformedMetrics(let path, let line, let reason):
      "\(path):\(line): \(reason)"
    case .metricsOutOfOrder(let path, let line, let step, let previous):
      "\(path):\(line): step: needs \(previous) or more, as in the line before; got \(step)"
    }
  }
}
