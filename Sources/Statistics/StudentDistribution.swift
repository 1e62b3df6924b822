#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Student's t distribution, for intervals of means and slopes.
package struct StudentDistribution: Hashable, Sendable {
  /// The degrees of freedom, positive.
  package let degrees: Double

  package init(degrees: Double) {
    precondition(degrees > 0, "a t distribution needs positive degrees of freedom, not \(degrees)")
    self.degrees = degrees
  }

  /// The probability of a number above `t`.
  ///
  /// For t ≥ 0 it is half the regularised incomplete beta function of `ν/(ν + t²)` with ν/2 and 1/2.
  package func upperTail(of t: Double) -> Double {
    let half = 0.5 * Self.incompleteBeta(degrees / (degrees + t * t), degrees / 2, 0.5)
    return t >= 0 ? half : 1 - half
  }

  /// The number that is exceeded with the given probability.
  ///
  /// - Parameter probability: Strictly between 0 and 1.
  /// - Returns: The quantile, to about fourteen digits.
  package func upperQuantile(_ probability: Double) -> Double {
    precondition(0 < probability && probability < 1, "\(probability) is no tail probability")
    var (low, high) = (-1.0, 1.0)
    while upperTail(of: low) < probability { low *= 2 }
    while upperTail(of: high) > probability { high *= 2 }
    for _ in 0..<200 where high - low > 1e-14 * max(1, abs(high)) {
      let middle = (low + high) / 2
      if upperTail(of: middle) > probability { low = middle } else { high = middle }
    }
    return (low + high) / 2
  }

  /// The probability of a number at least as far from 0, on either side.
  package func bothTails(of t: Double) -> Double {
    2 * upperTail(of: abs(t))
  }

  /// The interval of an estimate with a standard error that has these degrees of freedom.
  package func interval(of value: Double, error: Double, confidence: Double) -> Estimate {
    let half = upperQuantile((1 - confidence) / 2) * error
    return Estimate(value: value, low: value - half, high: value + half)
  }

  /// The regularised incomplete beta function, by its continued fraction (Lentz's method).
  private static func incompleteBeta(_ x: Double, _ a: Double, _ b: Double) -> Double {
    if x <= 0 { return 0 }
    if x >= 1 { return 1 }
    // The fraction converges quickly below the mean only; above it, the mirror image is computed.
    if x > (a + 1) / (a + b + 2) { return 1 - incompleteBeta(1 - x, b, a) }
    let scale = lgamma(a + b) - lgamma(a) - lgamma(b)
    let front = exp(scale + a * log(x) + b * log1p(-x)) / a
    var (fraction, c, d) = (1.0, 1.0, 0.0)
    for term in 0..<500 {
      let m = Double(term / 2)
      let numerator: Double
      if term == 0 {
        numerator = 1
      } else if term.isMultiple(of: 2) {
        numerator = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
      } else {
        numerator = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
      }
      d = 1 / (1 + numerator * d)
      c = 1 + numerator / c
      fraction *= c * d
      if abs(1 - c * d) < 1e-16 { break }
    }
    return front * (fraction - 1)
  }
}
