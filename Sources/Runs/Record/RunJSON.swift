import Foundation

/// How the files of a run folder spell JSON: sorted keys, ISO 8601 dates, non-finite numbers as strings.
///
/// JSON has no word for the numbers that a diverged run brings forth, and leaving them out would hide the
/// divergence; they are written as the strings `"NaN"`, `"Infinity"` and `"-Infinity"`.
enum RunJSON {
  /// An encoder for a whole file, or for one line.
  static func encoder(pretty: Bool) -> JSONEncoder {
    let encoder = JSONEncoder()
    encoder.outputFormatting =
      pretty
      ? [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
      : [.sortedKeys, .withoutEscapingSlashes]
    encoder.dateEncodingStrategy = .iso8601
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "Infinity",
      negativeInfinity: "-Infinity",
      nan: "NaN"
    )
    return encoder
  }

  /// The decoder that belongs to the encoders.
  static func decoder() -> JSONDecoder {
    let decoder = JSONDecoder()
    decoder.dateDecodingStrategy = .iso8601
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "Infinity",
      negativeInfinity: "-Infinity",
      nan: "NaN"
    )
    return decoder
  }

  /// The field a decoding error is about, and what is wrong with it.
  static func explain(_ error: any Error) -> (field: String, reason: String) {
    guard let error = error as? DecodingError else { return ("", "is not JSON: \(error)") }
    switch error {
    case .keyNotFound(let key, let context):
      return (field(context.codingPath + [key]), "is missing")
    case .valueNotFound(let type, let context):
      return (field(context.codingPath), "needs \(noun(type)); got null")
    case .typeMismatch(let type, let context):
      return (field(context.codingPath), "needs \(noun(type)); got something else")
    case .dataCorrupted(let context):
      if context.codingPath.isEmpty { return ("", "is not JSON") }
      return (field(context.codingPath), "has an impossible value: \(context.debugDescription)")
    @unknown default:
      return ("", "cannot be read: \(error)")
    }
  }

  /// A coding path as a reader writes it: `plan.stages[2].layers`.
  private static func field(_ path: [any CodingKey]) -> String {
    path.reduce(into: "") { text, key in
      if let index = key.intValue {
        text += "[\(index)]"
      } else {
        text += (text.isEmpty ? "" : ".") + key.stringValue
      }
    }
  }

  /// What a reader calls the values of a type.
  private static func noun(_ type: any Any.Type) -> String {
    switch type {
    case is String.Type: "a text"
    case is Int.Type, is UInt64.Type: "a whole number"
    case is Double.Type: "a number"
    case is Bool.Type: "true or false"
    case is Date.Type: "a date such as 2026-01-31T12:00:00Z"
    case is [String: Any].Type: "an object"
    case is [Any].Type: "a list"
    default: "a \(type)"
    }
  }
}
