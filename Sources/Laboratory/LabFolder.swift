import Files
import Foundation

/// A folder with the results of experiments: a record as JSON, its points as CSV, and the finished cells of
/// sweeps.
package struct LabFolder: Hashable, Sendable {
  package let path: String

  package init(path: String) {
    self.path = path
  }

  /// The record of an experiment, such as `risk.json`.
  package func recordFile(_ experiment: String) -> String { "\(path)/\(experiment).json" }
  /// Its points as a table.
  package func tableFile(_ experiment: String) -> String { "\(path)/\(experiment).csv" }
  /// The finished cells of its sweep, a JSON object a line.
  package func cellsFile(_ experiment: String) -> String { "\(path)/\(experiment).cells.jsonl" }

  /// What shows all experiments, in a form that is known by the ending of its name, such as `html`.
  package func file(_ laboratory: String, _ ending: String) -> String {
    "\(path)/\(laboratory).\(ending)"
  }

  /// The record of an experiment; nil if there is none.
  ///
  /// - Throws: ``LabError`` for a file that is no record, or one of another format.
  package func record(_ experiment: String) throws(LabError) -> LabRecord? {
    let file = recordFile(experiment)
    // A file that cannot be read counts as none: nothing is taken from it, and it is written anew.
    guard let bytes = try? LocalFileSystem().contents(of: file) else { return nil }
    let data = Data(bytes)
    do {
      return try LabRecord.decoder().decode(LabRecord.self, from: data)
    } catch {
      // What any format begins with; the first one did not say its number.
      struct Head: Decodable {
        var experiment: String
        var format: Int?
      }
      let head = try? JSONDecoder().decode(Head.self, from: data)
      let format = head.map { $0.format ?? 1 } ?? LabRecord.currentFormat
      guard format != LabRecord.currentFormat else { throw .unreadable(file: file) }
      throw .otherFormat(file: file, found: format)
    }
  }
}

/// What can be wrong with the files of a laboratory.
package enum LabError: Error, Hashable, Sendable, CustomStringConvertible {
  /// A record's file holds none.
  case unreadable(file: String)
  /// A record of another version of Espalier.
  case otherFormat(file: String, found: Int)

  package var description: String {
    switch self {
    case .unreadable(let file):
      "\(file): is no laboratory's record; delete it or name another folder"
    case .otherFormat(let file, let found):
      "\(file): needs a record of format \(LabRecord.currentFormat); got format \(found); run its "
        + "experiment again in another folder, or delete it"
    }
  }
}

extension LabRecord {
  /// The record as JSON: sorted keys, numbers that are not finite as the strings `NaN`, `Infinity` and
  /// `-Infinity`.
  package func json() throws -> String {
    String(decoding: try Self.encoder(pretty: true).encode(self), as: UTF8.self) + "\n"
  }

  static func encoder(pretty: Bool) -> JSONEncoder {
    let encoder = JSONEncoder()
    encoder.outputFormatting =
      pretty
      ? [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
      : [.sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "Infinity",
      negativeInfinity: "-Infinity",
      nan: "NaN"
    )
    return encoder
  }

  static func decoder() -> JSONDecoder {
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "Infinity",
      negativeInfinity: "-Infinity",
      nan: "NaN"
    )
    return decoder
  }
}
