import Files
import Foundation
import Recipes
import Runs
import Training

/// What a study compares, beside what has come of it so far.
protocol StudyRecord: Codable {
  /// Whether another record is of the same study, whatever of it has run.
  func compares(sameAs other: Self) -> Bool
}

extension Recipe {
  /// Whether the texts of two resolved recipes say the same; one that was written before a field existed has
  /// its default.
  static func saysTheSame(_ text: String, as other: String) -> Bool {
    if text == other { return true }
    // A text that is no recipe says nothing that another could say.
    guard let recipe = try? Recipe.parse(text, file: "the record") else { return false }
    return recipe == (try? Recipe.parse(other, file: "the record"))
  }
}

/// Reads and writes the JSON records of studies.
enum StudyFile {
  /// The record in a file, or the given one where there is no file.
  ///
  /// - Parameters:
  ///   - record: A record of the study that is to be begun or gone on with.
  ///   - path: The file.
  /// - Returns: The record to go on with.
  /// - Throws: ``StudyError/anotherStudy(path:)`` or ``StudyError/malformedStudy(path:)``.
  static func resumed<Record: StudyRecord>(_ record: Record, path: String) throws -> Record {
    guard let found = try read(Record.self, path: path) else { return record }
    guard found.compares(sameAs: record) else { throw StudyError.anotherStudy(path: path) }
    return found
  }

  /// Goes on with a study in its folder, which is made if need be and kept from other processes meanwhile.
  ///
  /// - Parameters:
  ///   - record: What was known when the study was opened.
  ///   - folder: The study's folder.
  ///   - path: The record's file.
  ///   - body: Runs what has not run, given the record as the file has it: another process may have come
  ///     further since.
  /// - Returns: Whether all has run; otherwise someone asked to stop.
  /// - Throws: `FileError.inUse` where another process works in the folder, as ``resumed(_:path:)`` and
  ///   ``write(_:path:)``, or what the body throws.
  static func goOn<Record: StudyRecord>(
    with record: Record,
    in folder: String,
    path: String,
    body: (Record) throws -> Void
  ) throws -> Bool {
    try LocalFileSystem().createFolders(folder)
    return try FolderLock(folder).whileHeld {
      let latest = try resumed(record, path: path)
      try write(latest, path: path)
      do {
        try body(latest)
        return true
      } catch is Stopped {
        return false
      }
    }
  }

  /// Reads a record, or nothing where there is no file.
  ///
  /// - Throws: ``StudyError/malformedStudy(path:)``.
  private static func read<Record: Decodable>(_ type: Record.Type, path: String) throws -> Record? {
    let files = LocalFileSystem()
    return files.exists(path) ? try existing(type, path: path) : nil
  }

  /// Reads a record that is there.
  ///
  /// - Throws: ``StudyError/malformedStudy(path:)``.
  static func existing<Record: Decodable>(_ type: Record.Type, path: String) throws -> Record {
    do {
      return try JSONDecoder().decode(type, from: Data(LocalFileSystem().contents(of: path)))
    } catch {
      throw StudyError.malformedStudy(path: path)
    }
  }

  /// Writes a record as a whole or not at all, with sorted keys.
  ///
  /// - Parameters:
  ///   - record: The record.
  ///   - path: The file.
  ///   - isCompact: Whether it is one line, as suits many numbers that nobody reads one by one.
  ///   - files: The file system.
  /// - Throws: `FileError`, or `EncodingError` for a number that JSON has no form for.
  static func write(
    _ record: some Encodable,
    path: String,
    isCompact: Bool = false,
    in files: any FileSystem = LocalFileSystem()
  ) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    if !isCompact { encoder.outputFormatting.insert(.prettyPrinted) }
    let data = try encoder.encode(record) + Data("\n".utf8)
    try files.replace(path, with: Array(data))
  }

  /// Writes a text as a whole or not at all.
  ///
  /// - Throws: `FileError`.
  static func write(
    _ text: String,
    path: String,
    in files: any FileSystem = LocalFileSystem()
  ) throws {
    try files.replace(path, with: Array(text.utf8))
  }
}
