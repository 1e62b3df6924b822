/// The exponential of each lane.
///
/// `exp(x) = 2ⁿ exp(r)` with `n` the nearest integer to `x / log 2`, so that `|r| ≤ log(2) / 2`; `log 2` is
/// subtracted in two parts, of which the first times `n` is exact. Adding a large number rounds to
/// an integer and leaves it in the low bits of the sum, from where it is shifted into the exponent:
/// rounding and conversion instructions would run lane by lane. Arguments are clamped to the range
/// in which the result is a normal number. The largest relative error is about that of the type.
@inline(__always)
func exponential(_ argument: Vector) -> Vector {
  let least = Vector(repeating: ExponentialConstants.least)
  let greatest = Vector(repeating: ExponentialConstants.greatest)
  var x = argument.replacing(with: least, where: argument .< least)
  x = x.replacing(with: greatest, where: x .> greatest)
  let magic = Vector(repeating: ExponentialConstants.magic)
  let shifted = magic.addingProduct(x, Vector(repeating: ExponentialConstants.inverseLog2))
  let n = shifted - magic
  var r = x.addingProduct(n, Vector(repeating: -ExponentialConstants.log2High))
  r = r.addingProduct(n, Vector(repeating: -ExponentialConstants.log2Low))
  return scaled(exponentialOfSmall(r), byPowersIn: shifted)
}

#if KERNEL_DOUBLE
private enum ExponentialConstants {
  static let least: Real = -708
  static let greatest: Real = 709
  static let magic: Real = 0x1.8p52
  static let inverseLog2: Real = 0x1.71547652b82fep0
  static let log2High: Real = 0x1.62e42feep-1
  static let log2Low: Real = 0x1.a39ef35793c76p-33
}

/// The Taylor polynomial of degree 13, whose remainder for `|r| ≤ 0.347` is below 10⁻¹⁶.
@inline(__always)
private func exponentialOfSmall(_ r: Vector) -> Vector {
  var sum = Vector(repeating: 1 / 6_227_020_800)
  sum = Vector(repeating: 1 / 479_001_600).addingProduct(sum, r)
  sum = Vector(repeating: 1 / 39_916_800).addingProduct(sum, r)
  sum = Vector(repeating: 1 / 3_628_800).addingProduct(sum, r)
  sum = Vector(repeating: 1 / 362_880).addingProduct(sum, r)
  sum = Vector(repeating: 1 / 40_320).addingProduct(sum, r)
  sum = Vector(repeating: 1 / 5_040).addingProduct(sum, r)
  sum = Vector(repeating: 1 / 720).addingProduct(sum, r)
  sum = Vector(repeating: 1 / 120).addingProduct(sum, r)
  sum = Vector(repeating: 1 / 24).addingProduct(sum, r)
  sum = Vector(repeating: 1 / 6).addingProduct(sum, r)
  sum = Vector(repeating: 0.5).addingProduct(sum, r)
  sum = Vector(repeating: 1).addingProduct(sum, r)
  return Vector(repeating: 1).addingProduct(sum, r)
}

@inline(__always)
private func scaled(_ value: Vector, byPowersIn shifted: Vector) -> Vector {
  let powers = unsafeBitCast(shifted, to: SIMD8<UInt64>.self) &<< 52
  return unsafeBitCast(unsafeBitCast(value, to: SIMD8<UInt64>.self) &+ powers, to: Vector.self)
}
#else
private enum ExponentialConstants {
  static let least: Real = -87.3
  static let greatest: Real = 88.3
  static let magic: Real = 0x1.8p23
  static let inverseLog2: Real = 0x1.715476p0
  static let log2High: Real = 0x1.62e4p-1
  static let log2Low: Real = 0x1.7f7d1cp-20
}

/// The Taylor polynomial of degree 7, whose remainder for `|r| ≤ 0.347` is below 10⁻⁸.
@inline(__always)
private func exponentialOfSmall(_ r: Vector) -> Vector {
  var sum = Vector(repeating: 1 / 5_040)
  sum = Vector(repeating: 1 / 720).addingProduct(sum, r)
  sum = Vector(repeating: 1 / 120).addingProduct(sum, r)
  sum = Vector(repeating: 1 / 24).addingProduct(sum, r)
  sum = Vector(repeating: 1 / 6).addingProduct(sum, r)
  sum = Vector(repeating: 0.5).addingProduct(sum, r)
  sum = Vector(repeating: 1).addingProduct(sum, r)
  return Vector(repeating: 1).addingProduct(sum, r)
}

@inline(__always)
private func scaled(_ value: Vector, byPowersIn shifted: Vector) -> Vector {
  typealias Bits = SIMDBits
  let powers = unsafeBitCast(shifted, to: Bits.self) &<< 23
  return unsafeBitCast(unsafeBitCast(value, to: Bits.self) &+ powers, to: Vector.self)
}

#if KERNEL_512
private typealias SIMDBits = SIMD16<UInt32>
#elseif KERNEL_256
private typealias SIMDBits = SIMD8<UInt32>
#else
private typealias SIMDBits = SIMD4<UInt32>
#endif
#endif
