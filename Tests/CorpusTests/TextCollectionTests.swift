import EspalierTestSupport
import Foundation
import Testing

@testable import Corpus

@Suite struct TextCollectionTests {
  @Test func aPlainFileIsOneDocument() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("one\n\ntwo é\r\n", to: "a.txt")
    #expect(try documents([path]) == [Document(text: "one\n\ntwo é\r\n", source: "a.txt")])
  }

  @Test func aNamedFileOfAnyKindIsReadAsPlainText() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("words", to: "LICENSE")
    #expect(try documents([path]) == [Document(text: "words", source: "LICENSE")])
  }

  @Test func aFolderIsReadInTheOrderOfTheNamesBytes() throws {
    let folder = try TemporaryFolder()
    for name in ["b.txt", "a/z.md", "a/B.rst", "B.text", "é.txt", "a.txt", "c.jsonl"] {
      try folder.write(name == "c.jsonl" ? "{\"text\":\"c\"}" : name, to: name)
    }
    for name in [".hidden.txt", ".git/x.txt", "picture.png", "program.py"] {
      try folder.write([0xFF], to: name)
    }
    let sources = try documents([folder.path]).map(\.source)
    #expect(sources == ["B.text", "a/B.rst", "a/z.md", "a.txt", "b.txt", "c.jsonl", "é.txt"])
    #expect(try documents([folder.path + "/"]).map(\.source) == sources)
  }

  @Test func everyLineOfJSONIsADocument() throws {
    let folder = try TemporaryFolder()
    let lines = """
      {"text": "first \\u00e9 \\ud83d\\ude00\\n", "source": "S", "other": [1, {"text": 2}]}

      {"source": null, "text": ""}\r
      {"id": 1e400, "text": "last"}
      """
    let path = try folder.write(lines, to: "a.jsonl")
    let documents = try documents([path])
    #expect(documents.map(\.text) == ["first é 😀\n", "", "last"])
    #expect(documents.map(\.source) == ["S", "a.jsonl", "a.jsonl"])
  }

  @Test func fieldsAreNamedByTheUser() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("{\"body\":\"b\",\"from\":\"f\",\"text\":7}\n", to: "a.ndjson")
    let options = TextOptions(textField: "body", sourceField: "from")
    #expect(try documents([path], options: options) == [Document(text: "b", source: "f")])
  }

  @Test(arguments: ["a.txt.gz", "a.md.gz"])
  func compressedTextIsRead(name: String) throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(gzip(Array("some text".utf8)), to: name)
    #expect(try documents([path]).map(\.text) == ["some text"])
    #expect(try documents([folder.path]).map(\.text) == ["some text"])
  }

  /// Several pieces of input and of output, and a text that compresses to almost nothing.
  @Test(arguments: [0, 1, 1 << 18, (1 << 18) + 1, 3_000_000])
  func compressedTextOfAnyLengthIsRead(length: Int) throws {
    let folder = try TemporaryFolder()
    let bytes = (0..<length).map { (place: Int) -> UInt8 in
      let letter = (place &* place >> 7) % 90
      return UInt8(0x20 + letter)
    }
    let path = try folder.write(gzip(bytes), to: "a.txt.gz")
    let joined = try documents([path], options: TextOptions(maximumDocumentByteCount: 1 << 22))
      .map(\.text).joined()
    #expect(Array(joined.utf8) == bytes)
  }

  @Test func joinedGzipFilesAreReadAsOne() throws {
    let folder = try TemporaryFolder()
    let parts = ["{\"text\":\"a\"}\n{\"te", "xt\":\"b\"}\n", ""].flatMap { gzip(Array($0.utf8)) }
    let path = try folder.write(parts, to: "a.json.gz")
    #expect(try documents([path]).map(\.text) == ["a", "b"])
  }

  @Test func aByteOrderMarkIsNotText() throws {
    let folder = try TemporaryFolder()
    let plain = try folder.write("\u{FEFF}text\u{FEFF}", to: "a.txt")
    let lines = try folder.write("\u{FEFF}{\"text\":\"line\"}", to: "a.jsonl")
    let texts = try documents([plain, lines]).map { Array($0.text.unicodeScalars) }
    #expect(texts == [Array("text\u{FEFF}".unicodeScalars), Array("line".unicodeScalars)])
  }

  /// Documents joined are the text, whatever the limit; no document is longer than it.
  @Test(arguments: [4, 5, 7, 16, 100, 1000])
  func longTextsAreCutAtBordersAndLoseNothing(limit: Int) throws {
    let folder = try TemporaryFolder()
    let text =
      "First paragraph, é.\n\nSecond: 日本語 😀😀.\nA line.\n\n" + String(repeating: "ü", count: 60)
    let escaped = text.replacing("\n", with: "\\n")
    let plain = try folder.write(text, to: "a.txt")
    let lines = try folder.write("{\"text\":\"\(escaped)\"}\n{\"text\":\"x\"}", to: "b.jsonl")
    let options = TextOptions(maximumDocumentByteCount: limit)
    let cut = try documents([plain], options: options).map(\.text)
    #expect(cut.joined() == text)
    #expect(cut.allSatisfy { $0.utf8.count <= limit })
    #expect(try documents([lines], options: options).map(\.text) == cut + ["x"])
    if limit == 100 { #expect(cut.first?.hasSuffix("A line.\n\n") == true) }
  }

  @Test func progressEndsAtTheSizeOfTheFiles() throws {
    let folder = try TemporaryFolder()
    try folder.write(gzip(Array(repeating: 0x61, count: 10_000)), to: "a.txt.gz")
    try folder.write("b", to: "b.txt")
    let texts = try TextCollection(paths: [folder.path])
    let reader = texts.makeReader()
    #expect(reader.fileBytesRead == 0)
    while try reader.next() != nil {}
    #expect(reader.fileBytesRead == texts.fileByteCount)
  }

  @Test func theTextThatComesWithTheProjectIsWhole() throws {
    let chapters = try documents(["\(repository)/Data/king-james.jsonl.gz"])
    #expect(chapters.count == 1189)
    #expect(chapters.first?.source == "Genesis 1")
    #expect(chapters.last?.source == "Revelation 22")
    #expect(chapters.first?.text.hasPrefix("In the beginning God created the heaven") == true)
    #expect(chapters.reduce(0) { $0 + $1.text.utf8.count } == 4_143_230)
  }
}

