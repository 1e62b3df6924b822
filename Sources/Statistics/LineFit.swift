#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A straight line through points by least squares.
package struct Line: Hashable, Sendable, Codable {
  /// The slope.
  package let slope: Double
  /// The height at 0.
  package let intercept: Double

  /// The line through points; nil where fewer than two lie beside each other.
  ///
  /// - Parameters:
  ///   - x: Numbers.
  ///   - y: As many numbers.
  package init?(x: [Double], y: [Double]) {
    precondition(x.count == y.count, "\(x.count) and \(y.count) numbers")
    guard x.count > 1 else { return nil }
    let count = Double(x.count)
    let (meanX, meanY) = (x.reduce(0, +) / count, y.reduce(0, +) / count)
    let spread = Self.spread(x)
    guard spread > 0 else { return nil }
    slope = zip(x, y).reduce(0) { $0 + ($1.0 - meanX) * ($1.1 - meanY) } / spread
    intercept = meanY - slope * meanX
  }

  /// The height at a place.
  package func callAsFunction(_ x: Double) -> Double { intercept + slope * x }

  /// The squared distances from the mean, summed.
  fileprivate static func spread(_ x: [Double]) -> Double {
    let mean = x.reduce(0, +) / Double(x.count)
    return x.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
  }
}

/// A straight line through points by least squares, with the interval of its slope.
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
    guard let line = Line(x: x, y: y) else {
      preconditionFailure("a line needs points beside each other")
    }
    intercept = line.intercept
    guard x.count > 2 else {
      slope = Estimate(value: line.slope, low: -.infinity, high: .infinity)
      return
    }
    let residual = zip(x, y).reduce(0) { sum, point in
      let difference = point.1 - line.intercept - line.slope * point.0
      return sum + difference * difference
    }
    let degrees = Double(x.count - 2)
    slope = StudentDistribution(degrees: degrees).interval(
      of: line.slope,
      error: (residual / degrees / Line.spread(x)).squareRoot(),
      confidence: confidence
    )
  }

  /// The power law through positive points: a line through their logarithms.
  package static func powerLaw(x: [Double], y: [Double]) -> LineFit {
    LineFit(x: x.map { log($0) }, y: y.map { log($0) })
  }
}
