import Foundation

/// The two fields of a JSON record that a corpus needs.
struct JSONRecord {
  let text: String
  let source: String?

  init(
    _ bytes: ArraySlice<UInt8>,
    path: String,
    line: Int,
    textField: String,
    sourceField: String
  ) throws(TextError) {
    let fields: Fields
    do {
      fields = try Self.decoder(textField: textField, sourceField: sourceField)
        .decode(Fields.self, from: Data(bytes))
    } catch {
      throw .malformedJSON(path: path, line: line, reason: Self.reason(error))
    }
    switch fields.text {
    case .text(let text): self.text = text
    case .absent: throw .missingField(path: path, line: line, field: textField)
    case .null, .other: throw .fieldIsNotText(path: path, line: line, field: textField)
    }
    switch fields.source {
    case .text(let source): self.source = source
    case .absent, .null: source = nil
    case .other: throw .fieldIsNotText(path: path, line: line, field: sourceField)
    }
  }

  private static func decoder(textField: String, sourceField: String) -> JSONDecoder {
    let decoder = JSONDecoder()
    if let textKey, let sourceKey {
      decoder.userInfo = [textKey: textField, sourceKey: sourceField]
    }
    return decoder
  }

  /// The parser's own words, where it has some.
  private static func reason(_ error: any Error) -> String {
    switch error {
    case DecodingError.typeMismatch: return "the line holds something other than an object"
    case DecodingError.dataCorrupted(let context):
      let words = (context.underlyingError as NSError?)?.userInfo["NSDebugDescription"] as? String
      return words ?? context.debugDescription
    default: return String(describing: error)
    }
  }

  fileprivate static let textKey = CodingUserInfoKey(rawValue: "espalier.textField")
  fileprivate static let sourceKey = CodingUserInfoKey(rawValue: "espalier.sourceField")
}

/// A field's value as far as a corpus is concerned.
private enum Field {
  case absent
  case null
  case text(String)
  case other
}

private struct Fields: Decodable {
  let text: Field
  let source: Field

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Name.self)
    func field(_ key: CodingUserInfoKey?) -> Field {
      guard let key, let name = decoder.userInfo[key] as? String,
        container.contains(Name(name))
      else { return .absent }
      // The name is there, so asking for null cannot fail.
      if (try? container.decodeNil(forKey: Name(name))) == true { return .null }
      // The only failure left is a value of another type, and that is what `.other` says.
      guard let text = try? container.decode(String.self, forKey: Name(name)) else {
        return .other
      }
      return .text(text)
    }
    text = field(JSONRecord.textKey)
    source = field(JSONRecord.sourceKey)
  }
}

/// A field name that is known at run time only.
private struct Name: CodingKey {
  let stringValue: String
  var intValue: Int? { nil }

  init(_ name: String) { stringValue = name }
  init?(stringValue: String) { self.stringValue = stringValue }
  init?(intValue: Int) { nil }
}
