import Tables

/// A CSV file with an image a row: a column of labels, and a column for each pixel, rows of the image first.
struct ImageTable {
  private let names: [String]
  private let records: [CSVRecords.Record]
  private let file: String
  private let labelPlace: Int
  private let shape: LabelledImages.Shape

  /// Looks at the columns.
  ///
  /// - Throws: ``ImageError``.
  init(text: String, file: String, _ reading: LabelledImages.Reading) throws(ImageError) {
    self.file = file
    let all: [CSVRecords.Record]
    do { all = try CSVRecords.all(in: text, file: file) } catch { throw .damagedTable(error) }
    guard let first = all.first else { throw .noRows(file: file) }
    let head = FirstRow(first.cells)
    guard let hasNames = reading.hasNames ?? head.hasNames else {
      throw .unclearNames(file: file, line: first.line, cells: first.cells)
    }
    names = head.names(fromCells: hasNames)
    records = Array(all.dropFirst(hasNames ? 1 : 0))
    guard !records.isEmpty else { throw .noRows(file: file) }
    let column = reading.labelColumn
    guard
      let place = names.firstIndex(of: column ?? "label") ?? (column == nil ? names.count - 1 : nil)
    else { throw .noSuchColumn(file: file, name: column ?? "label") }
    labelPlace = place
    shape = try Self.shape(pixelCount: names.count - 1, reading.size, file: file)
  }

  private static func shape(
    pixelCount: Int,
    _ size: LabelledImages.Shape?,
    file: String
  ) throws(ImageError) -> LabelledImages.Shape {
    if let size {
      guard size.count == pixelCount else {
        throw .otherPixelCount(
          file: file,
          found: pixelCount,
          height: size.height,
          width: size.width
        )
      }
      return size
    }
    let side = Int(Double(pixelCount).squareRoot().rounded())
    guard side > 0, side * side == pixelCount else {
      throw .unknownSize(file: file, pixelCount: pixelCount)
    }
    return LabelledImages.Shape(height: side, width: side)
  }

  /// The images, with the table's own numbers.
  ///
  /// - Throws: ``ImageError``.
  func images() throws(ImageError) -> LabelledImages {
    var (pixels, labels): ([[Float]], [String]) = ([], [])
    for record in records {
      guard record.cells.count == names.count else {
        throw .raggedRow(
          file: file,
          line: record.line,
          found: record.cells.count,
          expected: names.count
        )
      }
      var image: [Float] = []
      for (place, cell) in record.cells.enumerated() where place != labelPlace {
        guard case .number(let number) = CellContent(cell), Float(number).isFinite else {
          throw .notAPixel(file: file, line: record.line, column: names[place], found: cell)
        }
        image.append(Float(number))
      }
      pixels.append(image)
      labels.append(record.cells[labelPlace])
    }
    return LabelledImages(shape: shape, pixels: pixels, labels: labels)
  }
}
