import Files

/// A Parquet file: a table whose columns lie apart, compressed in pages.
///
/// Only its end is read when it is opened; columns of text are read from there page by page.
///
/// ```swift
/// let file = try ParquetFile("train-00000-of-00001.parquet")
/// var texts = try file.texts(inColumn: "text")
/// while let text = try texts.next() { ... }
/// ```
///
/// Read is what writers of text corpora make: flat columns, and fields of structures, of texts that may be absent; plain,
/// dictionary and delta encodings; both versions of data pages; snappy, gzip, zstd or no compression. Lists, other
/// compressions and encryption are refused by name. The format: Apache Parquet 2.12, `README.md`, `Encodings.md`,
/// `parquet.thrift`.
public struct ParquetFile: Sendable {
  /// Where the file is.
  public let path: String
  /// The rows of the table.
  public let rowCount: Int
  /// The columns, in the table's order.
  public let columns: [ParquetColumn]
  /// The file's size.
  public var byteCount: Int { file.byteCount }

  private let file: any ReadableFile
  /// Of each group of rows, where the columns' pages are.
  private let groups: [[ColumnChunk]]

  /// Reads a file's description of itself.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - files: Where it is.
  /// - Throws: ``ParquetError``.
  public init(_ path: String, in files: any FileSystem = LocalFileSystem()) throws(ParquetError) {
    self.path = path
    do throws(FileError) {
      file = try files.open(path)
    } catch {
      throw .cannotRead(path: path, reason: error.reason)
    }
    let footer = try Self.footer(of: file, path)
    do throws(Damage) {
      var cursor = ByteCursor(footer[...])
      let metadata = try cursor.structure()
      guard let schema = metadata[2]?.list, let rowCount = metadata[3]?.integer, rowCount >= 0
      else {
        throw Damage("its description lacks the schema or the number of rows")
      }
      let columns = try ParquetColumn.columns(of: schema)
      groups = try (metadata[4]?.list ?? []).map { group throws(Damage) in
        let chunks = group[1]?.list ?? []
        guard chunks.count == columns.count else {
          throw Damage("a group of rows has \(chunks.count) of \(columns.count) columns")
        }
        return try chunks.map(ColumnChunk.init)
      }
      self.rowCount = rowCount
      self.columns = columns
    } catch {
      throw .damaged(path: path, place: "the end of the file", reason: error.reason)
    }
  }

  /// The texts of a column, from the first row on.
  ///
  /// - Parameter name: The column's name.
  /// - Returns: The texts.
  /// - Throws: ``ParquetError/noColumn(path:name:textColumns:)``,
  ///   ``ParquetError/columnIsNotText(path:name:found:)`` or ``ParquetError/unsupported(path:column:feature:)``.
  public func texts(inColumn name: String) throws(ParquetError) -> ParquetTexts {
    guard let index = columns.firstIndex(where: { $0.name == name }) else {
      // A list's values lie deeper than the list, under names that its writer chose.
      if let list = columns.first(where: { $0.name.hasPrefix(name + ".") }) {
        throw .columnIsNotText(
          path: path,
          name: name,
          found: list.content == "lists" ? "lists" : "structures, such as \"\(list.name)\""
        )
      }
      throw .noColumn(path: path, name: name, textColumns: columns.filter(\.isText).map(\.name))
    }
    let column = columns[index]
    guard column.isText else {
      throw .columnIsNotText(path: path, name: name, found: column.content)
    }
    return try ParquetTexts(
      file: file,
      path: path,
      column: column,
      chunks: groups.map { $0[index] },
      rowCount: rowCount
    )
  }

  /// The bytes before the last eight, as many as those state.
  private static func footer(
    of file: any ReadableFile,
    _ path: String
  ) throws(ParquetError) -> [UInt8] {
    func read(_ count: Int, at offset: Int) throws(ParquetError) -> [UInt8] {
      do throws(FileError) {
        return try file.read(count, at: offset)
      } catch {
        throw .cannotRead(path: path, reason: error.reason)
      }
    }
    guard file.byteCount >= 12 else { throw .notParquet(path: path) }
    let end = try read(8, at: file.byteCount - 8)
    if end.suffix(4).elementsEqual("PARE".utf8) { throw .encrypted(path: path) }
    guard end.suffix(4).elementsEqual("PAR1".utf8),
      try read(4, at: 0).elementsEqual("PAR1".utf8)
    else { throw .notParquet(path: path) }
    let length = end.prefix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
    guard length <= file.byteCount - 12 else {
      throw .damaged(
        path: path,
        place: "the end of the file",
        reason: "its description states \(length) bytes, more than there are"
      )
    }
    return try read(length, at: file.byteCount - 8 - length)
  }
}

/// Where a column's pages are in a group of rows.
struct ColumnChunk: Sendable {
  /// The first page.
  let offset: Int
  /// The bytes of all pages.
  let byteCount: Int
  /// How many values there are, absent ones among them.
  let valueCount: Int
  /// The number of the compression.
  let compression: Int

  init(_ chunk: CompactValue) throws(Damage) {
    guard chunk[1] == nil else { throw Damage("a column lies in another file") }
    guard let metadata = chunk[3], let valueCount = metadata[5]?.integer,
      let byteCount = metadata[7]?.integer, let data = metadata[9]?.integer
    else { throw Damage("a column lacks the place or the number of its values") }
    // Some writers leave the dictionary's place at 0.
    let dictionary = metadata[11]?.integer ?? 0
    offset = dictionary > 0 ? min(dictionary, data) : data
    self.byteCount = byteCount
    self.valueCount = valueCount
    compression = metadata[4]?.integer ?? 0
    guard offset >= 4, byteCount >= 0, valueCount >= 0 else {
      throw Damage("a column states a negative number")
    }
  }
}
