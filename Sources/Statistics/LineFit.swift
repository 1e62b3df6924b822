#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A straight line through points by least squares.
package struct LineFit: Hashable, Sendable {
  /// The slope with its t-interval; through two points the interval is all numbers.
  package let slope: Estimate
  /// The height at 0.
  package let intercept: Double

  /// Fits a line.
  ///
  /// - Parameters:
  ///   - x: At least two numbers that are not all equal.
  ///   - y: As many numbers.
  ///   - confidence: The share of intervals that cover the slope.
  package init(x: [Double], y: [Double], confidence: Double = 0.95) {
    precondition(x.count == y.count && x.count > 1, "a line needs two points")
    let count = Double(x.count)
    let (meanX, meanY) = (x.reduce(0, +) / count, y.reduce(0, +) / count)
    let spread = x.reduce(0) { $0 + ($1 - meanX) * ($1 - meanX) }
    precondition(spread > 0, "a line needs points beside each other")
    let slope = zip(x, y).reduce(0) { $0 + ($1.0 - meanX) * ($1.1 - meanY) } / spread
    let intercept = meanY - slope * meanX
    let residual = zip(x, y).reduce(0) { sum, point in
      let difference = point.1 - intercept - slope * point.0
      return sum + difference * difference
    }
    self.intercept = intercept
    guard x.count > 2 else {
      self.slope = Estimate(value: slope, low: -.infinity, high: .infinity)
      return
    }
    self.slope = StudentDistribution(degrees: count - 2).interval(
      of: slope,
      error: (residual / (count - 2) / spread).squareRoot(),
      confidence: confidence
    )
  }

  /// The power law through positive points: a line through their logarithms.
  package static func powerLaw(x: [Double], y: [Double]) -> LineFit {
    LineFit(x: x.map { log($0) }, y: y.map { log($0) })
  }
}
