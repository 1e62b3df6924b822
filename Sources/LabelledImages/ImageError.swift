import Tables

/// What can be wrong with images and their labels.
package enum ImageError: Error, Hashable, Sendable, CustomStringConvertible {
  /// A file or folder cannot be read; the reason is the system's.
  case unreadable(path: String, reason: String)
  /// A file is none of those that images come in.
  case unknownForm(file: String)
  /// A file is compressed as a whole.
  case compressed(file: String)
  /// An IDX file holds something else than it has to.
  case otherContent(file: String, found: String, expected: String)
  /// An IDX file ends early, or goes on behind its numbers.
  case otherLength(file: String, found: Int, expected: Int)
  /// The images have another number of labels.
  case otherCount(images: Int, labels: Int, file: String)
  /// The file of labels that belongs to one of images has a name that cannot be told.
  case noLabelFile(images: String)
  /// A PNG file is damaged; the reason is libpng's.
  case damagedPNG(file: String, reason: String)
  /// An image is larger than any that this is made for.
  case tooLarge(file: String, width: Int, height: Int, limit: Int)
  /// A folder has no folder of PNG files for each class.
  case noClasses(folder: String)
  /// Two images have different sizes.
  case otherSize(file: String, found: String, expected: String, first: String)
  /// A CSV file's marks are wrong.
  case damagedTable(CSVError)
  /// A table needs a row for each image.
  case noRows(file: String)
  /// The first row may hold the columns' names or numbers.
  case unclearNames(file: String, line: Int, cells: [String])
  /// The named column of labels is not there.
  case noSuchColumn(file: String, name: String)
  /// A row has another number of cells than the first one.
  case raggedRow(file: String, line: Int, found: Int, expected: Int)
  /// A pixel is no finite number.
  case notAPixel(file: String, line: Int, column: String, found: String)
  /// The pixels of an image in a table make no square.
  case unknownSize(file: String, pixelCount: Int)
  /// The pixels of an image in a table are not as many as was said.
  case otherPixelCount(file: String, found: Int, height: Int, width: Int)
  /// There are fewer or more classes than two.
  case notTwoClasses(path: String, classes: [String])
  /// The classes that were asked for are not two different ones.
  case notTwoNames(found: String)
  /// A class that was asked for is not there.
  case noSuchClass(path: String, name: String, known: [String])
  /// A class has too few images.
  case tooFewImages(path: String, name: String, found: Int, needed: Int)
  /// All images are equal.
  case allEqual(path: String)

  /// One sentence: where, what was needed, what came, what to do.
  package var description: String {
    switch self {
    case .unreadable(let path, let reason):
      "\(path): cannot be read: \(reason)"
    case .unknownForm(let file):
      "\(file): needs an IDX file of images, a CSV file of pixels, or a folder with a folder of PNG files "
        + "for each class"
    case .compressed(let file):
      "\(file): is compressed; unpack it first, for example with gunzip"
    case .otherContent(let file, let found, let expected):
      "\(file): needs \(expected); got \(found)"
    case .otherLength(let file, let found, let expected):
      "\(file): needs \(expected) bytes for what its head says; got \(found)"
    case .otherCount(let images, let labels, let file):
      "\(file): needs \(images) labels, one an image; got \(labels)"
    case .noLabelFile(let images):
      "\(images): has no \"images\" in its name, so the file of labels cannot be told; name it with --label-file"
    case .damagedPNG(let file, let reason):
      "\(file): is no PNG file that can be read: \(reason)"
    case .tooLarge(let file, let width, let height, let limit):
      "\(file): needs at most \(limit) pixels; has \(width) x \(height); make the images smaller first"
    case .noClasses(let folder):
      "\(folder): needs a folder of PNG files for each class, two at least"
    case .otherSize(let file, let found, let expected, let first):
      "\(file): needs \(expected) pixels like \(first); has \(found)"
    case .damagedTable(let error):
      error.description
    case .noRows(let file):
      "\(file): needs a row for each image; has none"
    case .unclearNames(let file, let line, let cells):
      "\(file):\(line): may hold the columns' names or numbers, and begins with "
        + cells.prefix(4).map(\.shown).joined(separator: ", ")
        + "; say which with --names or --no-names"
    case .noSuchColumn(let file, let name):
      "\(file): has no column \"\(name)\""
    case .raggedRow(let file, let line, let found, let expected):
      "\(file):\(line): needs \(expected) cells like the first row; got \(found)"
    case .notAPixel(let file, let line, let column, let found):
      "\(file):\(line): \(column): needs a finite number; got \(found.shown)"
    case .unknownSize(let file, let pixelCount):
      "\(file): \(pixelCount) pixels are no square; say the images' height and width with --size, such as 28x28"
    case .otherPixelCount(let file, let found, let height, let width):
      "\(file): needs \(height * width) pixels in a row for \(height) x \(width); got \(found)"
    case .notTwoClasses(let path, let classes):
      "\(path): needs images of two classes; has \(classes.count): \(Self.list(classes))"
        + (classes.count > 2 ? "; pick two with --classes A,B" : "")
    case .notTwoNames(let found):
      "--classes: needs two different names with a comma between; got \(found.shown)"
    case .noSuchClass(let path, let name, let known):
      "\(path): has no class \(name.shown); its classes are \(Self.list(known))"
    case .tooFewImages(let path, let name, let found, let needed):
      "\(path): needs at least \(needed) images of each class; class \(name.shown) has \(found)"
    case .allEqual(let path):
      "\(path): all images are equal, so that nothing is left to learn"
    }
  }

  private static func list(_ names: [String]) -> String {
    names.prefix(12).joined(separator: ", ") + (names.count > 12 ? ", …" : "")
  }
}
