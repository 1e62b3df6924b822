import Files
import Foundation

/// What makes a folder a complete checkpoint: its last file, which lists the others.
///
///     {
///       "files" : [
///         { "byteCount" : 1024, "checksum" : "xxh64:0123456789abcdef", "name" : "model.safetensors" },
///         ...
///       ],
///       "formatVersion" : 1,
///       "step" : 200
///     }
public struct CheckpointManifest: Hashable, Sendable, Codable {
  /// One file of the checkpoint.
  public struct File: Hashable, Sendable, Codable {
    /// The file's name in the folder.
    public var name: String
    /// The file's size.
    public var byteCount: Int
    /// `xxh64:` and the 64-bit xxHash of the file, seed 0, as sixteen hexadecimal digits.
    public var checksum: String
  }

  /// The version of the folder's format that this code writes and reads.
  public static let currentVersion = 1

  /// The version of the folder's format.
  public var formatVersion: Int
  /// How many training steps had been done.
  public var step: Int
  /// The files beside the manifest, in the order of ``contentNames``.
  public var files: [File]

  static let modelName = "model.safetensors"
  static let optimizerName = "optimizer.safetensors"
  static let stateName = "state.json"
  static let manifestName = "manifest.json"

  /// The files a manifest lists.
  public static let contentNames = [modelName, optimizerName, stateName]

  /// Longer than any manifest; a longer file is not read at all.
  private static let byteLimit = 1 << 20

  /// The JSON of the manifest; equal manifests give equal bytes.
  func encoded() throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    return try Array(encoder.encode(self)) + [UInt8(ascii: "\n")]
  }

  /// Reads and checks the manifest of a checkpoint's folder.
  ///
  /// - Parameters:
  ///   - folder: The checkpoint's folder.
  ///   - expectedStep: The step the folder's name says, if it says one.
  ///   - files: The file system it lies in.
  /// - Returns: A manifest of the current version that lists the right files.
  /// - Throws: ``CheckpointError`` for any other.
  static func read(
    inFolder folder: String,
    expectedStep: Int?,
    files: any FileSystem
  ) throws(CheckpointError) -> CheckpointManifest {
    let path = "\(folder)/\(manifestName)"
    let file: any ReadableFile
    do throws(FileError) {
      file = try files.open(path)
    } catch  where error.isNotFound {
      throw .noManifest(path: folder)
    } catch {
      throw .file(error)
    }
    guard file.byteCount <= byteLimit else {
      throw .malformedManifest(
        path: path,
        reason: "it has \(file.byteCount) bytes, more than any manifest"
      )
    }
    let bytes = try CheckpointError.wrapping { () throws(FileError) in
      try file.read(file.byteCount, at: 0)
    }
    let manifest = try parsed(bytes, path: path)
    if let expectedStep, manifest.step != expectedStep {
      throw .wrongStep(path: path, found: manifest.step, expected: expectedStep)
    }
    let names = manifest.files.map(\.name)
    guard names == contentNames else {
      throw .wrongFiles(path: path, found: names, expected: contentNames)
    }
    return manifest
  }

  /// Decodes a manifest, its version first.
  private static func parsed(
    _ bytes: [UInt8],
    path: String
  ) throws(CheckpointError) -> CheckpointManifest {
    struct Version: Decodable { var formatVersion: Int }
    let decoder = JSONDecoder()
    do {
      let version = try decoder.decode(Version.self, from: Data(bytes)).formatVersion
      guard version == currentVersion else {
        throw CheckpointError.unsupportedVersion(
          path: path,
          found: version,
          supported: currentVersion
        )
      }
      return try decoder.decode(CheckpointManifest.self, from: Data(bytes))
    } catch let error as CheckpointError {
      throw error
    } catch DecodingError.keyNotFound(let key, _) {
      throw .malformedManifest(path: path, reason: "\(key.stringValue) is missing")
    } catch DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context)
    {
      let field = context.codingPath.map(\.stringValue).joined(separator: ".")
      throw .malformedManifest(path: path, reason: "\(field) has the wrong type")
    } catch {
      throw .malformedManifest(path: path, reason: "it is not valid JSON")
    }
  }
}
