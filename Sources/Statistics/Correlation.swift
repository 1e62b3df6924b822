/// How far two lists of numbers go together.
package enum Correlation {
  /// Pearson's coefficient: the covariance over the product of the deviations.
  ///
  /// - Parameters:
  ///   - first: Numbers.
  ///   - second: As many numbers.
  /// - Returns: From -1 to 1, or nil where either list is constant or has fewer than two numbers.
  package static func pearson(_ first: [Double], _ second: [Double]) -> Double? {
    precondition(first.count == second.count, "\(first.count) and \(second.count) numbers")
    guard first.count > 1 else { return nil }
    let count = Double(first.count)
    let (meanFirst, meanSecond) = (first.reduce(0, +) / count, second.reduce(0, +) / count)
    var (product, squaresFirst, squaresSecond) = (0.0, 0.0, 0.0)
    for (x, y) in zip(first, second) {
      product += (x - meanFirst) * (y - meanSecond)
      squaresFirst += (x - meanFirst) * (x - meanFirst)
      squaresSecond += (y - meanSecond) * (y - meanSecond)
    }
    let scale = (squaresFirst * squaresSecond).squareRoot()
    guard scale > 0 else { return nil }
    return min(1, max(-1, product / scale))
  }

  /// Spearman's coefficient: Pearson's of the ranks; equal numbers share the mean of their ranks.
  ///
  /// - Parameters:
  ///   - first: Numbers.
  ///   - second: As many numbers.
  /// - Returns: From -1 to 1, or nil where either list is constant or has fewer than two numbers.
  package static func spearman(_ first: [Double], _ second: [Double]) -> Double? {
    pearson(ranks(first), ranks(second))
  }

  /// The ranks of numbers from 1 on; equal numbers share the mean of theirs.
  static func ranks(_ numbers: [Double]) -> [Double] {
    let order = numbers.indices.sorted { numbers[$0] < numbers[$1] }
    var ranks = [Double](repeating: 0, count: numbers.count)
    var start = 0
    while start < order.count {
      var end = start + 1
      while end < order.count, numbers[order[end]] == numbers[order[start]] { end += 1 }
      // Places start + 1 to end.
      let mean = Double(start + 1 + end) / 2
      for place in start..<end { ranks[order[place]] = mean }
      start = end
    }
    return ranks
  }
}
