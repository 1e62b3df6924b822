import Randomness

/// Orthogonal matrices, row-major.
package enum OrthogonalMatrix {
  /// A matrix of a size, all equally likely.
  ///
  /// Rows of normal numbers by the Gram-Schmidt process, taken twice for orthogonality to all digits.
  package static func random(_ size: Int, _ stream: RandomStream) -> [Double] {
    let numbers = stream.normals(count: size * size)
    var rows: [[Double]] = []
    for start in stride(from: 0, to: numbers.count, by: size) {
      var row = Array(numbers[start..<start + size])
      for other in rows + rows {
        let overlap = zip(row, other).reduce(0) { $0 + $1.0 * $1.1 }
        row = zip(row, other).map { $0 - overlap * $1 }
      }
      let norm = row.reduce(0) { $0 + $1 * $1 }.squareRoot()
      rows.append(row.map { $0 / norm })
    }
    return rows.flatMap(\.self)
  }

  /// The matrix that turns each patch of an image by its own block.
  ///
  /// - Parameters:
  ///   - blocks: One a patch.
  ///   - dimension: The rows of a block.
  /// - Returns: A matrix of the whole image.
  package static func blocks(_ blocks: [[Double]], dimension: Int) -> [Double] {
    let size = blocks.count * dimension
    var matrix = [Double](repeating: 0, count: size * size)
    for (patch, block) in blocks.enumerated() {
      for row in 0..<dimension {
        for column in 0..<dimension {
          matrix[(patch * dimension + row) * size + patch * dimension + column] =
            block[row * dimension + column]
        }
      }
    }
    return matrix
  }

  /// A matrix times a vector.
  package static func product(_ matrix: [Double], _ vector: [Double]) -> [Double] {
    vector.indices.map { row in
      vector.indices.reduce(0) { $0 + matrix[row * vector.count + $1] * vector[$1] }
    }
  }
}

/// What an architecture's equivariant learners do not see of images.
package enum RotationGroup: String, CaseIterable, Sendable {
  /// One rotation of all patches: the convolutional network's.
  case shared
  /// A rotation for each patch: the locally connected network's.
  case blocks
  /// Any rotation of the image: the fully connected network's.
  case full

  /// A random element as a matrix of the whole image.
  package func matrix(_ law: SignalLaw, seed: UInt64) -> [Double] {
    let stream = RandomStream(seed: seed).named("rotation").named(rawValue)
    switch self {
    case .full:
      return OrthogonalMatrix.random(law.imageSize, stream)
    case .shared:
      let block = OrthogonalMatrix.random(law.dimension, stream)
      return OrthogonalMatrix.blocks(
        [[Double]](repeating: block, count: law.patchCount),
        dimension: law.dimension
      )
    case .blocks:
      let blocks = (0..<law.patchCount).map {
        OrthogonalMatrix.random(law.dimension, stream.indexed(UInt64($0)))
      }
      return OrthogonalMatrix.blocks(blocks, dimension: law.dimension)
    }
  }
}

extension Architecture {
  /// The group under which its equivariant learners learn the same.
  package var group: RotationGroup {
    switch self {
    case .convolutional: .shared
    case .locallyConnected: .blocks
    case .fullyConnected: .full
    }
  }
}
