import Dispatch

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

extension RandomStream {
  /// A standard normal number at a position, by the Box-Muller transform.
  public func normal(at index: UInt64) -> Double {
    // Two numbers come from one pair of words; even positions take the cosine, odd ones the sine.
    let (radius, angle) = polar(at: index / 2)
    return radius * (index % 2 == 0 ? cos(angle) : sin(angle))
  }

  /// Standard normal numbers at positions `0..<count`.
  ///
  /// Many are drawn on all processors; each depends on its position alone, so the numbers are the same.
  public func normals(count: Int) -> [Double] {
    drawn(count) { $0 }
  }

  /// Normal numbers of mean 0 at positions `0..<count`, in single precision.
  ///
  /// - Parameters:
  ///   - count: How many.
  ///   - deviation: Their standard deviation, by which ``normals(count:)`` are multiplied before rounding.
  /// - Returns: The numbers.
  public func normals(count: Int, deviation: Double) -> [Float] {
    drawn(count) { Float($0 * deviation) }
  }

  private func drawn<Number: Sendable>(
    _ count: Int,
    _ number: @Sendable (Double) -> Number
  ) -> [Number] {
    [Number](unsafeUninitializedCapacity: count) { numbers, initializedCount in
      let (pairs, share) = (count / 2, 1 << 14)
      // Shares do not overlap, so that each place is written by one thread.
      nonisolated(unsafe) let places = numbers
      let shareCount = (pairs + share - 1) / share
      DispatchQueue.concurrentPerform(iterations: shareCount) { index in
        for pair in index * share..<min((index + 1) * share, pairs) {
          let (radius, angle) = polar(at: UInt64(pair))
          places.initializeElement(at: 2 * pair, to: number(radius * cos(angle)))
          places.initializeElement(at: 2 * pair + 1, to: number(radius * sin(angle)))
        }
      }
      if count % 2 == 1 {
        numbers.initializeElement(at: count - 1, to: number(normal(at: UInt64(count - 1))))
      }
      initializedCount = count
    }
  }

  /// The point of the plane whose coordinates are the normal numbers of a pair.
  private func polar(at pair: UInt64) -> (radius: Double, angle: Double) {
    let bits = word(at: pair)
    let radiusUniform = (Double(UInt32(truncatingIfNeeded: bits)) + 1) * 0x1p-32
    let angle = Double(UInt32(truncatingIfNeeded: bits >> 32)) * 0x1p-32 * 2 * Double.pi
    return ((-2 * log(radiusUniform)).squareRoot(), angle)
  }
}
