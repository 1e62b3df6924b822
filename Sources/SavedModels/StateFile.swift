import Checkpoints
import Foundation

/// The `state.json` of a checkpoint, of which each reader takes the fields that it knows.
package struct StateFile: Sendable {
  /// The version of the format that is read and written.
  static let formatVersion = 1

  private let path: String
  private let data: Data

  /// Reads a checkpoint's file and checks its version.
  ///
  /// - Parameter checkpoint: The checkpoint.
  /// - Throws: ``SavedModelError/unknownStateVersion(path:found:known:)``,
  ///   ``SavedModelError/malformedState(path:reason:)`` or `CheckpointError`.
  init(of checkpoint: StoredCheckpoint) throws {
    struct Version: Decodable { var formatVersion: Int }
    path = "\(checkpoint.path)/state.json"
    data = try checkpoint.state()
    let version = try fields(Version.self) { _ in nil }.formatVersion
    guard version == Self.formatVersion else {
      throw SavedModelError.unknownStateVersion(
        path: path,
        found: version,
        known: Self.formatVersion
      )
    }
  }

  /// Reads some of the fields.
  ///
  /// - Parameters:
  ///   - type: The fields; others are passed over.
  ///   - firstProblem: Says what cannot be, with the field's name.
  /// - Returns: The fields.
  /// - Throws: ``SavedModelError/malformedState(path:reason:)``.
  package func fields<Fields: Decodable>(
    _ type: Fields.Type,
    firstProblem: (Fields) -> String?
  ) throws(SavedModelError) -> Fields {
    let fields: Fields
    do {
      fields = try JSONDecoder().decode(type, from: data)
    } catch let error as DecodingError {
      throw .malformedState(path: path, reason: error.sentence)
    } catch {
      throw .malformedState(path: path, reason: "\(error)")
    }
    if let problem = firstProblem(fields) { throw .malformedState(path: path, reason: problem) }
    return fields
  }
}

extension DecodingError {
  /// Which field is wrong and how.
  fileprivate var sentence: String {
    switch self {
    case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
      "\(Self.path(context.codingPath)): \(context.debugDescription)"
    case .keyNotFound(let key, let context):
      "\(Self.path(context.codingPath + [key])): is missing"
    @unknown default:
      "\(self)"
    }
  }

  private static func path(_ keys: [any CodingKey]) -> String {
    keys.isEmpty ? "the file" : keys.map(\.stringValue).joined(separator: ".")
  }
}
