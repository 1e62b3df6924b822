/// Vectors of one length, one behind the other.
struct VectorRows {
  let values: [Double]
  let width: Int

  init(_ values: [Double], width: Int) {
    (self.values, self.width) = (values, width)
  }

  init(_ values: [Float], width: Int) {
    self.init(values.map(Double.init), width: width)
  }

  /// How many vectors.
  var count: Int { values.count / width }

  subscript(row: Int) -> ArraySlice<Double> { values[row * width..<(row + 1) * width] }

  /// The vectors of some places.
  subscript(rows: Range<Int>) -> VectorRows {
    VectorRows(Array(values[rows.lowerBound * width..<rows.upperBound * width]), width: width)
  }

  /// Differences, vector by vector.
  static func - (first: VectorRows, second: VectorRows) -> VectorRows {
    VectorRows(zip(first.values, second.values).map { $0 - $1 }, width: first.width)
  }

  /// Sums, vector by vector.
  static func + (first: VectorRows, second: VectorRows) -> VectorRows {
    VectorRows(zip(first.values, second.values).map { $0 + $1 }, width: first.width)
  }

  /// The vectors with those of the other half in their places, which belong to other tokens.
  var exchangingHalves: VectorRows {
    let middle = count / 2 * width
    return VectorRows(Array(values[middle...] + values[..<middle]), width: width)
  }

  /// The mean cosine with other vectors, each with its own; nil where one of each pair is nothing.
  func meanCosine(with other: VectorRows) -> Double? {
    let cosines = (0..<count).compactMap { Cosine.of(self[$0], other[$0]) }
    return cosines.isEmpty ? nil : cosines.reduce(0, +) / Double(cosines.count)
  }

  /// The mean length of the vectors beside that of others; nil where all of these are nothing.
  func meanLength(beside other: VectorRows) -> Double? {
    let shares = (0..<count).compactMap { row -> Double? in
      let size = Cosine.length(other[row])
      return size > 0 ? Cosine.length(self[row]) / size : nil
    }
    return shares.isEmpty ? nil : shares.reduce(0, +) / Double(shares.count)
  }
}

/// The cosine of the angle between vectors.
enum Cosine {
  /// - Returns: From -1 to 1, or nil where one is nothing.
  static func of(_ first: some Collection<Double>, _ second: some Collection<Double>) -> Double? {
    var (product, squares, otherSquares) = (0.0, 0.0, 0.0)
    for (x, y) in zip(first, second) {
      product += x * y
      squares += x * x
      otherSquares += y * y
    }
    let scale = (squares * otherSquares).squareRoot()
    return scale > 0 ? min(1, max(-1, product / scale)) : nil
  }

  /// The length of a vector.
  static func length(_ vector: some Collection<Double>) -> Double {
    vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
  }
}

/// The mean of those numbers that are there; nil for none.
func mean(_ numbers: some Sequence<Double?>) -> Double? {
  let known = numbers.compactMap { $0 }
  return known.isEmpty ? nil : known.reduce(0, +) / Double(known.count)
}
