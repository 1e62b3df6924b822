import Testing

@testable import Profiling

@Suite struct WireReaderTests {
  /// Field 1 = 300, field 2 = "ab", field 3 = 8 bytes, field 4 = 4 bytes (the encoding's own examples).
  private static let message: [UInt8] = [
    0x08, 0xAC, 0x02, 0x12, 0x02, 0x61, 0x62, 0x19, 1, 2, 3, 4, 5, 6, 7, 8, 0x25, 9, 0, 0, 0x80,
  ]

  @Test func everyKindOfFieldIsRead() throws {
    let fields = try WireReader.fields(Self.message[...])
    #expect(fields.map(\.number) == [1, 2, 3, 4])
    #expect(
      fields.map(\.value) == [
        .varint(300), .bytes([0x61, 0x62]), .fixed64(0x0807_0605_0403_0201), .fixed32(0x8000_0009),
      ]
    )
  }

  @Test func whatIsWrittenIsRead() throws {
    var writer = WireWriter()
    for field in try WireReader.fields(Self.message[...]) { writer.copy(field) }
    #expect(writer.bytes == Self.message)
    var numbers = WireWriter()
    numbers.numbers(7, [0, 1, 127, 128, .max, -1])
    let field = try #require(try WireReader.fields(numbers.bytes[...]).first)
    guard case .bytes(let packed) = field.value else {
      Issue.record("packed numbers are bytes")
      return
    }
    #expect(try WireReader.packed(packed) == [0, 1, 127, 128, UInt64(Int.max), .max])
  }

  @Test func aMessageThatIsCutOffIsRefusedOrEndsBetweenFields() throws {
    let ends = [0, 3, 7, 16, Self.message.count]
    for count in 0...Self.message.count {
      let part = Self.message.prefix(count)
      if let place = ends.firstIndex(of: count) {
        #expect(try WireReader.fields(part).count == place)
      } else {
        #expect(throws: WireFormatError.self) { try WireReader.fields(part) }
      }
    }
  }

  @Test(
    arguments: [
      ([0x00, 0x01], 0, "needs a field number from 1 to 536870911"),
      ([0x0B], 0, "needs a wire type of 0, 1, 2 or 5"),
      ([0x0E], 0, "needs a wire type of 0, 1, 2 or 5"),
      ([0x08, 0x80], 1, "a number is cut off"),
      ([0x0D, 1, 2, 3], 1, "a number is cut off"),
      ([0x12, 0x05, 1], 1, "a length of 5 goes beyond the 1 bytes that are left"),
      (
        [0x08] + [UInt8](repeating: 0xFF, count: 10), 1, "a number has more than 64 bits"
      ),
      (
        [0x12] + [UInt8](repeating: 0xFF, count: 9) + [0x01], 1,
        "a length of 18446744073709551615 goes beyond the 0 bytes that are left"
      ),
    ] as [([UInt8], Int, String)]
  )
  func mistakesAreNamed(bytes: [UInt8], offset: Int, rule: String) {
    let error = #expect(throws: WireFormatError.self) { try WireReader.fields(bytes[...]) }
    #expect(error == WireFormatError(offset: offset, rule: rule))
  }
}
