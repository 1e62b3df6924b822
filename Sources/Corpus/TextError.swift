import Parquet

/// What can go wrong when text is read.
public enum TextError: Error, Equatable, CustomStringConvertible {
  /// No path was given.
  case nothingToRead
  /// A file or folder could not be read; the system's words are kept.
  case cannotRead(path: String, reason: String)
  /// A folder holds no file of a known kind.
  case noTextFiles(folder: String)
  /// A byte sequence is not UTF-8; the offset counts bytes of the text, after decompression.
  case notUTF8(path: String, byteOffset: Int)
  /// A gzip file ends in the middle; the offset counts bytes of the file.
  case truncatedGzip(path: String, byteOffset: Int)
  /// A gzip file's contents are damaged; the offset counts bytes of the file.
  case corruptGzip(path: String, byteOffset: Int, reason: String)
  /// A file holds a zero byte, which no text does but UTF-16 and UTF-32; the offset counts like that of
  /// ``notUTF8(path:byteOffset:)``.
  case zeroByte(path: String, byteOffset: Int)
  /// A line is not a JSON object; lines and columns, which are characters, count from 1.
  case malformedJSON(path: String, line: Int, column: Int, reason: String)
  /// A record has no field of the given name; its fields.
  case missingField(path: String, line: Int, field: String, found: [String])
  /// A record's field holds something other than a string, here in words.
  case fieldIsNotText(path: String, line: Int, column: Int, field: String, found: String)
  /// A record's field holds half of a surrogate pair, which is a string for JSON and no text.
  case halfSurrogate(path: String, line: Int, column: Int, field: String)
  /// A line of JSON is longer than the reader keeps in memory.
  case lineTooLong(path: String, line: Int, byteLimit: Int)
  /// A data set has no part of a name; those that it has.
  case noPart(folder: String, part: String, found: [String])
  /// A Parquet file cannot be read.
  case table(ParquetError)
  /// A row of a table holds bytes that are no text; rows count from 1.
  case rowIsNotText(path: String, row: Int, column: String, reason: String)

  /// One sentence for the user.
  public var description: String {
    switch self {
    case .nothingToRead:
      "no text was given; name at least one file or folder"
    case .cannotRead(let path, let reason):
      "\(path): cannot be read: \(reason)"
    case .noTextFiles(let folder):
      "\(folder): holds no text; looked for \(TextFile.Kind.suffixesInWords)"
    case .notUTF8(let path, let offset):
      "\(path): byte \(offset): not UTF-8 text; convert the file first, for example with iconv"
    case .truncatedGzip(let path, let offset):
      "\(path): the gzip file ends early, after \(offset) bytes; get or make it again"
    case .corruptGzip(let path, let offset, let reason):
      "\(path): byte \(offset): the gzip file is damaged: \(reason)"
    case .zeroByte(let path, let offset):
      "\(path): byte \(offset): is zero, so this is no UTF-8 text; if it is UTF-16, convert the file "
        + "first, for example with `iconv -f UTF-16`"
    case .malformedJSON(let path, let line, let column, let reason):
      "\(path):\(line):\(column): is not JSON for a record: \(reason)"
    case .missingField(let path, let line, let field, let found):
      "\(path):\(line): the record has no field \"\(field)\""
        + (found.isEmpty
          ? "" : "; it has " + found.prefix(12).map { "\"\($0)\"" }.joined(separator: ", "))
        + "; name the field that holds the text with --text-field"
    case .fieldIsNotText(let path, let line, let column, let field, let found):
      "\(path):\(line):\(column): the field \"\(field)\" needs to hold a string; got \(found)"
    case .halfSurrogate(let path, let line, let column, let field):
      "\(path):\(line):\(column): the field \"\(field)\" holds half of a surrogate pair, which is no "
        + "character; write the whole pair or \\ufffd instead"
    case .lineTooLong(let path, let line, let limit):
      "\(path):\(line): the line is longer than \(limit) bytes; cut the text into more records"
    case .noPart(let folder, let part, let found):
      "\(folder): holds no part \"\(part)\" of a data set; name one with --part: "
        + found.joined(separator: ", ")
    case .table(let error):
      error.description
    case .rowIsNotText(let path, let row, let column, let reason):
      "\(path): row \(row), column \"\(column)\": \(reason)"
    }
  }
}
