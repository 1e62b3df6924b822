/// What a cell holds.
package enum CellContent: Equatable {
  case number(Double)
  /// Nothing, or what other programs write for a missing number.
  case missing
  case words

  package init(_ cell: String) {
    let text = String(cell.lowercased().trimmed)
    if Self.missingWords.contains(text) {
      self = .missing
    } else if let number = Double(text), Self.isDecimal(text) {
      self = .number(number)
    } else {
      self = .words
    }
  }

  private static let missingWords: Set = [
    "", "na", "n/a", "null", "none", "?", "-", ".", "#n/a", "#na", "<na>",
  ]

  /// Whether a text is not one of the numbers that only Swift reads, such as 0x1F.
  private static func isDecimal(_ text: String) -> Bool {
    let rest = text.drop { "+-".contains($0) }
    return ["inf", "infinity", "nan"].contains(rest)
      || rest.allSatisfy { "0123456789.e+-".contains($0) }
  }
}
