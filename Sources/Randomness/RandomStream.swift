/// A named, seeded sequence of random numbers in which every number has an address.
///
/// A seed and a path of names give the key; an index gives the number. Two streams with different
/// names are independent, and how work is split or in which order numbers are asked for changes nothing.
///
/// ```swift
/// let stream = RandomStream(seed: 7).named("layers.attention.query").named("layer 3")
/// let first = stream.word(at: 0)
/// ```
public struct RandomStream: Hashable, Sendable {
  private let function: Threefry

  /// The root stream of a seed.
  public init(seed: UInt64) {
    function = Threefry(
      key: SIMD2(UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32))
    )
  }

  private init(function: Threefry) {
    self.function = function
  }

  /// The two words of the stream's key, for a device that draws from the same stream.
  public var key: SIMD2<UInt32> { function.key }

  /// The stream below this one with the given name.
  public func named(_ name: String) -> RandomStream {
    // FNV-1a over the name (Fowler, Noll and Vo) gives 64 bits; two evaluations mix them with the key.
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
    return indexed(hash)
  }

  /// The stream below this one with the given number, such as a step.
  public func indexed(_ index: UInt64) -> RandomStream {
    let low = function(
      SIMD2(UInt32(truncatingIfNeeded: index), UInt32(truncatingIfNeeded: index >> 32))
    )
    return RandomStream(function: Threefry(key: low))
  }

  /// 64 random bits at a position.
  public func word(at index: UInt64) -> UInt64 {
    let pair = function(
      SIMD2(UInt32(truncatingIfNeeded: index), UInt32(truncatingIfNeeded: index >> 32))
    )
    return UInt64(pair.x) | UInt64(pair.y) << 32
  }

  /// A number in `0..<1` at a position, a multiple of 2⁻⁵³.
  public func uniform(at index: UInt64) -> Double {
    Double(word(at: index) >> 11) * 0x1p-53
  }
}
