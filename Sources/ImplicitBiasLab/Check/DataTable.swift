import Tables

/// Numbers from a CSV file: features, and a column of targets or labels.
package struct DataTable: Hashable, Sendable {
  private let table: NumberTable

  /// The names of the features.
  package var columns: [String] { table.columns }
  /// The name of the target.
  package var target: String { table.target }
  /// The features of each row.
  package var rows: [[Double]] { table.rows }
  package var targets: [Double] { table.targets }

  // Fewer rows leave next to none to be held out.
  private static let form = NumberTable.Form(targets: "targets", fewestRows: 10, bound: 1e150)

  /// Reads a file whole and checks all of it; see `NumberTable`.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - target: The column of targets; the last one if nil.
  ///   - hasNames: Whether the first row holds the columns' names; nil to look.
  /// - Returns: The table.
  /// - Throws: ``DataError`` for the first thing that is wrong.
  package static func read(
    path: String,
    target: String? = nil,
    hasNames: Bool? = nil
  ) throws(DataError) -> DataTable {
    let table: NumberTable
    do {
      table = try NumberTable(path: path, form, target: target, hasNames: hasNames)
    } catch {
      throw .table(error)
    }
    return try DataTable(table)
  }

  /// Reads a table from text; the file's name is for messages.
  init(text: String, file: String) throws(DataError) {
    let table: NumberTable
    do { table = try NumberTable(text: text, file: file, Self.form) } catch { throw .table(error) }
    try self.init(table)
  }

  private init(_ table: NumberTable) throws(DataError) {
    do { try table.checkRowCount() } catch { throw .table(error) }
    self.table = table
    for (place, name) in columns.enumerated() where Set(rows.map { $0[place] }).count == 1 {
      throw .constantColumn(file: table.file, column: name)
    }
    if Set(targets).count == 1 { throw .constantColumn(file: table.file, column: target) }
  }
}
