import Arrays
import Foundation
import Randomness
import Tensors
import Testing

@testable import LocalityLab

@Suite struct FilterLearnerTests {
  private static let law = SignalLaw(patchCount: 4, dimension: 5, sigma: 0.3)

  /// The images of a seed, drawn on the host: `[n][k][d]`.
  static func images(_ law: SignalLaw, seed: UInt64, count: Int) -> [[[Double]]] {
    let stream = law.stream(seed: seed, use: "learning")
    let (noise, choices) = (stream.named("noise"), stream.named("choices"))
    let pairs = (law.imageSize + 1) / 2
    return (0..<count).map { image in
      let patch =
        law.fixedPatch
        ?? Int(choices.uniform(at: UInt64(2 * image)) * Double(law.patchCount))
      var row = (0..<law.imageSize).map { place in
        let pair = image * pairs + place % pairs
        return law.sigma * noise.normal(at: UInt64(2 * pair + (place < pairs ? 0 : 1)))
      }
      row[patch * law.dimension] += 1
      return (0..<law.patchCount).map {
        Array(row[$0 * law.dimension..<($0 + 1) * law.dimension])
      }
    }
  }

  static func unit(_ vector: [Double]) -> [Double] {
    let norm = vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
    return vector.map { $0 / norm }
  }

  /// The thresholded ascent once more, in plain loops with sorted projections.
  private static func ascent(_ images: [[[Double]]], isShared: Bool, steps: Int) -> [[Double]] {
    let (k, d) = (images[0].count, images[0][0].count)
    func sums(_ counts: (Int, Int) -> Bool) -> [[Double]] {
      var sums = [[Double]](repeating: [Double](repeating: 0, count: d), count: k)
      for (n, image) in images.enumerated() {
        for i in 0..<k where counts(n, i) {
          for j in 0..<d { sums[isShared ? 0 : i][j] += image[i][j] }
        }
      }
      return (0..<k).map { unit(sums[isShared ? 0 : $0]) }
    }
    var filters = sums { _, _ in true }
    for _ in 1..<steps {
      let sizes = images.map { image in
        (0..<k).map { i in abs(zip(filters[i], image[i]).reduce(0) { $0 + $1.0 * $1.1 }) }
      }
      let thresholds = (0..<k).map { i -> Double in
        let all = isShared ? sizes.flatMap(\.self) : sizes.map { $0[i] }
        // The (1 - 1/k)-quantile lies between neighbours of this order.
        let position = Double(all.count - 1) * (1 - 1 / Double(k))
        return all.sorted()[Int(position)]
      }
      filters = sums { sizes[$0][$1] > thresholds[$1] }
    }
    return filters
  }

  /// In double precision by composed operations, in single precision by a kernel.
  @Test(
    arguments: [Architecture.convolutional, .locallyConnected],
    [ElementType.float64, .float32]
  )
  func theAscentIsThatOfPlainLoops(architecture: Architecture, elementType: ElementType) throws {
    var learner = FilterLearner(engine: try TestEngine.shared(), rule: .thresholded(steps: 5))
    learner.elementType = elementType
    let tolerance = elementType == .float64 ? 1e-9 : 1e-5
    let sizes = [9, 24, 30]
    let found = try learner.learn(architecture, Self.law, seeds: [1, 7], sizes: sizes)
    for (s, seed) in [UInt64(1), 7].enumerated() {
      let images = Self.images(Self.law, seed: seed, count: 30)
      for (j, size) in sizes.enumerated() {
        let expected = Self.ascent(
          Array(images.prefix(size)),
          isShared: architecture == .convolutional,
          steps: 5
        )
        for (row, other) in zip(found.weights[s][j], expected) {
          #expect(
            zip(row, other).allSatisfy { abs($0 - $1) < tolerance },
            "seed \(seed), n = \(size)"
          )
        }
        #expect(found.alignments[s][j] == found.weights[s][j].map { $0[0] })
      }
    }
  }

  /// More images than a program needs change nothing: sizes are masks.
  @Test func sizesOfOtherProgramsGiveTheSame() throws {
    let learner = FilterLearner(engine: try TestEngine.shared(), rule: .thresholded(steps: 3))
    func filters(_ sizes: [Int]) throws -> [[Double]] {
      try learner.learn(.locallyConnected, Self.law, seeds: [2], sizes: sizes).weights[0][0]
    }
    let (small, large) = (try filters([20]), try filters([20, 90]))
    for (row, other) in zip(small, large) {
      #expect(zip(row, other).allSatisfy { abs($0 - $1) < 1e-5 })
    }
  }

  /// Expectation maximisation in plain loops.
  @Test func theLikelihoodIsThatOfPlainLoops() throws {
    var learner = FilterLearner(engine: try TestEngine.shared(), rule: .likelihood(steps: 4))
    learner.elementType = .float64
    let found = try learner.learn(.locallyConnected, Self.law, seeds: [5], sizes: [25])
    let images = Self.images(Self.law, seed: 5, count: 25)
    let (k, d) = (4, 5)
    func exponents(_ filters: [[Double]], _ image: [[Double]]) -> [Double] {
      zip(filters, image).map { filter, patch in zip(filter, patch).map(*).reduce(0, +) / 0.09 }
    }
    var filters = (0..<k).map { i in
      Self.unit((0..<d).map { j in images.reduce(0) { $0 + $1[i][j] } })
    }
    for _ in 1..<4 {
      let shares = images.map { image -> [Double] in
        let powers = exponents(filters, image).map { exp($0) }
        return powers.map { $0 / powers.reduce(0, +) }
      }
      filters = (0..<k).map { i in
        Self.unit((0..<d).map { j in zip(images, shares).reduce(0) { $0 + $1.0[i][j] * $1.1[i] } })
      }
    }
    for (row, other) in zip(found.weights[0][0], filters) {
      #expect(zip(row, other).allSatisfy { abs($0 - $1) < 1e-9 })
    }
    let likelihood = images.reduce(0) {
      $0 + log(exponents(filters, $1).reduce(0) { $0 + exp($1) })
    }
    #expect(abs(found.logLikelihoods[0][0] - likelihood) < 1e-8)
  }

  /// The paper's steps leave filters near the answer once images are many, and not with few.
  @Test func theTwoStepsFindTheSignal() throws {
    let learner = FilterLearner(engine: try TestEngine.shared(), rule: .twoStep)
    let law = SignalLaw(patchCount: 4, dimension: 5, sigma: 0.2)
    let found = try learner.learn(
      .locallyConnected,
      law,
      seeds: [1, 2, 3],
      sizes: [8, 2000],
      start: .random
    )
    let means: [Double] = (0..<2).map { size in
      let alignments = found.alignments.flatMap { $0[size] }
      return alignments.reduce(0, +) / 12
    }
    #expect(means[1] > 0.97 && means[0] < 0.9)
  }

  @Test func theAnswerIsAStart() throws {
    let learner = FilterLearner(engine: try TestEngine.shared(), rule: .averaging)
    let found = try learner.learn(
      .locallyConnected,
      Self.law,
      seeds: [1],
      sizes: [8],
      start: .answer
    )
    #expect(found.alignments[0][0].allSatisfy { $0 > 0.9999 })
  }
}
