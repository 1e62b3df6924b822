/// The fields of a JSON record that someone needs.
///
/// Of a name that is given twice the last one counts, as for Python and jq.
struct JSONRecord {
  /// The names of all other fields, in order.
  let otherNames: [String]
  private let fields: [String: Field]
  private let scanner: JSONScanner
  private let path: String
  private let line: Int

  /// Reads a line.
  ///
  /// - Parameters:
  ///   - bytes: The line without its line break, valid UTF-8.
  ///   - path: The file's, for messages.
  ///   - line: The line's number, for messages.
  ///   - names: The fields that are needed.
  /// - Throws: ``TextError/malformedJSON(path:line:column:reason:)``.
  init(
    _ bytes: ArraySlice<UInt8>,
    path: String,
    line: Int,
    fields names: [String]
  ) throws(TextError) {
    var scanner = JSONScanner(bytes)
    var fields: [String: Field] = [:]
    var otherNames: [String] = []
    do {
      try scanner.object { scanner, name throws(JSONScanner.Problem) in
        // Names are equal by their characters' codes, as for other programs.
        let known = names.first { name?.unicodeScalars.elementsEqual($0.unicodeScalars) == true }
        guard let known else {
          if let name { otherNames.append(name) }
          return try scanner.skipValue()
        }
        fields[known] = Field(offset: scanner.valueOffset(), value: try scanner.value())
      }
    } catch {
      throw .malformedJSON(
        path: path,
        line: line,
        column: scanner.column(of: error.offset),
        reason: error.reason
      )
    }
    (self.fields, self.otherNames, self.scanner) = (fields, otherNames, scanner)
    (self.path, self.line) = (path, line)
  }

  /// Whether a field is not there or holds nothing.
  func isNull(_ name: String) -> Bool { fields[name]?.value.isNull ?? true }

  /// The text of a field; nil where it is not there.
  ///
  /// - Parameter name: One of the fields that were asked for.
  /// - Returns: The text.
  /// - Throws: ``TextError/fieldIsNotText(path:line:column:field:found:)`` or
  ///   ``TextError/halfSurrogate(path:line:column:field:)``.
  func text(_ name: String) throws(TextError) -> String? {
    guard let field = fields[name] else { return nil }
    guard case .string(let string) = field.value else {
      throw .fieldIsNotText(
        path: path,
        line: line,
        column: scanner.column(of: field.offset),
        field: name,
        found: field.value.kind
      )
    }
    if let half = string.halfSurrogate {
      throw .halfSurrogate(path: path, line: line, column: scanner.column(of: half), field: name)
    }
    return string.text
  }

  private struct Field {
    let offset: Int
    let value: JSONScanner.Value
  }
}
