/// A dense matrix of doubles; a vector is an array.
package struct Matrix: Hashable, Sendable {
  package let rowCount: Int
  package let columnCount: Int
  /// The numbers, row after row.
  package private(set) var elements: [Double]

  /// A matrix of given numbers.
  ///
  /// - Parameters:
  ///   - rowCount: How many rows.
  ///   - columnCount: How many columns.
  ///   - elements: Row after row; another count than that of the places is a programming error.
  package init(rowCount: Int, columnCount: Int, elements: [Double]) {
    precondition(elements.count == rowCount * columnCount, "a matrix needs a number a place")
    self.rowCount = rowCount
    self.columnCount = columnCount
    self.elements = elements
  }

  /// A matrix of zeros.
  package init(zeros rowCount: Int, _ columnCount: Int) {
    self.init(
      rowCount: rowCount,
      columnCount: columnCount,
      elements: [Double](repeating: 0, count: rowCount * columnCount)
    )
  }

  /// A matrix of rows of one length.
  package init(rows: [[Double]]) {
    precondition(Set(rows.map(\.count)).count <= 1, "rows need one length")
    self.init(
      rowCount: rows.count,
      columnCount: rows.first?.count ?? 0,
      elements: rows.flatMap(\.self)
    )
  }

  /// A square matrix with numbers on its diagonal.
  package init(diagonal: [Double]) {
    self.init(zeros: diagonal.count, diagonal.count)
    for (place, number) in diagonal.enumerated() { self[place, place] = number }
  }

  package subscript(row: Int, column: Int) -> Double {
    get { elements[row * columnCount + column] }
    set { elements[row * columnCount + column] = newValue }
  }

  package func row(_ row: Int) -> [Double] {
    Array(elements[row * columnCount..<(row + 1) * columnCount])
  }

  /// The rows of a range, as a matrix.
  package func rows(_ rows: Range<Int>) -> Matrix {
    Matrix(
      rowCount: rows.count,
      columnCount: columnCount,
      elements: Array(elements[rows.lowerBound * columnCount..<rows.upperBound * columnCount])
    )
  }

  package func column(_ column: Int) -> [Double] { (0..<rowCount).map { self[$0, column] } }

  package var transposed: Matrix {
    Matrix(rows: (0..<columnCount).map { column($0) })
  }

  /// The sum of the diagonal.
  package var trace: Double { (0..<min(rowCount, columnCount)).reduce(0) { $0 + self[$1, $1] } }

  /// The square root of the sum of all squares.
  package var frobeniusNorm: Double { elements.norm }

  /// A matrix of what a function makes of each number.
  package func map(_ function: (Double) -> Double) -> Matrix {
    Matrix(rowCount: rowCount, columnCount: columnCount, elements: elements.map(function))
  }
}
