#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The standard normal distribution.
package enum NormalDistribution {
  /// The probability of a number above `x`.
  package static func upperTail(_ x: Double) -> Double { erfc(x / 2.0.squareRoot()) / 2 }

  /// The number that is exceeded with the given probability.
  ///
  /// - Parameter probability: Strictly between 0 and 1.
  /// - Returns: The quantile, by bisection to the last digits.
  package static func upperQuantile(_ probability: Double) -> Double {
    precondition(0 < probability && probability < 1, "\(probability) is no tail probability")
    // No double is the tail beyond 39.
    var (low, high) = (-39.0, 39.0)
    while true {
      let middle = (low + high) / 2
      guard low < middle, middle < high else { return middle }
      if upperTail(middle) > probability { low = middle } else { high = middle }
    }
  }
}
