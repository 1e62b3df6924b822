#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

// The two passes over a row of scores or logits that weights need. They are functions of their own: what the exponential's
// loop keeps in registers is then set up once a row.

/// The greatest of some elements; minus infinity if there are none.
@inline(never)
func greatestElement(_ values: ConstRealPointer, _ count: Int) -> Real {
  var greatest = Vector(repeating: -.infinity)
  let whole = count / laneCount * laneCount
  for place in stride(from: 0, to: whole, by: laneCount) {
    greatest = greater(greatest, (values + place).vector)
  }
  var maximum = greatestLane(greatest)
  for place in whole..<count { maximum = max(maximum, values[place]) }
  return maximum
}

/// Replaces elements by the exponentials of their distances from a number.
///
/// - Returns: The sum of the exponentials.
@inline(never) @discardableResult
func exponentiate(_ values: RealPointer, _ count: Int, minus maximum: Real) -> Real {
  let subtrahend = Vector(repeating: maximum)
  var sum = Vector.zero
  let whole = count / laneCount * laneCount
  for place in stride(from: 0, to: whole, by: laneCount) {
    let value = exponential((values + place).vector - subtrahend)
    (values + place).vector = value
    sum += value
  }
  var total = sum.sum()
  for place in whole..<count {
    values[place] = exp(values[place] - maximum)
    total += values[place]
  }
  return total
}
