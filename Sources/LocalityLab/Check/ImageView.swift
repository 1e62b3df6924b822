import LabelledImages
import Randomness

/// What is done with all images of a data set before networks see them.
package enum ImageView: String, CaseIterable, Sendable {
  /// They stay as they are.
  case plain
  /// Their numbers change places, the same way in each: neighbours are neighbours no more.
  case permuted
  /// Each is turned as a whole by the same orthogonal matrix: there are no pixels any more.
  case rotated

  /// Where the numbers of an image in patches are taken from.
  func places(_ grid: PatchGrid) -> [Int] {
    guard self == .permuted else { return grid.places }
    let stream = RandomStream(seed: 0).named("locality").named("permutation")
    return grid.places.indices.map { (stream.uniform(at: UInt64($0)), $0) }
      .sorted { $0 < $1 }.map(\.1)
  }

  /// The matrix that they are turned by; nil for no turn.
  func matrix(_ grid: PatchGrid) -> [Double]? {
    guard self == .rotated else { return nil }
    let stream = RandomStream(seed: 0).named("locality").named("turn")
    return OrthogonalMatrix.random(grid.shape.count, stream)
  }
}
