import LinearAlgebra
import Randomness

/// Normal points whose labels two coordinates decide.
package struct SeparableLaw: Hashable, Sendable {
  /// D, two or more.
  package var dimension: Int

  package init(dimension: Int) {
    self.dimension = dimension
  }

  /// The first samples of a seed, labelled by the sign of the first two coordinates' sum.
  package func separation(seed: UInt64, sampleCount: Int) -> Separation {
    let points = RandomStream(seed: seed).named("separable points")
      .normals(count: sampleCount * dimension)
    let rows = (0..<sampleCount).map { sample in
      let point = Array(points[sample * dimension..<(sample + 1) * dimension])
      return point.scaled(by: point[0] + point[1] < 0 ? -1 : 1)
    }
    return Separation(Matrix(rows: rows))
  }
}
