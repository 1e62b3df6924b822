import Files

/// A folder with a folder of PNG files for each class.
struct ImageFolder {
  let path: String

  /// All images, in colour if one of them is.
  ///
  /// - Throws: ``ImageError``.
  func images() throws(ImageError) -> LabelledImages {
    var heads: [(label: String, file: String, image: PNGImage)] = []
    for label in try names(in: path) where try isFolder("\(path)/\(label)") {
      for name in try names(in: "\(path)/\(label)") where name.lowercased().hasSuffix(".png") {
        let file = "\(path)/\(label)/\(name)"
        heads.append((label, file, try PNGImage(LabelledImages.contents(of: file), file: file)))
      }
    }
    guard let first = heads.first else { throw .noClasses(folder: path) }
    for (_, file, image) in heads
    where image.width != first.image.width || image.height != first.image.height {
      throw .otherSize(
        file: file,
        found: "\(image.height) x \(image.width)",
        expected: "\(first.image.height) x \(first.image.width)",
        first: first.file
      )
    }
    let isColour = heads.contains { $0.image.isColour }
    var pixels: [[Float]] = []
    for head in heads { pixels.append(try head.image.numbers(inColour: isColour)) }
    return LabelledImages(
      shape: .init(
        height: first.image.height,
        width: first.image.width,
        channelCount: isColour ? 3 : 1
      ),
      pixels: pixels,
      labels: heads.map(\.label)
    )
  }

  private func names(in folder: String) throws(ImageError) -> [String] {
    do {
      return try LocalFileSystem().names(inFolder: folder).filter { !$0.hasPrefix(".") }.sorted()
    } catch {
      throw .unreadable(path: folder, reason: error.reason)
    }
  }

  private func isFolder(_ path: String) throws(ImageError) -> Bool {
    do {
      return try LocalFileSystem().kind(of: path, followingLinks: true) == .folder
    } catch {
      throw .unreadable(path: path, reason: error.reason)
    }
  }
}
