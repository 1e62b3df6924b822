import Foundation
import Interchange

/// Reads and writes the JSON records of studies.
enum StudyFile {
  /// Reads a record, or nothing where there is no file.
  ///
  /// - Throws: ``TrainingError/malformedStudy(path:)``.
  static func read<Record: Decodable>(_ type: Record.Type, path: String) throws -> Record? {
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    do {
      return try JSONDecoder().decode(type, from: Data(contentsOf: URL(fileURLWithPath: path)))
    } catch {
      throw TrainingError.malformedStudy(path: path)
    }
  }

  /// Writes a record as a whole or not at all, with sorted keys.
  ///
  /// - Throws: `FileError`, or `EncodingError` for a number that JSON has no form for.
  static func write(_ record: some Encodable, path: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    let data = try encoder.encode(record) + Data("\n".utf8)
    let files = LocalFileSystem()
    let partial = path + ".partial"
    let file = try files.create(partial)
    try file.write(Array(data))
    try file.synchronize()
    try file.close()
    try files.rename(partial, to: path)
  }
}
