/// The affine map that is nearest, in squares, to a function that is known at some vectors.
struct AffineFit {
  /// A row for each coordinate of the input, and one for the constant.
  private let weights: [[Double]]

  /// Fits a map.
  ///
  /// Nil where there are fewer vectors than numbers to find for each output.
  ///
  /// - Parameters:
  ///   - inputs: The vectors.
  ///   - outputs: The function's values at them.
  init?(_ inputs: VectorRows, _ outputs: VectorRows) {
    let (count, size) = (inputs.count, inputs.width + 1)
    guard count > size else { return nil }
    var square = [Double](repeating: 0, count: size * size)
    var right = [Double](repeating: 0, count: size * outputs.width)
    for row in 0..<count {
      let input = Array(inputs[row]) + [1]
      let output = Array(outputs[row])
      for i in 0..<size {
        let factor = input[i]
        for j in 0...i { square[i * size + j] += factor * input[j] }
        for j in output.indices { right[i * outputs.width + j] += factor * output[j] }
      }
    }
    // As little as rounding needs, so that directions in which no input lies have a solution.
    let trace = (0..<size).reduce(0) { $0 + square[$1 * size + $1] }
    for i in 0..<size { square[i * size + i] += 1e-12 * trace / Double(size) }
    guard let solution = Self.solved(square, right, size, outputs.width) else { return nil }
    weights = (0..<size).map { Array(solution[$0 * outputs.width..<($0 + 1) * outputs.width]) }
  }

  /// The map's values.
  func callAsFunction(_ inputs: VectorRows) -> VectorRows {
    let width = weights[0].count
    var values: [Double] = []
    values.reserveCapacity(inputs.count * width)
    for row in 0..<inputs.count {
      var output = weights[inputs.width]
      for (factor, line) in zip(inputs[row], weights) {
        for j in output.indices { output[j] += factor * line[j] }
      }
      values += output
    }
    return VectorRows(values, width: width)
  }

  /// Solves a symmetric positive system by Cholesky's factorisation of the lower triangle.
  private static func solved(
    _ square: [Double],
    _ right: [Double],
    _ size: Int,
    _ width: Int
  ) -> [Double]? {
    var (factor, solution) = (square, right)
    for j in 0..<size {
      var pivot = factor[j * size + j]
      for k in 0..<j { pivot -= factor[j * size + k] * factor[j * size + k] }
      guard pivot > 0 else { return nil }
      factor[j * size + j] = pivot.squareRoot()
      for i in j + 1..<size {
        var sum = factor[i * size + j]
        for k in 0..<j { sum -= factor[i * size + k] * factor[j * size + k] }
        factor[i * size + j] = sum / factor[j * size + j]
      }
    }
    func reduce(_ row: Int, by other: Int, times scale: Double) {
      for column in 0..<width {
        solution[row * width + column] -= scale * solution[other * width + column]
      }
    }
    func divide(_ row: Int) {
      for column in 0..<width { solution[row * width + column] /= factor[row * size + row] }
    }
    for row in 0..<size {
      for other in 0..<row { reduce(row, by: other, times: factor[row * size + other]) }
      divide(row)
    }
    for row in (0..<size).reversed() {
      for other in row + 1..<size { reduce(row, by: other, times: factor[other * size + row]) }
      divide(row)
    }
    return solution
  }
}

/// How far a function is an affine map, on vectors that the map was not fitted on.
struct Linearity {
  /// The share of the outputs' variance that the map explains; nil for outputs without any.
  let determination: Double?
  /// The mean cosine between outputs and what the map makes of their inputs.
  let cosine: Double?

  /// Fits on the first half of the vectors and looks at the second.
  init?(_ inputs: VectorRows, _ outputs: VectorRows) {
    let middle = inputs.count / 2
    guard let fit = AffineFit(inputs[0..<middle], outputs[0..<middle]) else { return nil }
    let expected = outputs[middle..<inputs.count]
    let found = fit(inputs[middle..<inputs.count])
    cosine = expected.meanCosine(with: found)
    let means = (0..<expected.width).map { column in
      stride(from: column, to: expected.values.count, by: expected.width)
        .reduce(0) { $0 + expected.values[$1] } / Double(expected.count)
    }
    let spread = expected.values.enumerated().reduce(0) { sum, value in
      let distance = value.element - means[value.offset % expected.width]
      return sum + distance * distance
    }
    let left = (expected - found).values.reduce(0) { $0 + $1 * $1 }
    determination = spread > 0 ? 1 - left / spread : nil
  }
}