@Suite struct TextErrorTests {
  private func error(
    reading bytes: some Sequence<UInt8>,
    as name: String,
    options: TextOptions = TextOptions()
  ) throws -> TextError? {
    let folder = try TemporaryFolder()
    let path = try folder.write(bytes, to: name)
    let error = #expect(throws: TextError.self) {
      let reader = try TextCollection(paths: [path], options: options).makeReader()
      while try reader.next() != nil {}
    }
    return error?.renamed(from: path, to: name)
  }

  @Test func somethingMustBeNamed() {
    #expect(throws: TextError.nothingToRead) { try TextCollection(paths: []) }
  }

  @Test func aMissingFileIsNamed() {
    let expected = TextError.cannotRead(path: "/nowhere", reason: "No such file or directory")
    #expect(throws: expected) { try TextCollection(paths: ["/nowhere"]) }
    #expect(expected.description == "/nowhere: cannot be read: No such file or directory")
  }

  @Test func aFolderWithoutTextIsNamed() throws {
    let folder = try TemporaryFolder()
    try folder.write("x", to: "a.py")
    #expect(throws: TextError.noTextFiles(folder: folder.path)) {
      try TextCollection(paths: [folder.path])
    }
  }

  /// Overlong forms, surrogates, numbers above U+10FFFF, stray and missing continuation bytes.
  @Test(
    arguments: [
      [0xFF], [0xC0, 0x80], [0xC1, 0xBF], [0xE0, 0x9F, 0xBF], [0xED, 0xA0, 0x80],
      [0xF0, 0x8F, 0xBF, 0xBF], [0xF4, 0x90, 0x80, 0x80], [0xF8, 0x88, 0x80, 0x80, 0x80], [0x80],
      [0xC3], [0xE2, 0x82], [0xF0, 0x9F, 0x98], [0xC3, 0x41],
    ] as [[UInt8]]
  )
  func bytesThatAreNotUTF8AreFound(bytes: [UInt8]) throws {
    let before = Array("añ日😀".utf8)
    #expect(
      try error(reading: before + bytes, as: "a.txt")
        == .notUTF8(path: "a.txt", byteOffset: before.count)
    )
    let line = Array("{\"text\":\"ok\"}\n{\"text\":\"".utf8)
    #expect(
      try error(reading: line + bytes + Array("\"}".utf8), as: "a.jsonl")
        == .notUTF8(path: "a.jsonl", byteOffset: line.count)
    )
  }

  /// The offset counts from the start of the text, not of the piece being read.
  @Test func theOffsetOfABadByteIsThatInTheFile() throws {
    var bytes = [UInt8](repeating: 0x61, count: 1_000_000)
    bytes[777_777] = 0xFE
    #expect(
      try error(reading: bytes, as: "a.txt", options: TextOptions(maximumDocumentByteCount: 5000))
        == .notUTF8(path: "a.txt", byteOffset: 777_777)
    )
    #expect(
      try error(reading: gzip(bytes), as: "a.txt.gz")
        == .notUTF8(path: "a.txt.gz", byteOffset: 777_777)
    )
    #expect(
      try error(reading: [0xEF, 0xBB, 0xBF, 0xFF], as: "b.txt")
        == .notUTF8(path: "b.txt", byteOffset: 3)
    )
  }

  @Test func sayingThatTextIsNotUTF8SaysWhatToDo() {
    #expect(
      TextError.notUTF8(path: "books/a.txt", byteOffset: 12).description
        == "books/a.txt: byte 12: not UTF-8 text; convert the file first, for example with iconv"
    )
  }

  /// A text without zero bytes is never taken for one, but UTF-16 without a mark is made of them.
  @Test(arguments: [String.Encoding.utf16LittleEndian, .utf16BigEndian, .utf32LittleEndian])
  func zeroBytesAreNoText(encoding: String.Encoding) throws {
    let bytes = try #require("In the beginning, Ende".data(using: encoding))
    for name in ["a.txt", "a.jsonl"] {
      #expect(
        try error(reading: bytes, as: name)
          == .zeroByte(path: name, byteOffset: encoding == .utf16BigEndian ? 0 : 1)
      )
    }
    #expect(
      TextError.zeroByte(path: "a.txt", byteOffset: 1).description
        == "a.txt: byte 1: is zero, so this is no UTF-8 text; if it is UTF-16, convert the file "
        + "first, for example with `iconv -f UTF-16`"
    )
  }

  @Test func aLineLongerThanMemoryAllowsIsRefused() throws {
    let line = "{\"text\":\"" + String(repeating: "a", count: 600_000) + "\"}"
    #expect(
      try error(
        reading: "{\"text\":\"\"}\n\(line)".utf8,
        as: "a.jsonl",
        options: TextOptions(maximumLineByteCount: 1000)
      )
        == .lineTooLong(path: "a.jsonl", line: 2, byteLimit: 1000)
    )
  }

  /// Every length short of the whole is an error, never a shorter text.
  @Test func aTruncatedGzipFileIsFound() throws {
    let whole = gzip(Array("some text that is worth compressing, text, text, text".utf8))
    for length in 0..<whole.count {
      #expect(
        try error(reading: whole[..<length], as: "a.txt.gz")
          == .truncatedGzip(path: "a.txt.gz", byteOffset: length),
        "\(length) bytes"
      )
    }
  }

  /// A flipped byte is found by the header's rules, by the compressed form, or by the checksum; the
  /// fields that gzip itself ignores (time, system, flags of no effect) may change without harm.
  @Test func aDamagedGzipFileIsFound() throws {
    let text = Array("some text that is worth compressing, text, text, text".utf8)
    let whole = gzip(text)
    for position in [0, 1, 2] + Array(10..<whole.count) {
      var damaged = whole
      damaged[position] ^= 0xFF
      switch try error(reading: damaged, as: "a.txt.gz") {
      case .corruptGzip, .truncatedGzip: break
      case let other: Issue.record("byte \(position): \(String(describing: other))")
      }
    }
  }

  @Test func bytesBehindAGzipFileAreRefused() throws {
    let error = try error(reading: gzip(Array("text".utf8)) + [1, 2, 3], as: "a.txt.gz")
    guard case .corruptGzip = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test func aTextFileIsNotAGzipFile() throws {
    let error = try error(reading: "plain text".utf8, as: "a.txt.gz")
    #expect(
      error
        == .corruptGzip(path: "a.txt.gz", byteOffset: 0, reason: "incorrect header check")
    )
    #expect(
      error?.description == "a.txt.gz: byte 0: the gzip file is damaged: incorrect header check"
    )
  }
}

extension TextError {
  /// The same error with a short path, for comparisons.
  fileprivate func renamed(from path: String, to name: String) -> TextError {
    switch self {
    case .cannotRead(path, let reason): .cannotRead(path: name, reason: reason)
    case .notUTF8(path, let offset): .notUTF8(path: name, byteOffset: offset)
    case .truncatedGzip(path, let offset): .truncatedGzip(path: name, byteOffset: offset)
    case .corruptGzip(path, let offset, let reason):
      .corruptGzip(path: name, byteOffset: offset, reason: reason)
    case .zeroByte(path, let offset): .zeroByte(path: name, byteOffset: offset)
    case .lineTooLong(path, let line, let limit):
      .lineTooLong(path: name, line: line, byteLimit: limit)
    default: self
    }
  }
}
