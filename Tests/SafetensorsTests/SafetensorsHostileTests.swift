import Arrays
import Safetensors
import Testing

/// Every check of the reader, and files damaged at every byte.
@Suite struct SafetensorsHostileTests {
  private func error(_ file: MemoryFile) -> SafetensorsError? {
    do throws(SafetensorsError) {
      _ = try SafetensorsFile(file, path: "x")
      return nil
    } catch {
      return error
    }
  }

  private func entry(
    _ name: String = "a",
    dtype: String = "F32",
    shape: String = "[2]",
    offsets: String = "[0,8]"
  ) -> String {
    #""\#(name)":{"dtype":"\#(dtype)","shape":\#(shape),"data_offsets":\#(offsets)}"#
  }

  @Test func anEmptyFileOfTensorsIsFine() throws {
    let empty = try SafetensorsFile(file(header: "{}"), path: "x")
    #expect(empty.names.isEmpty && empty.metadata.isEmpty)
    #expect(throws: SafetensorsError.noSuchTensor(path: "x", name: "a")) {
      try empty.array(named: "a")
    }
    #expect(!empty.isSupported("a"))
  }

  @Test func spacesAndAnyFieldOrderAreFine() throws {
    let header =
      "{ \"a\" :\t{ \"data_offsets\" : [ 0 , 8 ] ,\n \"shape\":[ 2 ],\r\"dtype\":\"F32\" } } \n "
    let read = try SafetensorsFile(file(header: header, dataByteCount: 8), path: "x")
    #expect(try read.array(named: "a") == HostArray([0, 0] as [Float]))
  }

  @Test func tooShortForALength() {
    for count in 0..<8 {
      let bytes = [UInt8](repeating: 0, count: count)
      #expect(error(MemoryFile(bytes)) == .tooShort(path: "x", byteCount: count))
    }
  }

  @Test func headerLongerThanAllowed() {
    let lie: [UInt8] = [1, 0xE1, 0xF5, 5, 0, 0, 0, 0]  // 100,000,001
    #expect(
      error(MemoryFile(lie))
        == .headerTooLong(path: "x", byteCount: 100_000_001, limit: 100_000_000)
    )
    #expect(
      error(MemoryFile([UInt8](repeating: 0xFF, count: 8)))
        == .headerTooLong(path: "x", byteCount: .max, limit: 100_000_000)
    )
  }

  @Test func headerLongerThanTheFile() {
    #expect(
      error(MemoryFile([3, 0, 0, 0, 0, 0, 0, 0, 0x7B, 0x7D]))
        == .headerBeyondFile(path: "x", headerByteCount: 3, fileByteCount: 10)
    )
    #expect(
      error(MemoryFile([0, 0xE1, 0xF5, 5, 0, 0, 0, 0]))
        == .headerBeyondFile(path: "x", headerByteCount: 100_000_000, fileByteCount: 8)
    )
  }

  @Test func headerThatIsNotUTF8() {
    #expect(error(file(header: [0x7B, 0xFF, 0x7D])) == .headerNotText(path: "x"))
    // A surrogate encoded as if it were a scalar.
    #expect(
      error(file(header: [0x7B, 0x22, 0xED, 0xA0, 0x80, 0x22, 0x7D])) == .headerNotText(path: "x")
    )
  }

  @Test(
    arguments: [
      ("", 8, "'{'"), (" {}", 8, "'{'"), ("[]", 8, "'{'"), ("{", 9, "'\"'"), ("{]", 9, "'\"'"),
      ("{}}", 10, "nothing but spaces"), ("{}x", 10, "nothing but spaces"),
      (#"{"a""#, 12, "':'"), (#"{"a":}"#, 13, "'{'"), (#"{"a":[]}"#, 13, "'{'"),
      (#"{"a":{"dtype":3}}"#, 22, "'\"'"), (#"{"a":{"dtype":"F32" "shape":[]}}"#, 28, "'}'"),
      (#"{"a":{"shape":3}}"#, 22, "'['"), (#"{"a":{"shape":[x]}}"#, 23, "a number"),
      (#"{"a":{"shape":[1,]}}"#, 25, "a number"), (#"{"a":{"shape":[1"#, 24, "']'"),
      (#"{"a":{"shape":[01]}}"#, 23, "a number without leading zeros"),
      (#"{"a"#, 11, "the end of a string"), ("{\"a\n\"", 11, "no control character in a string"),
      (#"{"\x"#, 10, "a JSON escape"), (#"{"\"#, 10, "an escape"),
      (#"{"\u12"#, 10, "four hexadecimal digits"), (#"{"\u12g4"#, 10, "four hexadecimal digits"),
      (#"{"\ud800""#, 10, "a pair of surrogates"),
      (#"{"\udc00\ud800""#, 10, "a pair of surrogates"),
      (#"{"\ud800\u0041""#, 10, "a pair of surrogates"),
      (#"{"__metadata__":{"a":1}}"#, 29, "'\"'"), (#"{"__metadata__":"a"}"#, 24, "'{'"),
    ])
  func headerThatIsNotTheRightJSON(header: String, offset: Int, expected: String) {
    #expect(
      error(file(header: header))
        == .malformedHeader(path: "x", offset: offset, expected: expected),
      "\(header)"
    )
  }

  @Test func escapesAreRead() throws {
    let name = #"\"\\\/\b\f\n\r\t\u0041\u00e9\ud83c\udf3f"#
    let header = "{\(entry(name, shape: "[0]", offsets: "[0,0]"))}"
    let read = try SafetensorsFile(file(header: header), path: "x")
    #expect(read.names == ["\"\\/\u{8}\u{C}\n\r\tA\u{E9}\u{1F33F}"])
  }

  @Test func twoTensorsOfOneName() {
    let twice = "{\(entry()),\(entry(offsets: "[8,16]"))}"
    #expect(
      error(file(header: twice, dataByteCount: 16)) == .duplicateName(path: "x", name: "a")
    )
    let escaped = #"{\#(entry()),\#(entry(#"\u0061"#, offsets: "[8,16]"))}"#
    #expect(
      error(file(header: escaped, dataByteCount: 16)) == .duplicateName(path: "x", name: "a")
    )
  }

  @Test func twoFieldsOrMetadataOfOneName() {
    for field in [#""dtype":"F32""#, #""shape":[2]"#, #""data_offsets":[0,8]"#] {
      let header = entry().dropLast() + ",\(field)}"
      let name = field.split(separator: "\"")[0]
      #expect(
        error(file(header: "{\(header)}", dataByteCount: 8))
          == .duplicateName(path: "x", name: "a.\(name)")
      )
    }
    #expect(
      error(file(header: #"{"__metadata__":{"k":"1","k":"2"}}"#))
        == .duplicateName(path: "x", name: "__metadata__.k")
    )
    #expect(
      error(file(header: #"{"__metadata__":{},"__metadata__":{}}"#))
        == .duplicateName(path: "x", name: "__metadata__")
    )
  }

  @Test(arguments: ["dtype", "shape", "data_offsets"])
  func missingField(field: String) {
    let fields = [
      "dtype": #""dtype":"F32""#, "shape": #""shape":[2]"#,
      "data_offsets": #""data_offsets":[0,8]"#,
    ]
    let rest = fields.filter { $0.key != field }.values.sorted().joined(separator: ",")
    #expect(
      error(file(header: "{\"a\":{\(rest)}}", dataByteCount: 8))
        == .missingField(path: "x", name: "a", field: field)
    )
  }

  @Test func unknownField() {
    #expect(
      error(file(header: #"{"a":{"stride":[1]}}"#))
        == .unknownField(path: "x", name: "a", field: "stride")
    )
  }

  @Test(arguments: ["-1", "1.0", "1e3", "9223372036854775808", "99999999999999999999999", "-"])
  func numberThatCountsNothing(number: String) {
    #expect(
      error(file(header: "{\(entry(shape: "[1,\(number)]"))}", dataByteCount: 8))
        == .notACount(path: "x", name: "a", field: "shape", found: number)
    )
    #expect(
      error(file(header: "{\(entry(offsets: "[\(number),8]"))}", dataByteCount: 8))
        == .notACount(path: "x", name: "a", field: "data_offsets", found: number)
    )
  }

  private static let large = 1 << 62

  @Test(arguments: [
    [large, large], [Int.max], [1 << 31, 1 << 31, 2], [large, large, 0], [0, large, large],
  ])
  func shapeThatOverflows(shape: [Int]) {
    let text = "[" + shape.map(String.init).joined(separator: ",") + "]"
    #expect(
      error(file(header: "{\(entry(shape: text))}", dataByteCount: 8))
        == .shapeTooLarge(path: "x", name: "a", shape: shape)
    )
  }

  @Test func unknownElementType() {
    #expect(
      error(file(header: "{\(entry(dtype: "F128"))}", dataByteCount: 8))
        == .unknownElementType(path: "x", name: "a", found: "F128")
    )
  }

  @Test(arguments: ["[8,0]", "[]", "[0]", "[0,8,8]"])
  func offsetsThatAreNoRange(offsets: String) {
    let found = offsets.dropFirst().dropLast().split(separator: ",").compactMap { Int($0) }
    #expect(
      error(file(header: "{\(entry(offsets: offsets))}", dataByteCount: 8))
        == .reversedOffsets(path: "x", name: "a", offsets: found)
    )
  }

  @Test func bytesThatDoNotFitTheShape() {
    #expect(
      error(file(header: "{\(entry(offsets: "[0,4]"))}", dataByteCount: 4))
        == .wrongByteCount(path: "x", name: "a", expected: 8, found: 4)
    )
    #expect(
      error(file(header: "{\(entry(shape: "[]"))}", dataByteCount: 8))
        == .wrongByteCount(path: "x", name: "a", expected: 4, found: 8)
    )
    #expect(
      error(file(header: "{\(entry(shape: "[0]"))}", dataByteCount: 8))
        == .wrongByteCount(path: "x", name: "a", expected: 0, found: 8)
    )
  }

  @Test func tensorBehindTheEnd() {
    #expect(
      error(file(header: "{\(entry())}", dataByteCount: 7))
        == .offsetsBeyondFile(path: "x", name: "a", end: 8, dataByteCount: 7)
    )
    let far = entry(shape: "[0]", offsets: "[9223372036854775807,9223372036854775807]")
    #expect(
      error(file(header: "{\(far)}"))
        == .offsetsBeyondFile(path: "x", name: "a", end: .max, dataByteCount: 0)
    )
  }

  @Test func overlappingTensors() {
    let header = "{\(entry("b", offsets: "[4,12]")),\(entry("a"))}"
    #expect(
      error(file(header: header, dataByteCount: 12))
        == .overlap(path: "x", name: "b", previous: "a")
    )
    let same = "{\(entry("a")),\(entry("b"))}"
    #expect(
      error(file(header: same, dataByteCount: 8)) == .overlap(path: "x", name: "b", previous: "a")
    )
  }

  @Test func gapsBetweenTensors() {
    let header = "{\(entry("a")),\(entry("b", offsets: "[9,17]"))}"
    #expect(
      error(file(header: header, dataByteCount: 17)) == .gap(path: "x", name: "b", byteCount: 1)
    )
    #expect(
      error(file(header: "{\(entry(offsets: "[2,10]"))}", dataByteCount: 10))
        == .gap(path: "x", name: "a", byteCount: 2)
    )
  }

  @Test func bytesBehindTheLastTensor() {
    #expect(
      error(file(header: "{\(entry())}", dataByteCount: 9))
        == .trailingBytes(path: "x", byteCount: 1)
    )
    #expect(error(file(header: "{}", dataByteCount: 3)) == .trailingBytes(path: "x", byteCount: 3))
  }

  @Test func booleanThatIsNeitherTrueNorFalse() throws {
    let header = "{\(entry(dtype: "BOOL", shape: "[3]", offsets: "[0,3]"))}"
    let length = [UInt8(header.utf8.count)] + [UInt8](repeating: 0, count: 7)
    let bytes = length + Array(header.utf8) + [1, 0, 2]
    let read = try SafetensorsFile(MemoryFile(bytes), path: "x")
    #expect(throws: SafetensorsError.invalidBoolean(path: "x", name: "a", element: 2, found: 2)) {
      try read.array(named: "a")
    }
  }

  private func sample() throws -> [UInt8] {
    let sink = MemorySink()
    try SafetensorsFile.write(
      TensorSource([
        NamedArray("layers.query", HostArray([1, 2, 3, 4] as [Float], shape: [2, 2])),
        NamedArray("mask", HostArray([true, false])),
        NamedArray("steps", HostArray(scalar: Int64(5))),
      ]),
      metadata: ["format": "espalier"],
      to: sink
    )
    return sink.bytes
  }

  @Test func fileCutAtAnyByteIsRefused() throws {
    let bytes = try sample()
    #expect(error(MemoryFile(bytes)) == nil)
    for count in 0..<bytes.count {
      #expect(error(MemoryFile(Array(bytes[..<count]))) != nil, "\(count) bytes")
    }
    #expect(error(MemoryFile(bytes + [0])) != nil)
  }

  /// Whatever a damaged header says, it is refused or describes a file that can be read in full.
  @Test func anyBitFlippedInTheHeaderIsRefusedOrReadable() throws {
    let bytes = try sample()
    let headerByteCount = 8 + Int(bytes[0])
    var refused = 0
    for index in 0..<headerByteCount {
      for bit in 0..<9 {
        var damaged = bytes
        damaged[index] ^= bit == 8 ? 0xFF : 1 << bit
        guard let read = try? SafetensorsFile(MemoryFile(damaged), path: "x") else {
          refused += 1
          continue
        }
        for name in read.names where read.isSupported(name) {
          // Only a boolean array's own bytes can still be refused.
          let array = try? read.array(named: name)
          #expect(
            try array?.type == read.type(of: name) || read.type(of: name).elementType == .bool
          )
        }
      }
    }
    #expect(refused > headerByteCount * 4)
  }

  @Test func messagesNameFileTensorAndRule() {
    #expect(
      error(file(header: "{\(entry(offsets: "[0,4]"))}", dataByteCount: 4))?.description
        == "x: tensor \"a\" needs 8 bytes for its shape and type; its data_offsets hold 4"
    )
    #expect(
      error(file(header: "{\(entry(shape: "[-1]"))}", dataByteCount: 4))?.description
        == "x: tensor \"a\": shape needs whole numbers from 0 to 9223372036854775807; got -1"
    )
  }
}
