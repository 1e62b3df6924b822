import Files
import Foundation

/// Writes and reads the files of a run folder, except checkpoints.
package struct RunStore: Sendable {
  /// The folder.
  package let folder: RunFolder
  private let files: any FileSystem

  /// A store on a folder, which need not exist.
  ///
  /// - Parameters:
  ///   - folder: The folder.
  ///   - files: The file system it lies in.
  package init(_ folder: RunFolder, in files: any FileSystem = LocalFileSystem()) {
    self.folder = folder
    self.files = files
  }

  /// Whether the folder holds a run.
  package var exists: Bool { files.exists(folder.runFile) }

  /// Makes the folder for a new run, so that it can be locked.
  ///
  /// - Throws: ``RunError/alreadyARun(path:)`` if the folder holds a run, and ``RunError/cannotWrite(path:reason:)``.
  package func makeFolder() throws(RunError) {
    guard !exists else { throw .alreadyARun(path: folder.path) }
    try RunError.writing(folder.path) { () throws(FileError) in
      try files.createFolders(folder.checkpointsFolder)
    }
  }

  /// Makes the folder for a new run and writes the recipe, the tokenizer and the first record.
  ///
  /// The record is written last: a folder with a record is complete.
  ///
  /// - Parameters:
  ///   - record: The record.
  ///   - recipe: The resolved recipe.
  ///   - tokenizer: The bytes of `tokenizer.model`.
  /// - Throws: As ``makeFolder()``.
  package func create(
    _ record: RunRecord,
    recipe: String,
    tokenizer: [UInt8]
  ) throws(RunError) {
    try makeFolder()
    try files.replace(folder.recipeFile, with: Data(recipe.utf8))
    try files.replace(folder.tokenizerFile, with: Data(tokenizer))
    try write(record)
  }

  /// Writes `run.json` anew: afterwards it holds the record, and if it throws what it held before.
  package func write(_ record: RunRecord) throws(RunError) {
    var data: Data
    do {
      data = try RunJSON.encoder(pretty: true).encode(record)
    } catch {
      throw .cannotWrite(path: folder.runFile, reason: "\(error)")
    }
    data.append(UInt8(ascii: "\n"))
    try files.replace(folder.runFile, with: data)
  }

  /// Writes `recipe.yaml` anew.
  package func write(recipe: String) throws(RunError) {
    try files.replace(folder.recipeFile, with: Data(recipe.utf8))
  }

  /// Writes `report.html` anew.
  package func write(report: String) throws(RunError) {
    try files.replace(folder.reportFile, with: Data(report.utf8))
  }

  /// Writes `metrics.jsonl` anew: another run's measurements up to a step.
  ///
  /// - Parameters:
  ///   - other: The other run's folder.
  ///   - step: The last step whose measurements are taken.
  /// - Throws: ``RunError``.
  package func copyMetrics(of other: RunFolder, throughStep step: Int) throws(RunError) {
    guard files.exists(other.metricsFile) else { return }
    let data = try files.data(of: other.metricsFile)
    let kept = try MetricsReader(path: other.metricsFile).prefix(of: data, throughStep: step)
    try files.replace(folder.metricsFile, with: kept)
  }

  /// Reads `run.json` and checks it.
  package func record() throws(RunError) -> RunRecord {
    guard exists else { throw .notARunFolder(path: folder.path) }
    return try Self.record(from: files.data(of: folder.runFile), path: folder.runFile)
  }

  /// Reads the resolved recipe as text.
  package func recipe() throws(RunError) -> String {
    let data = try files.data(of: folder.recipeFile)
    guard let text = String(validating: data, as: UTF8.self) else {
      throw .cannotRead(path: folder.recipeFile, reason: "is not UTF-8 text")
    }
    return text
  }

  /// Reads the measurements; a run that has not measured anything has none.
  package func metrics() throws(RunError) -> MetricsLog {
    guard files.exists(folder.metricsFile) else { return MetricsLog(records: []) }
    return try MetricsReader(path: folder.metricsFile, in: files).read()
  }

  /// Reads a record from the bytes of a file; `path` is for the messages.
  static func record(from data: Data, path: String) throws(RunError) -> RunRecord {
    struct Version: Decodable { var formatVersion: Int }
    let decoder = RunJSON.decoder()
    let record: RunRecord
    do {
      // The version comes first: a record of another version is not malformed, it is another version's.
      let version = try decoder.decode(Version.self, from: data).formatVersion
      guard version == RunFolder.formatVersion else {
        throw RunError.unknownFormatVersion(
          path: path,
          found: version,
          supported: RunFolder.formatVersion
        )
      }
      record = try decoder.decode(RunRecord.self, from: data)
    } catch let error as RunError {
      throw error
    } catch {
      let (field, reason) = RunJSON.explain(error, in: data)
      throw .malformedRecord(path: path, field: field.isEmpty ? "the file" : field, reason: reason)
    }
    if let (field, reason) = record.firstProblem() {
      throw .malformedRecord(path: path, field: field, reason: reason)
    }
    return record
  }
}
