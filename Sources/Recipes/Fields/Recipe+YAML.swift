extension Recipe {
  /// The recipe as YAML: every field, in one fixed order.
  ///
  /// Equal recipes give equal texts, and reading the text gives an equal recipe.
  public func yamlText() -> String {
    var text = ""
    var open: [String] = []
    for field in Recipe.fields {
      let sections = Array(field.path.dropLast())
      let shared = zip(open, sections).prefix { $0 == $1 }.count
      for level in shared..<sections.count {
        text += String(repeating: "  ", count: level) + sections[level] + ":\n"
      }
      open = sections
      text += String(repeating: "  ", count: sections.count)
      text += "\(field.path[sections.count]): \(field.write(self))\n"
    }
    return text
  }
}

/// A number as a YAML value that every reader takes for one: YAML 1.1 asks for a point before an exponent.
func yamlNumber(_ number: Double) -> String {
  let text = "\(number)"
  return text.contains(".") ? text : text.replacing("e", with: ".0e")
}

/// A text as a YAML value that reads back as the same text.
///
/// Plain where no reader could take it for anything else, in double quotes otherwise.
func yamlScalar(_ text: String) -> String {
  let isPlain =
    text.utf8.first.map(isLetterOrSlash) == true && !lookalikes.contains(text.lowercased())
    && text.utf8.allSatisfy { isLetterOrSlash($0) || "0123456789._-".utf8.contains($0) }
  if isPlain { return text }
  var quoted = "\""
  for scalar in text.unicodeScalars {
    switch scalar {
    case "\"", "\\":
      quoted += "\\\(scalar)"
    case "\u{0}"..<" ", "\u{7F}"..."\u{A0}", "\u{2028}"..."\u{2029}", "\u{FEFF}",
      "\u{FFFE}"..."\u{FFFF}":
      let digits = String(scalar.value, radix: 16)
      quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    default:
      quoted.unicodeScalars.append(scalar)
    }
  }
  return quoted + "\""
}

/// Words that some YAML reader takes for a truth value, a number or nothing.
private let lookalikes: Set<String> = [
  "true", "false", "yes", "no", "on", "off", "y", "n", "null",
]

private func isLetterOrSlash(_ byte: UInt8) -> Bool {
  switch byte {
  case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
    UInt8(ascii: "/"):
    true
  default:
    false
  }
}
