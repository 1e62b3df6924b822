import Tables

/// Points with labels from a CSV file.
package struct LabelledTable: Hashable, Sendable {
  /// The names of the features.
  package var columns: [String]
  /// The features of each row.
  package var rows: [[Double]]
  /// -1 or 1 for each row.
  package var labels: [Double]

  package init(columns: [String], rows: [[Double]], labels: [Double]) {
    self.columns = columns
    self.rows = rows
    self.labels = labels
  }

  private static let form = NumberTable.Form(
    targets: "labels",
    // Fewer say nothing about a law.
    fewestRows: 100,
    featureLimit: HalfspaceLaboratory.Size.largestDimension
  )

  /// Reads a file whole and checks all of it; see `NumberTable`.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - labelColumn: The column of labels, -1 and 1 or 0 and 1; the last one if nil.
  ///   - hasNames: Whether the first row holds the columns' names; nil to look.
  /// - Returns: The table.
  /// - Throws: ``HalfspaceError`` for the first thing that is wrong.
  package static func read(
    path: String,
    labelColumn: String? = nil,
    hasNames: Bool? = nil
  ) throws(HalfspaceError) -> LabelledTable {
    let numbers: NumberTable
    do {
      numbers = try NumberTable(path: path, form, target: labelColumn, hasNames: hasNames)
    } catch {
      throw .table(error)
    }
    return try LabelledTable(numbers)
  }

  /// Reads a table from text; the file's name is for messages.
  init(
    text: String,
    file: String,
    labelColumn: String?,
    hasNames: Bool? = nil
  ) throws(HalfspaceError) {
    let numbers: NumberTable
    do {
      numbers = try NumberTable(
        text: text,
        file: file,
        Self.form,
        target: labelColumn,
        hasNames: hasNames
      )
    } catch {
      throw .table(error)
    }
    try self.init(numbers)
  }

  /// Takes a table's targets for labels.
  private init(_ table: NumberTable) throws(HalfspaceError) {
    // The label that is not 1, -1 or 0, once one was seen.
    var low: Double?
    for (place, label) in table.targets.enumerated() where label != 1 {
      guard label == 0 || label == -1, label == low ?? label else {
        throw .notALabel(
          file: table.file,
          line: table.lines[place],
          column: table.target,
          found: table.targetCells[place]
        )
      }
      low = label
    }
    do { try table.checkRowCount() } catch { throw .table(error) }
    guard low != nil, table.targets.contains(1) else {
      let label = low.map { "\(Int($0))" } ?? "1"
      throw .oneClass(file: table.file, column: table.target, label: label)
    }
    self.init(
      columns: table.columns,
      rows: table.rows,
      labels: table.targets.map { $0 == 1 ? 1 : -1 }
    )
  }
}
