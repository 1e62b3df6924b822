@testable import Checkpoints
import Testing

@Suite struct XXHash64Tests {
  private func hash(_ bytes: [UInt8], cutAt cuts: [Int] = []) -> UInt64 {
    var hash = XXHash64()
    var start = 0
    for cut in cuts + [bytes.count] {
      hash.update(Array(bytes[start..<cut]))
      start = cut
    }
    return hash.finalized()
  }

  private func pattern(_ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: $0 * 131 + 7) }
  }

  /// By xxhash 4.1.0 from PyPI: `xxh64(bytes((i * 131 + 7) & 255 for i in range(n))).intdigest()`.
  @Test(
    arguments: [
      (0, 0xEF46DB3751D8E999),
      (1, 0xA96C7F0CE858BBB7),
      (3, 0xBED43740EE6332BB),
      (4, 0xFA212AE44B3BB23D),
      (5, 0xD339DCC9AC8E6776),
      (7, 0x2744460DD675D2C0),
      (8, 0x994B676B71CE94DD),
      (9, 0x572B84C18B983AF8),
      (12, 0xB92F588CE720786E),
      (15, 0x09E6451ED2FF8B1D),
      (16, 0x94AD0095E72B24D5),
      (31, 0x6711D55E306B5D8F),
      (32, 0x07F7B8E3BC5D6E25),
      (33, 0x09F85EEB4E1CBE9F),
      (39, 0xB13C137A0FB701C3),
      (44, 0xD02B2028C27A5329),
      (63, 0xB7C9968C066CB6A5),
      (64, 0x50D4159A0411632E),
      (65, 0xD277176BFF863EFC),
      (100, 0x9DDADA11D3DC2D8F),
      (127, 0x54CF771B5423F6A7),
      (128, 0x0430E433B792E757),
      (1000, 0x0BF0BDBCC82EB373),
      (4096, 0xCF05ADF75ACA30CF),
    ] as [(Int, UInt64)]
  )
  func agreesWithTheReference(count: Int, expected: UInt64) {
    #expect(hash(pattern(count)) == expected)
  }

  @Test func anyCutsGiveTheSameHash() {
    let bytes = pattern(150)
    let whole = hash(bytes)
    for first in 0...150 {
      #expect(hash(bytes, cutAt: [first]) == whole)
      #expect(hash(bytes, cutAt: [first, (first + 150) / 2]) == whole)
    }
  }

  @Test func everyFlippedBitChangesTheHash() {
    let bytes = pattern(75)
    let whole = hash(bytes)
    for index in bytes.indices {
      for bit in 0..<8 {
        var damaged = bytes
        damaged[index] ^= 1 << bit
        #expect(hash(damaged) != whole)
      }
    }
  }
}
