#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The counts that so many independent trials of one probability have but for a given chance of being wrong.
///
/// Both tails are summed term by term, so the bounds are exact up to rounding.
///
/// - Parameters:
///   - trials: How many trials.
///   - probability: The probability of one, between 0 and 1.
///   - chance: At most this much probability lies outside, on each side.
/// - Returns: The shortest range that leaves no more outside on either side.
public func binomialBounds(
  trials: Int,
  probability: Double,
  chance: Double = 1e-9
) -> ClosedRange<Int> {
  precondition(probability > 0 && probability < 1, "needs a probability between 0 and 1")
  func mass(_ count: Int) -> Double {
    let choices =
      lgamma(Double(trials + 1)) - lgamma(Double(count + 1)) - lgamma(Double(trials - count + 1))
    return exp(
      choices + Double(count) * log(probability) + Double(trials - count) * log1p(-probability)
    )
  }
  var (low, high, below, above) = (0, trials, mass(0), mass(trials))
  while below <= chance {
    low += 1
    below += mass(low)
  }
  while above <= chance {
    high -= 1
    above += mass(high)
  }
  return low...high
}
