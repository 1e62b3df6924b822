import Parquet

/// The documents of a Parquet file: those of the text column's rows.
///
/// A row without text is an empty document. The source is that of the source column where it is there and holds text,
/// else the file's.
final class TableDocuments: DocumentSource {
  private let file: TextFile
  private let options: TextOptions
  private let table: ParquetFile
  private var texts: ParquetTexts
  private var sources: ParquetTexts?

  /// The share of the rows that have been read, of the file's bytes.
  var fileBytesRead: Int {
    guard table.rowCount > 0 else { return table.byteCount }
    return Int(Double(table.byteCount) * Double(texts.row) / Double(table.rowCount))
  }

  init(file: TextFile, options: TextOptions) throws(TextError) {
    self.file = file
    self.options = options
    do throws(ParquetError) {
      table = try ParquetFile(file.path)
      texts = try table.texts(inColumn: options.textField)
      let namesSource = table.columns.contains { $0.name == options.sourceField && $0.isText }
      sources = namesSource ? try table.texts(inColumn: options.sourceField) : nil
    } catch {
      throw .table(error)
    }
  }

  func next() throws(TextError) -> Document? {
    let (text, source): (ParquetTexts.Cell?, ParquetTexts.Cell?)
    do throws(ParquetError) {
      text = try texts.next()
      source = try sources?.next()
    } catch {
      throw .table(error)
    }
    guard let text else { return nil }
    return Document(
      text: try string(text, column: options.textField) ?? "",
      source: try source.flatMap { source throws(TextError) in
        try string(source, column: options.sourceField)
      } ?? file.source
    )
  }

  private func string(_ cell: ParquetTexts.Cell, column: String) throws(TextError) -> String? {
    guard case .text(let bytes) = cell else { return nil }
    func broken(_ reason: String) -> TextError {
      .rowIsNotText(path: file.path, row: texts.row, column: column, reason: reason)
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw broken("the text is not UTF-8; write the file again from text")
    }
    guard !bytes.contains(0) else { throw broken("the text holds a zero byte, which no text does") }
    return text
  }
}
