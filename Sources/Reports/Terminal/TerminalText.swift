/// Text as a terminal lays it out.
package enum TerminalText {
  /// The columns that a text takes: two for East Asian wide characters and most emoji, none for marks.
  package static func width(_ text: String) -> Int {
    text.reduce(0) { $0 + width($1) }
  }

  /// The text without control characters, which could reach for the terminal, and in ASCII if asked.
  static func plain(_ text: String, characters: TerminalCharacters) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      let isControl =
        scalar.properties.generalCategory == .control
        || scalar.properties.generalCategory == .format
      if isControl {
        result += "?"
      } else if characters == .ascii, !scalar.isASCII {
        result += asciiNames[scalar] ?? "?"
      } else {
        result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// The text cut to a width, with an ellipsis if anything is lost.
  static func fitted(_ text: String, into width: Int, characters: TerminalCharacters) -> String {
    guard Self.width(text) > width else { return text }
    let ellipsis = characters == .unicode ? "…" : "~"
    var result = ""
    for character in text {
      guard Self.width(result) + Self.width(character) < width else { break }
      result.append(character)
    }
    return width > 0 ? result + ellipsis : ""
  }

  /// The text with spaces around it up to a width.
  package static func padded(_ text: String, to width: Int, trailing: Bool = false) -> String {
    let space = String(repeating: " ", count: max(0, width - Self.width(text)))
    return trailing ? space + text : text + space
  }

  /// The lines of a text broken between words; words longer than a line are cut.
  package static func wrapped(
    _ text: String,
    to width: Int,
    characters: TerminalCharacters = .unicode
  ) -> [String] {
    var lines: [String] = []
    for word in text.split(separator: " ") {
      let word = fitted(String(word), into: width, characters: characters)
      if let last = lines.last, Self.width(last) + 1 + Self.width(word) <= width {
        lines[lines.count - 1] = last + " " + word
      } else {
        lines.append(word)
      }
    }
    return lines
  }

  private static func width(_ character: Character) -> Int {
    guard let scalar = character.unicodeScalars.first else { return 0 }
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format: return 0
    default: break
    }
    let wide: [ClosedRange<UInt32>] = [
      0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF,
      0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F900...0x1F9FF,
      0x20000...0x3FFFD,
    ]
    return wide.contains { $0.contains(scalar.value) } ? 2 : 1
  }

  private static let asciiNames: [Unicode.Scalar: String] = [
    "–": "-", "−": "-", "×": "x", "±": "+-", "…": "...", "\u{202F}": " ", "·": "-",
  ]
}
