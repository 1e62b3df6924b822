import Files
import Foundation

/// A record of a task: an object of JSON, and where it stands.
struct TaskRecord: Sendable {
  let path: String
  let line: Int
  let fields: [String: JSONValue]

  /// Says what is wrong with the record.
  func problem(_ reason: String) -> EvaluationError {
    .malformedRecord(path: path, line: line, reason: reason)
  }

  /// The value that a path of names, such as `answers.text`, leads to.
  func value(_ name: String) throws(EvaluationError) -> JSONValue {
    var value = JSONValue.object(fields)
    for part in name.split(separator: ".", omittingEmptySubsequences: false) {
      guard case .object(let fields) = value, let next = fields[String(part)] else {
        let names = self.fields.keys.sorted().joined(separator: ", ")
        throw problem("has no field \(name); it has \(names.isEmpty ? "none" : names)")
      }
      value = next
    }
    return value
  }

  /// The records of a file, one a line.
  ///
  /// - Parameter path: A file of JSON lines; empty lines are passed over.
  /// - Returns: The records.
  /// - Throws: ``EvaluationError/malformedRecord(path:line:reason:)``, or `FileError`.
  static func all(in path: String) throws -> [TaskRecord] {
    let bytes = try LocalFileSystem().contents(of: path, limit: 1 << 30)
    let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    return try lines.enumerated().compactMap { index, line in
      guard !line.allSatisfy({ [0x20, 0x09, 0x0D].contains($0) }) else { return nil }
      func problem(_ reason: String) -> EvaluationError {
        .malformedRecord(path: path, line: index + 1, reason: reason)
      }
      guard String(validating: line, as: UTF8.self) != nil else {
        throw problem("is not UTF-8; `iconv -t UTF-8` converts it")
      }
      guard let value = try? JSONDecoder().decode(JSONValue.self, from: Data(line)),
        case .object(let fields) = value
      else { throw problem("needs an object of JSON, one a line") }
      return TaskRecord(path: path, line: index + 1, fields: fields)
    }
  }
}
