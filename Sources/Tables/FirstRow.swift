/// The first row of a table, which may hold the columns' names.
package struct FirstRow {
  private let cells: [String]

  package init(_ cells: [String]) {
    self.cells = cells
  }

  /// Whether the row holds names, words and no numbers; nil for a row of which that cannot be said.
  ///
  /// Numbers and words in one row may be a name that is a year, or a number that is missing or misspelled.
  /// A row that counts from 0 or 1 may be the names that some programs make up.
  package var hasNames: Bool? {
    let contents = cells.map(CellContent.init)
    let numbers = contents.compactMap { content -> Double? in
      if case .number(let number) = content { number } else { nil }
    }
    if numbers.isEmpty { return contents.contains(.words) ? true : nil }
    guard numbers.count == cells.count else { return nil }
    let counts = [0.0, 1].contains { start in
      numbers.enumerated().allSatisfy { $1 == start + Double($0) }
    }
    return counts ? nil : false
  }

  /// Names that are all different: the cells', or the columns' numbers where a cell is empty or none are names.
  package func names(fromCells: Bool) -> [String] {
    let given = cells.map { $0.split(whereSeparator: \.isNewline).joined(separator: " ") }
    return given.enumerated().map { place, name in
      guard fromCells, !name.isEmpty else { return "column \(place + 1)" }
      return given.count { $0 == name } == 1 ? name : "\(name) (column \(place + 1))"
    }
  }
}
