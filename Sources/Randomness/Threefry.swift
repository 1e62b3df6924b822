/// The counter-based random function Threefry-2x32 with 20 rounds.
///
/// A key and a counter give two words; nothing is stored between calls, so a number depends on its
/// key and its position alone. Source: Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as
/// easy as 1, 2, 3", SC 2011, section 4.2.
public struct Threefry: Hashable, Sendable {
  /// The two words of the key.
  public let key: SIMD2<UInt32>

  /// Creates the function of a key.
  public init(key: SIMD2<UInt32>) {
    self.key = key
  }

  /// The two random words at a position.
  public func callAsFunction(_ counter: SIMD2<UInt32>) -> SIMD2<UInt32> {
    let third = 0x1BD1_1BDA ^ key.x ^ key.y
    var words = counter &+ key
    Self.mix(&words, 13, 15, 26, 6)
    words &+= SIMD2(key.y, third &+ 1)
    Self.mix(&words, 17, 29, 16, 24)
    words &+= SIMD2(third, key.x &+ 2)
    Self.mix(&words, 13, 15, 26, 6)
    words &+= SIMD2(key.x, key.y &+ 3)
    Self.mix(&words, 17, 29, 16, 24)
    words &+= SIMD2(key.y, third &+ 4)
    Self.mix(&words, 13, 15, 26, 6)
    words &+= SIMD2(third, key.x &+ 5)
    return words
  }

  /// Four rounds, each an addition, a rotation by the given number of bits and an exclusive or.
  @inline(__always)
  private static func mix(
    _ words: inout SIMD2<UInt32>,
    _ first: UInt32,
    _ second: UInt32,
    _ third: UInt32,
    _ fourth: UInt32
  ) {
    var (x, y) = (words.x, words.y)
    x &+= y
    y = x ^ (y &<< first | y &>> (32 &- first))
    x &+= y
    y = x ^ (y &<< second | y &>> (32 &- second))
    x &+= y
    y = x ^ (y &<< third | y &>> (32 &- third))
    x &+= y
    y = x ^ (y &<< fourth | y &>> (32 &- fourth))
    words = SIMD2(x, y)
  }
}
