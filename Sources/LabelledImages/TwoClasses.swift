/// Images of two classes.
package struct TwoClasses: Hashable, Sendable {
  package var shape: LabelledImages.Shape
  /// The numbers of each image.
  package var pixels: [[Float]]
  /// -1 or 1 for each image.
  package var labels: [Double]
  /// The names of the classes -1 and 1.
  package var names: [String]

  /// A number that other images, labels or sizes have another one of, but for chance (FNV-1a over 64 bits).
  package var fingerprint: String {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    func add(_ number: UInt32) { hash = (hash ^ UInt64(number)) &* 0x100_0000_01B3 }
    for size in [shape.height, shape.width, shape.channelCount] {
      add(UInt32(truncatingIfNeeded: size))
    }
    for (image, label) in zip(pixels, labels) {
      add(label > 0 ? 1 : 0)
      for number in image { add(number.bitPattern) }
    }
    return String(hash, radix: 16)
  }

  /// Fewer images of a class say nothing about it.
  package static let fewestImages = 20
}

extension LabelledImages {
  /// The images of two classes.
  ///
  /// - Parameters:
  ///   - names: Which ones, with a comma between; nil where there are no others.
  ///   - path: Where the images come from, for messages.
  /// - Returns: The images, each class with enough of them.
  /// - Throws: ``ImageError``.
  package func twoClasses(_ names: String?, path: String) throws(ImageError) -> TwoClasses {
    let known = classes
    let chosen = try names.map { (text) throws(ImageError) in try Self.names(in: text) } ?? known
    for name in chosen where !known.contains(name) {
      throw .noSuchClass(path: path, name: name, known: known)
    }
    guard chosen.count == 2 else { throw .notTwoClasses(path: path, classes: known) }
    for name in chosen {
      let count = labels.count { $0 == name }
      guard count >= TwoClasses.fewestImages else {
        throw .tooFewImages(path: path, name: name, found: count, needed: TwoClasses.fewestImages)
      }
    }
    let kept = labels.indices.filter { chosen.contains(labels[$0]) }
    let images = kept.map { pixels[$0] }
    guard images.contains(where: { $0 != images[0] }) else { throw .allEqual(path: path) }
    return TwoClasses(
      shape: shape,
      pixels: images,
      labels: kept.map { labels[$0] == chosen[0] ? -1 : 1 },
      names: chosen
    )
  }

  private static func names(in text: String) throws(ImageError) -> [String] {
    let names = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    guard names.count == 2, names[0] != names[1], !names.contains("") else {
      throw .notTwoNames(found: text)
    }
    return names
  }
}
