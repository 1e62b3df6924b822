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
    let schedule = [key.x, key.y, 0x1BD1_1BDA ^ key.x ^ key.y]
    var x0 = counter.x &+ schedule[0]
    var x1 = counter.y &+ schedule[1]
    for group in 0..<5 {
      for rotation in Self.rotations[group % 2] {
        x0 = x0 &+ x1
        x1 = (x1 << rotation) | (x1 >> (32 - rotation))
        x1 ^= x0
      }
      x0 = x0 &+ schedule[(group + 1) % 3]
      x1 = x1 &+ schedule[(group + 2) % 3] &+ UInt32(group + 1)
    }
    return SIMD2(x0, x1)
  }

  private static let rotations: [[UInt32]] = [[13, 15, 26, 6], [17, 29, 16, 24]]
}
