import Randomness
import Testing

@Suite struct ThreefryTests {
  /// The vectors of Random123 1.14, file kat_vectors: "threefry2x32 20" with zeros, ones, and digits of pi.
  @Test(arguments: [
    (
      SIMD2<UInt32>(0, 0), SIMD2<UInt32>(0, 0), SIMD2<UInt32>(0x6b20_0159, 0x99ba_4efe)
    ),
    (
      SIMD2(0xffff_ffff, 0xffff_ffff), SIMD2(0xffff_ffff, 0xffff_ffff),
      SIMD2(0x1cb9_96fc, 0xbb00_2be7)
    ),
    (
      SIMD2(0x243f_6a88, 0x85a3_08d3), SIMD2(0x1319_8a2e, 0x0370_7344),
      SIMD2(0xc492_3a9c, 0x483d_f7a0)
    ),
  ])
  func knownAnswers(counter: SIMD2<UInt32>, key: SIMD2<UInt32>, words: SIMD2<UInt32>) {
    #expect(Threefry(key: key)(counter) == words)
  }

  /// For one key the function is a bijection of counters, so no two of them may meet.
  @Test func countersDoNotCollide() {
    let function = Threefry(key: SIMD2(1, 2))
    let words = (UInt32(0)..<2000).map { function(SIMD2($0, 7)) }
    #expect(Set(words).count == 2000)
  }

  /// One flipped bit of key or counter flips half of the 64 bits on average.
  ///
  /// 32 with a deviation of 4 for each of 128 places. The mean's deviation is 0.35; five of them leave a false alarm in 2 million.
  @Test func oneBitChangesHalfOfTheWords() {
    let original = Threefry(key: SIMD2(3, 4))(SIMD2(5, 6))
    var flipped = 0
    for bit in 0..<128 {
      var inputs: [UInt32] = [3, 4, 5, 6]
      inputs[bit / 32] ^= 1 << UInt32(bit % 32)
      let words = Threefry(key: SIMD2(inputs[0], inputs[1]))(SIMD2(inputs[2], inputs[3]))
      flipped += (words.x ^ original.x).nonzeroBitCount + (words.y ^ original.y).nonzeroBitCount
    }
    let mean = Double(flipped) / 128
    let standardError = 4 / 128.0.squareRoot()
    #expect(abs(mean - 32) < 5 * standardError)
  }
}
