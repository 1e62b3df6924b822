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
    let bits = word(at: index / 2)
    let radiusUniform = (Double(UInt32(truncatingIfNeeded: bits)) + 1) * 0x1p-32
    let angle = Double(UInt32(truncatingIfNeeded: bits >> 32)) * 0x1p-32 * 2 * Double.pi
    let radius = (-2 * log(radiusUniform)).squareRoot()
    return radius * (index % 2 == 0 ? cos(angle) : sin(angle))
  }

  /// Standard normal numbers at positions `0..<count`.
  public func normals(count: Int) -> [Double] {
    (0..<UInt64(count)).map(normal(at:))
  }
}
