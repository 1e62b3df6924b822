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
  public func normals(count: Int) -> [Double] {
    var numbers: [Double] = []
    numbers.reserveCapacity(count)
    for pair in 0..<UInt64(count / 2) {
      let (radius, angle) = polar(at: pair)
      numbers.append(radius * cos(angle))
      numbers.append(radius * sin(angle))
    }
    if count % 2 == 1 { numbers.append(normal(at: UInt64(count - 1))) }
    return numbers
  }

  /// The point of the plane whose coordinates are the normal numbers of a pair.
  private func polar(at pair: UInt64) -> (radius: Double, angle: Double) {
    let bits = word(at: pair)
    let radiusUniform = (Double(UInt32(truncatingIfNeeded: bits)) + 1) * 0x1p-32
    let angle = Double(UInt32(truncatingIfNeeded: bits >> 32)) * 0x1p-32 * 2 * Double.pi
    return ((-2 * log(radiusUniform)).squareRoot(), angle)
  }
}
