/// A text with the names of fields in double braces, such as `Question: {{question}}`.
struct PromptTemplate: Hashable, Sendable {
  private enum Part: Hashable {
    case text(String)
    case field(String)
  }

  private let parts: [Part]

  /// Reads a template; nil where braces do not close.
  init?(_ text: String) {
    var parts: [Part] = []
    var rest = text[...]
    while let start = rest.firstRange(of: "{{") {
      parts.append(.text(String(rest[..<start.lowerBound])))
      let behind = rest[start.upperBound...]
      guard let end = behind.firstRange(of: "}}") else { return nil }
      let name = behind[..<end.lowerBound].drop(while: \.isWhitespace)
      parts.append(.field(String(name.reversed().drop(while: \.isWhitespace).reversed())))
      rest = behind[end.upperBound...]
    }
    self.parts = (parts + [.text(String(rest))]).filter { $0 != .text("") }
  }

  /// The field, where the template is nothing but one.
  var onlyField: String? {
    guard parts.count == 1, case .field(let name) = parts[0] else { return nil }
    return name
  }

  /// The text of a record.
  func text(of record: TaskRecord) throws(EvaluationError) -> String {
    var text = ""
    for part in parts {
      switch part {
      case .text(let piece): text += piece
      case .field(let name):
        let value = try record.value(name)
        guard let piece = value.text else {
          throw record.problem("\(name) needs to be a text or a number; got \(value.kind)")
        }
        text += piece
      }
    }
    return text
  }

  /// The texts of a record, where the template is one field that holds a list; else its one text.
  func texts(of record: TaskRecord) throws(EvaluationError) -> [String] {
    guard let name = onlyField, case .list(let values) = try record.value(name) else {
      return [try text(of: record)]
    }
    var texts: [String] = []
    for value in values {
      guard let text = value.text else {
        throw record.problem("\(name) needs texts or numbers in its list; got \(value.kind)")
      }
      texts.append(text)
    }
    return texts
  }
}
