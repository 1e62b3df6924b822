import Testing

@testable import Parquet

/// The parts of the format, each by bytes that were worked out by hand from its description.
@Suite struct ParquetPartsTests {
  private func runs(_ bytes: [UInt8], bitWidth: Int, count: Int) throws -> [Int] {
    var cursor = ByteCursor(bytes[...])
    return try cursor.runs(bitWidth: bitWidth, count: count)
  }

  private func differences(_ bytes: [UInt8], count: Int) throws -> [Int] {
    var cursor = ByteCursor(bytes[...])
    return try cursor.differences(count: count)
  }

  @Test func runsAndPackedGroupsAreRead() throws {
    // The example of Encodings.md: 0 to 7 in 3 bits.
    #expect(try runs([0x03, 0x88, 0xC6, 0xFA], bitWidth: 3, count: 8) == Array(0...7))
    // Five times 260, then the first three of a group.
    #expect(
      try runs([0x0A, 0x04, 0x01, 0x03, 0xE1, 0x02], bitWidth: 9, count: 5)
        == Array(repeating: 260, count: 5)
    )
    #expect(try runs([0x04, 0x01, 0x03, 0b1101], bitWidth: 1, count: 6) == [1, 1, 1, 0, 1, 1])
    #expect(try runs([], bitWidth: 0, count: 3) == [0, 0, 0])
  }

  @Test func runsThatLieAreRefused() {
    #expect(throws: Damage("ends too early")) { try runs([], bitWidth: 1, count: 1) }
    #expect(throws: Damage("holds an empty run of numbers")) {
      try runs([0x00, 0x01, 0x02], bitWidth: 1, count: 1)
    }
    #expect(throws: Damage("ends within packed numbers")) {
      try runs([0x03], bitWidth: 8, count: 8)
    }
    #expect(throws: Damage("packs numbers in 33 bits")) { try runs([0x03], bitWidth: 33, count: 8) }
  }

  @Test func differencesAreRead() throws {
    // The examples of Encodings.md: 1 2 3 4 5, differences 1; and 7 5 3 1 2 3 4 5 in blocks of 128 in 4 parts.
    #expect(
      try differences([0x80, 0x01, 0x04, 0x05, 0x02, 0x02, 0, 0, 0, 0], count: 5) == [
        1, 2, 3, 4, 5,
      ]
    )
    let packed: [UInt8] = [0xC0, 0x3F] + [UInt8](repeating: 0, count: 6)
    #expect(
      try differences([0x80, 0x01, 0x04, 0x08, 0x0E, 0x03, 2, 0, 0, 0] + packed, count: 8)
        == [7, 5, 3, 1, 2, 3, 4, 5]
    )
  }

  @Test func differencesThatLieAreRefused() {
    #expect(throws: Damage("holds 5 lengths for 6 values")) {
      try differences([0x80, 0x01, 0x04, 0x05, 0x02], count: 6)
    }
    #expect(throws: Damage("packs lengths in blocks of 128 in 0 parts")) {
      try differences([0x80, 0x01, 0x00, 0x05, 0x02], count: 5)
    }
    #expect(throws: Damage("holds a text of -1 bytes")) {
      try differences([0x80, 0x01, 0x04, 0x01, 0x01], count: 1)
    }
  }

  @Test func snappyRepeatsWhatOverlaps() throws {
    // 10 bytes: "ab" as it is, then 8 from 2 back.
    let block: [UInt8] = [10, 0x04, 0x61, 0x62, 0x11, 0x02]
    #expect(try Snappy.decompress(block[...], byteCount: 10) == Array("ababababab".utf8))
    // The same with distances of two and of four bytes.
    #expect(
      try Snappy.decompress([10, 0x04, 0x61, 0x62, 0x1E, 0x02, 0x00][...], byteCount: 10)
        == Array("ababababab".utf8)
    )
    #expect(
      try Snappy.decompress([10, 0x04, 0x61, 0x62, 0x1F, 0x02, 0, 0, 0][...], byteCount: 10)
        == Array("ababababab".utf8)
    )
  }

  @Test(
    arguments: [
      ([10, 0x04, 0x61, 0x62, 0x11, 0x03], "a Snappy block refers to what is not there"),
      ([10, 0x04, 0x61, 0x62, 0x11, 0x00], "a Snappy block refers to what is not there"),
      ([10, 0x04, 0x61, 0x62, 0x15, 0x02], "a Snappy block refers to what is not there"),
      ([10, 0x04, 0x61, 0x62], "a Snappy block holds 2 bytes and states 10"),
      ([9, 0x04, 0x61, 0x62], "a Snappy block states 9 bytes where 10 belong"),
      ([10, 0x2C, 0x61, 0x62], "a Snappy block holds too much"),
      ([10, 0xFC, 0xFF, 0xFF, 0xFF, 0xFF, 0x61], "a Snappy block holds too much"),
      ([10, 0x24, 0x61, 0x62], "ends too early"),
    ] as [([UInt8], String)]
  )
  func snappyThatLiesIsRefused(block: [UInt8], reason: String) {
    #expect(throws: Damage(reason)) { try Snappy.decompress(block[...], byteCount: 10) }
  }

  @Test func numbersOfAnyLengthAreRead() throws {
    var cursor = ByteCursor(
      [0xAC, 0x02, 0x01, 0x02, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01][...]
    )
    #expect(try cursor.variableLength() == 300)
    #expect(try cursor.zigzag() == -1)
    #expect(try cursor.zigzag() == 1)
    #expect(try cursor.variableLength() == .max)
    var long = ByteCursor([UInt8](repeating: 0xFF, count: 11)[...])
    #expect(throws: Damage("holds a number of more than 64 bits")) { try long.variableLength() }
  }

  /// Structures in structures to no end, and lists of more than there is.
  @Test func metadataThatLiesIsRefused() {
    var deep = ByteCursor([UInt8](repeating: 0x1C, count: 4000)[...])
    #expect(throws: Damage("its metadata is nested too deeply")) { try deep.structure() }
    var lists = ByteCursor(([0x19] + [UInt8](repeating: 0x19, count: 4000))[...])
    #expect(throws: Damage("its metadata is nested too deeply")) { try lists.structure() }
    var long = ByteCursor([0x19, 0xF5, 0xFF, 0xFF, 0x03, 0x00][...])
    #expect(throws: Damage("its metadata lists 65535 values in 1 bytes")) { try long.structure() }
  }

  /// A header whose numbers would take gigabytes is refused before any memory is.
  @Test func aPageMayNotBeHuge() {
    func header(_ bytes: Int64, _ values: Int64) -> ByteCursor {
      func number(_ value: Int64) -> [UInt8] {
        var (rest, bytes) = (UInt64(value) << 1, [UInt8]())
        repeat {
          bytes.append(UInt8(rest & 0x7F) | (rest > 0x7F ? 0x80 : 0))
          rest >>= 7
        } while rest > 0
        return bytes
      }
      let details = [0x15] + number(values) + [0x15] + number(0) + [0]
      return ByteCursor(
        ([0x15] + number(0) + [0x15] + number(bytes) + [0x15] + number(9) + [0x2C] + details + [0])[
          ...
        ]
      )
    }
    var fine = header(9, 2)
    #expect(throws: Never.self) { try PageHeader(&fine) }
    var large = header(1 << 29, 2)
    #expect(throws: Damage("a page's header states 9 bytes for 536870912")) {
      try PageHeader(&large)
    }
    var many = header(9, 1 << 25)
    #expect(throws: Damage("a page's header states 33554432 values")) { try PageHeader(&many) }
  }
}
