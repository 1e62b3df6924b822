/// What can be wrong with a CSV file's marks.
package enum CSVError: Error, Hashable, Sendable, CustomStringConvertible {
  /// A quotation mark opens a cell that does not end.
  case openQuote(file: String, line: Int)
  /// Something stands between the quotation mark that ends a cell and the next separator.
  case textBehindQuote(file: String, line: Int, cell: String)

  /// One sentence: where, what was needed, what to do.
  package var description: String {
    switch self {
    case .openQuote(let file, let line):
      "\(file):\(line): a quotation mark opens a cell here and none ends it; a mark inside a cell is "
        + "written twice"
    case .textBehindQuote(let file, let line, let cell):
      "\(file):\(line): needs a separator behind the quotation mark that ends \(cell.shown); a mark inside "
        + "a cell is written twice"
    }
  }
}

extension String {
  /// A cell in quotation marks, without the most of a long one.
  package var shown: String { (count > 40 ? prefix(40) + "…" : self).debugDescription }
}
