import Arrays
import Testing

@Suite struct HostArrayFiniteTests {
  @Test(arguments: [Float.nan, .signalingNaN, .infinity, -.infinity, -.nan])
  func oneStrangeNumberIsFoundWhereverItIs(strange: Float) {
    for place in [0, 1, 7, 63, 99] {
      var values = [Float](repeating: -1e30, count: 100)
      values[place] = strange
      #expect(!HostArray(values).isFinite)
      #expect(!HostArray(values.map(Double.init)).isFinite)
      #expect(!HostArray(values.map { BFloat16($0) }).isFinite)
    }
  }

  @Test func largeSmallAndNegativeNumbersAreFinite() {
    let values: [Float] = [
      .greatestFiniteMagnitude, -.greatestFiniteMagnitude, .leastNonzeroMagnitude, 0, -0.0, 1,
    ]
    #expect(HostArray(values).isFinite)
    #expect(HostArray(values.map(Double.init)).isFinite)
    #expect(HostArray([BFloat16(3), BFloat16(-1e30)]).isFinite)
    #expect(HostArray([Float]()).isFinite)
  }

  @Test func everyBitPatternOfAnIntegerIsFinite() {
    #expect(HostArray([Int32.min, .max, -1, 0x7F80_0000]).isFinite)
    #expect(HostArray([Int64.min, .max, -1]).isFinite)
  }
}
