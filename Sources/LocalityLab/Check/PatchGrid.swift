import LabelledImages

/// How images are cut into patches: squares beside each other, which cover all of them.
package struct PatchGrid: Hashable, Sendable {
  package let shape: LabelledImages.Shape
  /// The side of a patch in pixels.
  package let side: Int

  /// The most numbers that an image may have: its rotation is a square matrix of as many rows.
  package static let largestImage = 2048

  /// Cuts images of a shape.
  ///
  /// - Parameters:
  ///   - shape: The images.
  ///   - side: The side of a patch; nil for the one that is nearest to the root of the images' shorter side, so that
  ///     patches are about as many as a patch has pixels.
  ///   - path: Where the images come from, for messages.
  /// - Throws: ``LocalityError`` for images that such patches do not cover.
  package init(_ shape: LabelledImages.Shape, side: Int? = nil, path: String) throws(LocalityError)
  {
    guard shape.count <= Self.largestImage else {
      throw .imageTooLarge(path: path, found: shape.count, limit: Self.largestImage)
    }
    let shorter = min(shape.height, shape.width)
    let sides = (1...shorter).filter {
      shape.height.isMultiple(of: $0) && shape.width.isMultiple(of: $0)
        && shape.height * shape.width > $0 * $0
    }
    if let side {
      guard sides.contains(side) else {
        throw .otherPatch(found: side, height: shape.height, width: shape.width, sides: sides)
      }
      self.side = side
    } else {
      let root = Double(shorter).squareRoot()
      func distance(_ side: Int) -> Double { max(Double(side) / root, root / Double(side)) }
      // Of two that are equally near, the larger one.
      let usable = sides.filter { $0 > 1 }
      guard let nearest = usable.reversed().min(by: { distance($0) < distance($1) - 1e-9 }) else {
        throw .noPatch(path: path, height: shape.height, width: shape.width)
      }
      self.side = nearest
    }
    self.shape = shape
  }

  /// How many patches there are, K.
  package var patchCount: Int { shape.height / side * (shape.width / side) }
  /// How many numbers a patch has, D.
  package var dimension: Int { side * side * shape.channelCount }

  /// The sizes as networks are told them.
  var law: SignalLaw { SignalLaw(patchCount: patchCount, dimension: dimension, sigma: 1) }

  /// The places of an image's numbers, patch by patch.
  package var places: [Int] {
    let (columns, channels) = (shape.width / side, shape.channelCount)
    return (0..<patchCount).flatMap { patch in
      (0..<side).flatMap { row in
        (0..<side * channels).map { offset in
          ((patch / columns * side + row) * shape.width + patch % columns * side) * channels
            + offset
        }
      }
    }
  }
}
