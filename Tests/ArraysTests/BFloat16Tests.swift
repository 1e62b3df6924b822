import Arrays
import Testing

@Suite struct BFloat16Tests {
  @Test func everyFiniteNumberIsItsOwnNearest() {
    for bits in UInt16.min...UInt16.max {
      let number = BFloat16(bitPattern: bits)
      guard !number.value.isNaN else {
        #expect(BFloat16(number.value).value.isNaN)
        continue
      }
      #expect(BFloat16(number.value) == number)
    }
  }

  @Test(
    arguments: [
      (0x3F80_0000, 0x3F80),  // 1
      (0x3F80_8000, 0x3F80),  // a tie, to the even number below
      (0x3F81_8000, 0x3F82),  // a tie, to the even number above
      (0x3F80_8001, 0x3F81), (0x3F80_7FFF, 0x3F80),
      (0x8000_0000, 0x8000),  // negative zero
      (0x0000_0001, 0x0000), (0x0001_8000, 0x0002),  // subnormals
      (0x7F80_0000, 0x7F80), (0xFF80_0000, 0xFF80),  // infinities
      (0x7F7F_FFFF, 0x7F80),  // the largest binary32 is nearest to infinity
      (0x7F80_0001, 0x7FC0),  // a NaN whose payload lies in the lower half stays a NaN
    ] as [(UInt32, UInt16)]
  )
  func roundsToNearestWithTiesToEven(bits: UInt32, expected: UInt16) {
    #expect(BFloat16(Float(bitPattern: bits)).bitPattern == expected)
  }
}
