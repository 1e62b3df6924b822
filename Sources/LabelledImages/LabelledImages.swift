import Files
import Tables

/// Images of one size with the names of their classes.
package struct LabelledImages: Hashable, Sendable {
  /// What the numbers of an image are, in the order of rows, then columns, then channels.
  package struct Shape: Hashable, Sendable {
    package var height: Int
    package var width: Int
    /// 1 for shades of grey, 3 for red, green and blue.
    package var channelCount = 1

    package init(height: Int, width: Int, channelCount: Int = 1) {
      self.height = height
      self.width = width
      self.channelCount = channelCount
    }

    /// How many numbers an image has.
    package var count: Int { height * width * channelCount }

    /// Such as `28 x 28`, and `in colour` where it is.
    var text: String { "\(height) x \(width)\(channelCount > 1 ? " in colour" : "")" }
  }

  /// What is not said by the files themselves.
  package struct Reading: Hashable, Sendable {
    /// The file of labels of an IDX file of images; nil to go by the images' name.
    package var labelFile: String?
    /// The column of labels of a CSV file; nil for `label`, or the last one where none is called so.
    package var labelColumn: String?
    /// Whether the first row of a CSV file holds names; nil to look.
    package var hasNames: Bool?
    /// Height and width of the images of a CSV file; nil for squares.
    package var size: Shape?

    package init(
      labelFile: String? = nil,
      labelColumn: String? = nil,
      hasNames: Bool? = nil,
      size: Shape? = nil
    ) {
      self.labelFile = labelFile
      self.labelColumn = labelColumn
      self.hasNames = hasNames
      self.size = size
    }
  }

  package var shape: Shape
  /// The numbers of each image.
  package var pixels: [[Float]]
  /// The class of each image.
  package var labels: [String]

  package init(shape: Shape, pixels: [[Float]], labels: [String]) {
    self.shape = shape
    self.pixels = pixels
    self.labels = labels
  }

  /// Reads a folder with a folder of PNG files for each class, an IDX file of images, or a CSV file of pixels.
  ///
  /// - Parameters:
  ///   - path: The folder or file.
  ///   - reading: What it does not say itself.
  /// - Returns: All images.
  /// - Throws: ``ImageError`` for the first thing that is wrong.
  package static func read(
    _ path: String,
    _ reading: Reading = Reading()
  ) throws(ImageError) -> LabelledImages {
    if try isFolder(path) { return try ImageFolder(path: path).images() }
    let bytes = try contents(of: path)
    if bytes.starts(with: [0x1F, 0x8B]) { throw .compressed(file: path) }
    // Text has no zero bytes, and every IDX file begins with two.
    if bytes.starts(with: [0, 0]) {
      return try IDXFile.images(bytes, file: path, labelFile: reading.labelFile)
    }
    guard let text = CSVRecords.text(of: bytes) else {
      throw .unknownForm(file: path)
    }
    return try ImageTable(text: text, file: path, reading).images()
  }

  private static func isFolder(_ path: String) throws(ImageError) -> Bool {
    do {
      return try LocalFileSystem().kind(of: path, followingLinks: true) == .folder
    } catch {
      throw .unreadable(path: path, reason: error.reason)
    }
  }

  static func contents(of path: String) throws(ImageError) -> [UInt8] {
    do {
      return try LocalFileSystem().bytes(through: path)
    } catch {
      throw .unreadable(path: path, reason: error.reason)
    }
  }

  /// The names of the classes, numbers by their size.
  package var classes: [String] {
    Set(labels).sorted { left, right in
      if let a = Double(left), let b = Double(right), a != b { return a < b }
      return left < right
    }
  }
}
