import Foundation
import Randomness

/// One repetition of an experiment: a law, a seed and a dimension.
package struct Trial: Hashable, Sendable {
  package var law: HalfspaceLaw
  package var seed: UInt64
  package var dimension: Int

  package init(law: HalfspaceLaw, seed: UInt64, dimension: Int) {
    precondition(dimension >= 2, "the laws live in two dimensions at least")
    self.law = law
    self.seed = seed
    self.dimension = dimension
  }

  /// The standard deviation of the coordinates beyond the plane.
  static let remainderDeviation = 0.5

  /// The stream that the samples of a phase come from; laws with one name and seed share no draws with
  /// others.
  func stream(phase: Int) -> RandomStream {
    RandomStream(seed: seed).named(law.name).named("\(law.mass)").named("d = \(dimension)")
      .indexed(UInt64(phase))
  }

  /// A random orthogonal matrix, row-major: all samples are turned by it, so that no learner can make use
  /// of the coordinates.
  ///
  /// Its rows come from normal numbers by the Gram-Schmidt process, taken twice for orthogonality to all
  /// digits.
  var rotation: [Double] {
    let numbers = RandomStream(seed: seed).named("rotation").named("d = \(dimension)")
      .normals(count: dimension * dimension)
    var rows: [[Double]] = []
    for start in stride(from: 0, to: numbers.count, by: dimension) {
      var row = Array(numbers[start..<start + dimension])
      for other in rows + rows {
        let overlap = zip(row, other).reduce(0) { $0 + $1.0 * $1.1 }
        row = zip(row, other).map { $0 - overlap * $1 }
      }
      let norm = row.norm
      rows.append(row.map { $0 / norm })
    }
    return rows.flatMap(\.self)
  }

  /// Weights in the law's own coordinates, from those of the turned samples.
  func unrotated(_ weights: [Double]) -> [Double] {
    let matrix = rotation
    return (0..<dimension).map { column in
      (0..<dimension).reduce(0) { $0 + matrix[$1 * dimension + column] * weights[$1] }
    }
  }

  /// The exact zero-one risk of weights that were learned on turned samples.
  package func zeroOneRisk(ofTurned weights: [Double]) -> Double {
    let own = unrotated(weights)
    let plane = Vector(own[0], own[1])
    let remainder = own.dropFirst(2).norm
    let risk = law.zeroOneRisk(
      weights: plane,
      remainder: remainder,
      deviation: Self.remainderDeviation
    )
    return risk ?? .nan
  }

  /// The angle of the turned weights' part in the plane.
  package func angle(ofTurned weights: [Double]) -> Double {
    let own = unrotated(weights)
    return atan2(own[1], own[0])
  }
}
