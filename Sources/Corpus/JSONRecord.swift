/// The two fields of a JSON record that a corpus needs.
///
/// Of a name that is given twice the last one counts, as for Python and jq.
struct JSONRecord {
  let text: String
  let source: String?

  /// Reads a line.
  ///
  /// - Parameters:
  ///   - bytes: The line without its line break, valid UTF-8.
  ///   - path: The file's, for messages.
  ///   - line: The line's number, for messages.
  ///   - textField: The name of the field with the text.
  ///   - sourceField: The name of the field with the source.
  /// - Throws: ``TextError``, with the place in the file.
  init(
    _ bytes: ArraySlice<UInt8>,
    path: String,
    line: Int,
    textField: String,
    sourceField: String
  ) throws(TextError) {
    var scanner = JSONScanner(bytes)
    var (text, source): (Field?, Field?)
    var names: [String] = []
    do {
      try scanner.object { scanner, name throws(JSONScanner.Problem) in
        let isText = name?.unicodeScalars.elementsEqual(textField.unicodeScalars) == true
        let isSource = name?.unicodeScalars.elementsEqual(sourceField.unicodeScalars) == true
        guard isText || isSource else {
          if let name { names.append(name) }
          return try scanner.skipValue()
        }
        let field = Field(offset: scanner.valueOffset(), value: try scanner.value())
        if isText { text = field }
        if isSource { source = field }
      }
    } catch {
      throw .malformedJSON(
        path: path,
        line: line,
        column: scanner.column(of: error.offset),
        reason: error.reason
      )
    }

    func string(_ field: Field, _ name: String) throws(TextError) -> String {
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
    guard let text else {
      throw .missingField(path: path, line: line, field: textField, found: names)
    }
    self.text = try string(text, textField)
    if let source, !source.value.isNull {
      self.source = try string(source, sourceField)
    } else {
      self.source = nil
    }
  }

  private struct Field {
    let offset: Int
    let value: JSONScanner.Value
  }
}
