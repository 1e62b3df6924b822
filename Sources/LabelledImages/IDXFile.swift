import Files

/// A file of the form in which MNIST comes: a head with the lengths of the axes, then a byte a number.
///
/// Source: Y. LeCun, C. Cortes and C. Burges, "The MNIST database of handwritten digits", "File formats".
struct IDXFile {
  /// The lengths of the axes.
  let axes: [Int]
  let numbers: ArraySlice<UInt8>

  /// Reads a file whole.
  ///
  /// - Parameters:
  ///   - bytes: Its contents.
  ///   - file: Its name, for messages.
  ///   - ranks: The numbers of axes that it may have.
  ///   - content: What it has to hold, for messages.
  /// - Throws: ``ImageError``.
  init(
    _ bytes: [UInt8],
    file: String,
    ranks: ClosedRange<Int>,
    content: String
  ) throws(ImageError) {
    guard bytes.count >= 4, bytes[0] == 0, bytes[1] == 0 else {
      throw .otherContent(file: file, found: "no head of an IDX file", expected: content)
    }
    guard bytes[2] == 0x08 else {
      let type = String(bytes[2], radix: 16)
      throw .otherContent(
        file: file,
        found: "numbers of type 0x\(type)",
        expected: "\(content) as bytes"
      )
    }
    let rank = Int(bytes[3])
    guard ranks.contains(rank) else {
      throw .otherContent(file: file, found: "an array of \(rank) axes", expected: content)
    }
    let start = 4 + 4 * rank
    guard bytes.count >= start else {
      throw .otherLength(file: file, found: bytes.count, expected: start)
    }
    axes = (0..<rank).map { axis in
      bytes[4 + 4 * axis..<8 + 4 * axis].reduce(0) { $0 << 8 | Int($1) }
    }
    var expected = 1
    for length in axes {
      let (product, isTooLong) = expected.multipliedReportingOverflow(by: length)
      guard !isTooLong, product < 1 << 48 else {
        let lengths = axes.map(String.init).joined(separator: " x ")
        throw .otherContent(file: file, found: "an array of \(lengths)", expected: content)
      }
      expected = product
    }
    guard bytes.count == start + expected else {
      throw .otherLength(file: file, found: bytes.count, expected: start + expected)
    }
    numbers = bytes[start...]
  }

  /// The images of a file with the labels of the one that belongs to it.
  ///
  /// - Parameters:
  ///   - bytes: The images' file.
  ///   - file: Its name.
  ///   - labelFile: The labels' file; nil for the one whose name says `labels` where the images' says `images`.
  /// - Returns: Shades from 0 to 1.
  /// - Throws: ``ImageError``.
  static func images(
    _ bytes: [UInt8],
    file: String,
    labelFile: String?
  ) throws(ImageError) -> LabelledImages {
    let images = try IDXFile(bytes, file: file, ranks: 3...4, content: "images")
    let shape = LabelledImages.Shape(
      height: images.axes[1],
      width: images.axes[2],
      channelCount: images.axes.count > 3 ? images.axes[3] : 1
    )
    guard images.axes[0] > 0, shape.count > 0 else {
      throw .otherContent(file: file, found: "none", expected: "images")
    }
    guard let labelFile = labelFile ?? labelName(of: file) else { throw .noLabelFile(images: file) }
    let labels = try IDXFile(
      LabelledImages.contents(of: labelFile),
      file: labelFile,
      ranks: 1...1,
      content: "labels"
    )
    guard labels.axes[0] == images.axes[0] else {
      throw .otherCount(images: images.axes[0], labels: labels.axes[0], file: labelFile)
    }
    let first = images.numbers.startIndex
    return LabelledImages(
      shape: shape,
      pixels: (0..<images.axes[0]).map { image in
        images.numbers[first + image * shape.count..<first + (image + 1) * shape.count]
          .map { Float($0) / 255 }
      },
      labels: labels.numbers.map { String($0) }
    )
  }

  /// The name of the labels' file, such as `train-labels-idx1-ubyte` for `train-images-idx3-ubyte`.
  private static func labelName(of images: String) -> String? {
    let name = lastComponent(of: images)
    guard name.contains("images") else { return nil }
    let folder = images.dropLast(name.count)
    return folder
      + name.replacing("images", with: "labels").replacing("idx3", with: "idx1")
      .replacing("idx4", with: "idx1")
  }
}
