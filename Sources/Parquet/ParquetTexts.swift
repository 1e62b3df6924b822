import Checksums
import Files

/// The texts of a column, one row after the other; it keeps one page in memory.
public struct ParquetTexts {
  /// What a row holds in the column.
  public enum Cell: Hashable, Sendable {
    /// A text's bytes, which may be no UTF-8.
    case text(ArraySlice<UInt8>)
    /// Nothing.
    case absent
  }

  /// The row that ``next()`` reads next, from 0.
  public private(set) var row = 0

  private let file: any ReadableFile
  private let path: String
  private let column: ParquetColumn
  private let chunks: [ColumnChunk]
  private let rowCount: Int

  private var nextChunk = 0
  /// Where the next page of the current group of rows begins and the last one ends.
  private var position = 0, end = 0
  /// The values of the current group of rows that no page has given.
  private var valuesLeft = 0
  private var compression = Compression.none
  private var dictionary: TextValues?
  private var page = TextPage()

  init(
    file: any ReadableFile,
    path: String,
    column: ParquetColumn,
    chunks: [ColumnChunk],
    rowCount: Int
  ) throws(ParquetError) {
    for chunk in chunks where Compression(rawValue: chunk.compression) == nil {
      throw .unsupported(
        path: path,
        column: column.name,
        feature: Compression.name(of: chunk.compression)
      )
    }
    self.file = file
    self.path = path
    self.column = column
    self.chunks = chunks
    self.rowCount = rowCount
  }

  /// The next row's text.
  ///
  /// - Returns: What the row holds; nil behind the last row.
  /// - Throws: ``ParquetError``.
  public mutating func next() throws(ParquetError) -> Cell? {
    while page.isFinished {
      if valuesLeft == 0 {
        guard nextChunk < chunks.count else {
          guard row == rowCount else { throw damaged("has \(row) rows of \(rowCount)") }
          return nil
        }
        begin(chunks[nextChunk])
        continue
      }
      try readPage()
    }
    row += 1
    return page.next().map(Cell.text) ?? .absent
  }

  private mutating func begin(_ chunk: ColumnChunk) {
    nextChunk += 1
    (position, valuesLeft) = (chunk.offset, chunk.valueCount)
    end = chunk.offset.addingReportingOverflow(chunk.byteCount).partialValue
    compression = Compression(rawValue: chunk.compression) ?? .none
    dictionary = nil
  }

  /// Reads the next page and makes it the current one, if it holds data.
  private mutating func readPage() throws(ParquetError) {
    let header = try readHeader()
    let bytes = try read(header.compressedByteCount, at: position)
    position += header.compressedByteCount
    if let expected = header.checksum, expected != checksum(of: bytes) {
      throw damaged("a page's checksum is another than its bytes have")
    }
    if header.kind == .other { return }
    guard let encoding = TextValues.Encoding(rawValue: header.encoding) else {
      throw .unsupported(
        path: path,
        column: column.name,
        feature: TextValues.Encoding.name(of: header.encoding)
      )
    }
    do throws(Damage) {
      if header.kind == .dictionary {
        let content = try compression.decompress(bytes[...], byteCount: header.byteCount)
        var cursor = ByteCursor(content)
        dictionary = try TextValues(&cursor, .plain, count: header.valueCount)
        return
      }
      page = try TextPage(
        bytes,
        header,
        encoding,
        compression,
        definitionLevel: column.definitionLevel,
        dictionary: dictionary
      )
      guard header.valueCount <= valuesLeft else {
        throw Damage("a page holds more values than its group of rows")
      }
      valuesLeft -= header.valueCount
    } catch {
      throw damaged(error.reason)
    }
  }

  /// Reads the header of the page at ``position``, and goes behind it.
  private mutating func readHeader() throws(ParquetError) -> PageHeader {
    // Headers are short but for their least and largest text, which have no bound.
    var size = 1 << 12
    while true {
      let available = min(size, end - position, file.byteCount - position)
      guard available > 0 else { throw damaged("has \(valuesLeft) values too few") }
      var cursor = ByteCursor(try read(available, at: position)[...])
      do throws(Damage) {
        let header = try PageHeader(&cursor)
        position += cursor.position
        return header
      } catch {
        guard available == size, size < PageHeader.byteLimit else { throw damaged(error.reason) }
        size *= 8
      }
    }
  }

  private func read(_ count: Int, at offset: Int) throws(ParquetError) -> [UInt8] {
    guard offset <= file.byteCount, count <= file.byteCount - offset else {
      throw damaged("a page reaches behind the file's end")
    }
    do throws(FileError) {
      return try file.read(count, at: offset)
    } catch {
      throw .cannotRead(path: path, reason: error.reason)
    }
  }

  private func damaged(_ reason: String) -> ParquetError {
    .damaged(path: path, place: "column \"\(column.name)\", behind row \(row)", reason: reason)
  }
}
