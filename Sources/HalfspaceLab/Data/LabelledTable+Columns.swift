extension LabelledTable {
  /// Looks for columns with which any answer would be worthless, in their order.
  ///
  /// - Parameter file: The table's file, for messages.
  /// - Throws: ``HalfspaceError`` for the first one.
  func checkColumns(file: String) throws(HalfspaceError) {
    let features = columns.indices.map { axis in rows.map { $0[axis] } }
    for (axis, feature) in features.enumerated() {
      let name = columns[axis]
      let values = Set(feature)
      if values.count == 1 { throw .constantColumn(file: file, column: name) }
      if Self.numbersRows(feature, values) { throw .indexColumn(file: file, column: name) }
      if let other = features[..<axis].firstIndex(of: feature) {
        throw .repeatedColumn(file: file, column: name, other: columns[other])
      }
      if values.count == 2, Set(zip(feature, labels).map { [$0, $1] }).count == 2 {
        throw .labelsAgain(file: file, column: name)
      }
      let largest = feature.reduce(0) { max($0, abs($1)) }
      guard (1e-250...1e250).contains(largest) else {
        throw .scaleOutOfRange(file: file, column: name, largest: largest)
      }
    }
  }

  /// Whether numbers rise or fall by the same amount from row to row, or are consecutive whole numbers in
  /// another order.
  private static func numbersRows(_ feature: [Double], _ values: Set<Double>) -> Bool {
    guard values.count == feature.count, let least = values.min(), let most = values.max() else {
      return false
    }
    let steps = Set(zip(feature, feature.dropFirst()).map { $1 - $0 })
    if steps.count == 1 { return true }
    return most - least == Double(feature.count - 1) && values.allSatisfy { $0 == $0.rounded() }
  }
}
