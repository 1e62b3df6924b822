import Laboratory

/// A setting in which sample counts are measured over a grid of patches and dimensions.
package enum Regime: String, CaseIterable, Sendable, Codable {
  /// Noise that falls as 1/√k, as in the theorems, and one target error.
  case falling = "R1"
  /// One noise, and a target a little above the best rule's error.
  case fixed = "R2"
  /// The setting of R1 with maximum likelihood in place of gradient ascent.
  case fallingLikelihood = "likelihood-R1"
  /// The setting of R2 with maximum likelihood in place of gradient ascent.
  case fixedLikelihood = "likelihood-R2"
  /// The setting of R1, small, with networks that are trained by gradient descent.
  case descent
}

/// A learner whose sample count is measured.
package struct Contender: Hashable, Sendable {
  package var architecture: Architecture
  package var method: Method

  /// How a network is trained.
  package enum Method: String, Sendable {
    case thresholded, likelihood, averaging, descent
    /// Gradient descent that an oracle stops in time.
    case stopped
  }
}

extension Regime {
  /// The learners of a regime.
  var contenders: [Contender] {
    switch self {
    case .falling:
      [
        Contender(architecture: .convolutional, method: .thresholded),
        Contender(architecture: .locallyConnected, method: .thresholded),
        Contender(architecture: .fullyConnected, method: .averaging),
      ]
    // Averages are linear, and no linear rule reaches the target where there are many patches.
    case .fixed:
      [.convolutional, .locallyConnected].map { Contender(architecture: $0, method: .thresholded) }
    case .fallingLikelihood, .fixedLikelihood:
      [.convolutional, .locallyConnected].map { Contender(architecture: $0, method: .likelihood) }
    case .descent:
      Architecture.allCases.flatMap { architecture in
        [.stopped, .descent].map { Contender(architecture: architecture, method: $0) }
      } + [Contender(architecture: .fullyConnected, method: .averaging)]
    }
  }

  /// The regime whose ascent a regime of maximum likelihood is compared with.
  var ascent: Regime? {
    switch self {
    case .fallingLikelihood: .falling
    case .fixedLikelihood: .fixed
    case .falling, .fixed, .descent: nil
    }
  }

  /// Whether noise and target are those of R1.
  var isFalling: Bool { [.falling, .fallingLikelihood, .descent].contains(self) }

  /// The images at a place of the grid.
  func law(_ patches: Int, _ dimension: Int, _ size: LocalityLaboratory.Size) -> SignalLaw {
    let sigma = isFalling ? size.relativeSigma / Double(patches).squareRoot() : size.sigma
    return SignalLaw(patchCount: patches, dimension: dimension, sigma: sigma)
  }

  /// The grid: patches at one dimension, then dimensions at one number of patches.
  func grid(_ size: LocalityLaboratory.Size) -> [(patches: Int, dimension: Int)] {
    if self == .descent { return size.descentPatches.map { ($0, size.descentDimension) } }
    let dimensions = isFalling ? size.fallingDimensions : size.fixedDimensions
    let (row, column) = (Self.second(dimensions), Self.second(size.patches))
    return size.patches.map { ($0, row) } + dimensions.filter { $0 != row }.map { (column, $0) }
  }

  /// The second smallest, at which the other axis of the grid runs.
  static func second(_ numbers: [Int]) -> Int { numbers.sorted().prefix(2).last ?? 1 }
}
