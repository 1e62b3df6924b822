import Randomness

/// A permutation of `0..<count` that is looked up, not stored.
///
/// A Feistel network permutes the numbers of the smallest even number of bits that holds `count`; a
/// result outside the range is put through the network again until it falls inside ("cycle walking"),
/// which leaves a permutation of the range. Sources: Luby and Rackoff, "How to construct pseudorandom
/// permutations", 1988; Black and Rogaway, "Ciphers with arbitrary finite domains", 2002, section 4.
///
/// The network's domain has fewer than four times `count` numbers, so a look-up takes fewer than four
/// walks on average. Numbers of one or two bits give too small a network to mix well, hence the many
/// rounds and, below ``smallCount``, a shuffled list instead.
struct KeyedPermutation: Sendable {
  let count: Int
  private let stream: RandomStream
  private let halfBitCount: UInt64
  private let shuffled: [Int]

  static let roundCount: UInt64 = 6
  static let smallCount = 64

  init(count: Int, stream: RandomStream) {
    precondition(count > 0, "a permutation needs at least one element")
    self.count = count
    self.stream = stream
    let bitCount = UInt64.bitWidth - (UInt64(count) - 1).leadingZeroBitCount
    halfBitCount = UInt64((bitCount + 1) / 2)
    if count < Self.smallCount {
      shuffled = Self.shuffled(count: count, stream: stream)
    } else {
      shuffled = []
    }
  }

  /// The element at a position.
  subscript(position: Int) -> Int {
    precondition(position >= 0 && position < count, "the position lies outside the permutation")
    guard shuffled.isEmpty else { return shuffled[position] }
    var value = UInt64(position)
    repeat { value = permuted(value) } while value >= UInt64(count)
    return Int(value)
  }

  /// Fisher and Yates's shuffle, written out because the standard library's may change between versions.
  private static func shuffled(count: Int, stream: RandomStream) -> [Int] {
    var list = Array(0..<count)
    for last in stride(from: count - 1, to: 0, by: -1) {
      // The high half of a product is a fair choice to within count / 2^64.
      let choice = stream.word(at: UInt64(last)).multipliedFullWidth(by: UInt64(last) + 1).high
      list.swapAt(last, Int(choice))
    }
    return list
  }

  private func permuted(_ value: UInt64) -> UInt64 {
    let mask = (UInt64(1) << halfBitCount) - 1
    var left = value >> halfBitCount
    var right = value & mask
    for round in 0..<Self.roundCount {
      // A half has at most 32 bits, so round and half share one counter without meeting another's.
      let mixed = stream.word(at: round << 32 | right) & mask
      (left, right) = (right, left ^ mixed)
    }
    return left << halfBitCount | right
  }
}
