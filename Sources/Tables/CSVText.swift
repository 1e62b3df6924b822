/// Writes CSV as RFC 4180 has it, but for lines that end in a line feed alone.
package enum CSVText {
  /// Lines of cells, those in quotation marks that need them.
  package static func lines(_ rows: [[String]]) -> String {
    rows.map { $0.map(quoted).joined(separator: ",") + "\n" }.joined()
  }

  /// A cell by its bytes: a mark and an accent behind it are one `Character`.
  private static func quoted(_ cell: String) -> String {
    guard cell.utf8.contains(where: ",\"\r\n".utf8.contains) else { return cell }
    return "\"" + cell.unicodeScalars.map { $0 == "\"" ? "\"\"" : String($0) }.joined() + "\""
  }
}
