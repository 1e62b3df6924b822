/// What can go wrong when a Parquet file is read.
public enum ParquetError: Error, Hashable, CustomStringConvertible {
  /// A file could not be read; the system's words are kept.
  case cannotRead(path: String, reason: String)
  /// A file does not begin and end as Parquet files do.
  case notParquet(path: String)
  /// A file is encrypted.
  case encrypted(path: String)
  /// Something in a file contradicts the format; where it was found, and what it is.
  case damaged(path: String, place: String, reason: String)
  /// A file has no column of a name; its columns that hold text.
  case noColumn(path: String, name: String, textColumns: [String])
  /// A column holds something other than text, here in words.
  case columnIsNotText(path: String, name: String, found: String)
  /// A column is written in a way that this reader does not know.
  case unsupported(path: String, column: String, feature: String)

  /// One sentence for the user.
  public var description: String {
    switch self {
    case .cannotRead(let path, let reason):
      "\(path): cannot be read: \(reason)"
    case .notParquet(let path):
      "\(path): is no Parquet file: it needs to begin and end with PAR1; get or make it again"
    case .encrypted(let path):
      "\(path): is an encrypted Parquet file; write it again without encryption"
    case .damaged(let path, let place, let reason):
      "\(path): \(place): \(reason); get or make the file again"
    case .noColumn(let path, let name, let textColumns):
      "\(path): has no column \"\(name)\""
        + (textColumns.isEmpty
          ? " and none that holds text"
          : "; its columns with text are "
            + textColumns.prefix(12).map { "\"\($0)\"" }.joined(separator: ", ")
            + "; name one of them with --text-field")
    case .columnIsNotText(let path, let name, let found):
      "\(path): the column \"\(name)\" needs to hold text; it holds \(found)"
    case .unsupported(let path, let column, let feature):
      "\(path): the column \"\(column)\" is written with \(feature), which is not supported; write the file again "
        + "with snappy, gzip, zstd or no compression, and plain, dictionary or delta encoding"
    }
  }
}

/// A contradiction in a file's bytes, before it is known where they lie.
struct Damage: Error, Equatable {
  let reason: String

  init(_ reason: String) {
    self.reason = reason
  }
}
