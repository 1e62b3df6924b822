import Tensors
import Testing

@testable import LocalityLab

@Suite struct EquivarianceTests {
  private static let law = SignalLaw(patchCount: 3, dimension: 4, sigma: 0.3)

  /// How far filters learned on turned images are from turned filters.
  private static func distance(_ architecture: Architecture, _ group: RotationGroup) throws
    -> Double
  {
    var learner = FilterLearner(engine: try TestEngine.shared(), rule: .thresholded(steps: 6))
    learner.elementType = .float64
    func filters() throws -> [[Double]] {
      try learner.learn(architecture, law, seeds: [1], sizes: [40]).weights[0][0]
    }
    let plain = try filters()
    let matrix = group.matrix(law, seed: 9)
    learner.rotation = matrix
    let expected = OrthogonalMatrix.product(matrix, plain.flatMap(\.self))
    return zip(try filters().flatMap(\.self), expected).map { abs($0 - $1) }.max() ?? .nan
  }

  @Test func theAscentIsEquivariantUnderItsOwnGroupAlone() throws {
    #expect(try Self.distance(.convolutional, .shared) < 1e-8)
    #expect(try Self.distance(.locallyConnected, .shared) < 1e-8)
    #expect(try Self.distance(.locallyConnected, .blocks) < 1e-8)
    #expect(try Self.distance(.convolutional, .blocks) > 0.05)
    #expect(try Self.distance(.locallyConnected, .full) > 0.05)
  }

  /// How far descent of the fully connected network on turned images is from turned weights, relative to their size.
  private static func distance(_ change: (inout GradientLearner) -> Void) throws -> Double {
    var learner = GradientLearner(engine: try TestEngine.shared(), .fullyConnected, law)
    learner.elementType = .float64
    learner.stepCount = 150
    change(&learner)
    let matrix = RotationGroup.full.matrix(law, seed: 4)
    let plain = try learner.train(seeds: [1], sizes: [30])
    (learner.rotation, learner.turnsFirstWeights) = (matrix, true)
    let turned = try learner.train(seeds: [1], sizes: [30])
    let size = law.imageSize
    let expected = stride(from: 0, to: plain.weights.count, by: size).flatMap {
      OrthogonalMatrix.product(matrix, Array(plain.weights[$0..<$0 + size]))
    }
    let distances = zip(turned.weights, expected).map { abs($0 - $1) }
    return (distances.max() ?? .nan) / (expected.map(abs).max() ?? .nan)
  }

  @Test func descentIsEquivariantAndItsControlsAreNot() throws {
    #expect(try Self.distance { _ in } < 1e-8)
    #expect(try Self.distance { ($0.rule, $0.rate) = (.adam, 0.01) } > 0.05)
    #expect(try Self.distance { $0.sparsity = 0.01 } > 0.05)
  }

  /// Errors on turned images are those on plain ones.
  @Test func rotatedTestImagesAreTheSameForDescent() throws {
    var learner = GradientLearner(engine: try TestEngine.shared(), .fullyConnected, Self.law)
    learner.stepCount = 100
    learner.elementType = .float64
    let matrix = RotationGroup.full.matrix(Self.law, seed: 4)
    let plain = try learner.errors(of: learner.train(seeds: [1, 2], sizes: [10, 300]))
    (learner.rotation, learner.turnsFirstWeights) = (matrix, true)
    let turned = try learner.errors(of: learner.train(seeds: [1, 2], sizes: [10, 300]))
    #expect(plain.count == 2 && plain[0].count == 2)
    #expect(zip(plain.joined(), turned.joined()).allSatisfy { abs($0 - $1) < 1e-9 })
    #expect(plain.allSatisfy { $0[1] < $0[0] && $0[0] < 0.5 })
  }

  @Test func randomMatricesAreOrthogonal() {
    for group in RotationGroup.allCases {
      let matrix = group.matrix(Self.law, seed: 2)
      for i in 0..<12 {
        for j in 0..<12 {
          let product = (0..<12).reduce(0) { $0 + matrix[12 * i + $1] * matrix[12 * j + $1] }
          #expect(abs(product - (i == j ? 1 : 0)) < 1e-14)
        }
      }
    }
  }
}
