/// The records of a CSV file as RFC 4180 has them, with the line on which each begins.
///
/// Cells are separated by commas, semicolons or tabs. A cell in quotation marks may hold separators, line breaks and, doubled, quotation marks.
/// White space around cells is no part of them, and lines of white space are no records.
package struct CSVRecords {
  package struct Record: Equatable, Sendable {
    /// Counted from 1.
    package var line: Int
    package var cells: [String]
  }

  private let bytes: [UInt8]
  private let file: String
  private let separator: UInt8
  private var position = 0
  private var line = 1

  /// Reads the whole of a text.
  ///
  /// - Parameters:
  ///   - text: The text.
  ///   - file: Its name, for messages.
  /// - Returns: The records, in order.
  /// - Throws: ``CSVError`` for quotation marks that are not RFC 4180's.
  package static func all(in text: String, file: String) throws(CSVError) -> [Record] {
    var reader = CSVRecords(text, file: file)
    var records: [Record] = []
    while let record = try reader.next() { records.append(record) }
    return records
  }

  /// The text that a file's bytes are; nil if they are no UTF-8, or hold zeros, which are in no text but UTF-16 and UTF-32.
  package static func text(of bytes: [UInt8]) -> String? {
    bytes.contains(0) ? nil : String(validating: bytes, as: UTF8.self)
  }

  private init(_ text: String, file: String) {
    // A byte-order mark is no part of the first cell.
    let scalars = text.unicodeScalars
    bytes = Array(scalars.first == "\u{FEFF}" ? String(scalars.dropFirst()).utf8 : text.utf8)
    self.file = file
    separator = Self.separator(in: bytes)
  }

  private mutating func next() throws(CSVError) -> Record? {
    skipEmptyLines()
    guard position < bytes.count else { return nil }
    var record = Record(line: line, cells: [])
    while true {
      record.cells.append(try cell())
      guard position < bytes.count, bytes[position] == separator else { break }
      position += 1
    }
    skipLineBreak()
    return record
  }

  /// Reads a cell up to the separator or the line break behind it.
  private mutating func cell() throws(CSVError) -> String {
    skipBlanks()
    guard position < bytes.count, bytes[position] == Self.quote else {
      let start = position
      while position < bytes.count, !isEnd(bytes[position]) { position += 1 }
      return String(String(decoding: bytes[start..<position], as: UTF8.self).trimmed)
    }
    let first = line
    position += 1
    var text: [UInt8] = []
    while true {
      guard position < bytes.count else { throw .openQuote(file: file, line: first) }
      if bytes[position] == Self.quote {
        position += 1
        guard position < bytes.count, bytes[position] == Self.quote else { break }
      } else if isLineBreak(position) {
        line += 1
      }
      text.append(bytes[position])
      position += 1
    }
    skipBlanks()
    guard position == bytes.count || isEnd(bytes[position]) else {
      throw .textBehindQuote(file: file, line: line, cell: String(decoding: text, as: UTF8.self))
    }
    return String(decoding: text, as: UTF8.self)
  }

  private mutating func skipEmptyLines() {
    while true {
      let start = position
      while position < bytes.count, isBlank(bytes[position]) { position += 1 }
      if position < bytes.count, bytes[position] == 0x0A || bytes[position] == 0x0D {
        skipLineBreak()
      } else {
        // A line of something, or white space at the end.
        if position < bytes.count { position = start }
        return
      }
    }
  }

  private mutating func skipBlanks() {
    while position < bytes.count, isBlank(bytes[position]), bytes[position] != separator {
      position += 1
    }
  }

  private mutating func skipLineBreak() {
    guard position < bytes.count else { return }
    let isPair = bytes[position...].starts(with: [0x0D, 0x0A])
    position += isPair ? 2 : 1
    line += 1
  }

  private func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

  private func isEnd(_ byte: UInt8) -> Bool { byte == separator || byte == 0x0A || byte == 0x0D }

  /// Whether a line ends with the byte at a position: LF, CR LF, or CR alone.
  private func isLineBreak(_ position: Int) -> Bool {
    bytes[position] == 0x0A
      || bytes[position] == 0x0D && !bytes[(position + 1)...].starts(with: [0x0A])
  }

  private static let quote = UInt8(ascii: "\"")

  /// The separator that both of the first two records have the same number of, two at least, else the one that
  /// the first has most of.
  ///
  /// Of several the comma is the last choice: between semicolons or tabs it may stand in numbers.
  private static func separator(in bytes: [UInt8]) -> UInt8 {
    var counts: [[UInt8: Int]] = [[:]]
    var (isQuoted, hasCells) = (false, false)
    var last = separators[0]
    for byte in bytes {
      if byte == quote {
        // A mark opens a cell at its start only; behind one that ended it, it is the second of two.
        isQuoted = !isQuoted && (separators.contains(last) || last == quote)
      } else if !isQuoted {
        if hasCells, byte == 0x0A || byte == 0x0D {
          if counts.count == 2 { break }
          counts.append([:])
          (hasCells, last) = (false, separators[0])
        }
        counts[counts.count - 1][byte, default: 0] += 1
      }
      hasCells = hasCells || byte > 0x20
      if byte > 0x20 || separators.contains(byte) { last = byte }
    }
    func count(_ separator: UInt8, _ record: Int) -> Int { counts[record][separator, default: 0] }
    let regular = separators.first { separator in
      counts.indices.allSatisfy { count(separator, $0) == count(separator, 0) }
        && count(separator, 0) >= 2
    }
    let most = separators.map { count($0, 0) }.max()
    return regular ?? separators.last { count($0, 0) == most } ?? separators[0]
  }

  private static let separators = Array("\t;,".utf8)
}

extension StringProtocol {
  /// The text without white space at its ends.
  package var trimmed: SubSequence {
    var text = drop(while: \.isWhitespace)
    while text.last?.isWhitespace == true { text.removeLast() }
    return text
  }
}
