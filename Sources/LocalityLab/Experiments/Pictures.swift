import Foundation
import Laboratory
import Tensors

/// Images and filters to look at: the signal is turned into a bump, which eyes find.
struct Pictures: Sendable {
  let engine: Engine
  private let law = SignalLaw(patchCount: 4, dimension: 32, sigma: 0.3)
  private static let sampleCount = 64

  init(engine: Engine) {
    self.engine = engine
  }

  /// An image without and with noise, and a filter of each architecture after some steps.
  func points() throws -> [LabPoint] {
    let bump = bump()
    let patch = 2
    let noise = law.stream(seed: 1, use: "picture").normals(count: law.imageSize)
    let image = (0..<law.imageSize).flatMap { place -> [LabPoint] in
      let isSignal = place / law.dimension == patch
      let signal = isSignal ? bump[place % law.dimension] : 0
      return [
        LabKey("picture", by: "signal").at(["place": Double(place)]).point(signal),
        LabKey("picture", by: "image").at(["place": Double(place)])
          .point(signal + law.sigma * noise[place]),
      ]
    }
    let filters = try [Architecture.convolutional, .locallyConnected].flatMap { architecture in
      try [1, 2, 3, 4, 6, 9, 15].flatMap { steps -> [LabPoint] in
        let learner = FilterLearner(engine: engine, rule: .thresholded(steps: steps))
        let filter = try learner.learn(architecture, law, seeds: [1], sizes: [Self.sampleCount])
          .weights[0][0][patch]
        return turned(filter, bump).enumerated().map { place, weight in
          LabKey("filter", architecture, by: "thresholded")
            .at(["step": Double(steps), "place": Double(place)]).point(weight)
        }
      }
    }
    let answer = bump.enumerated().map { place, number in
      LabKey("filter", by: "answer").at(["place": Double(place)]).point(number)
    }
    return image + filters + answer
  }

  /// Two waves of length 1.
  private func bump() -> [Double] {
    let heights = (0..<law.dimension).map { place -> Double in
      let x = (Double(place) + 0.5) / Double(law.dimension) * 2 - 1
      return exp(-8 * x * x) * cos(6 * x)
    }
    let norm = heights.reduce(0) { $0 + $1 * $1 }.squareRoot()
    return heights.map { $0 / norm }
  }

  /// A filter after the reflection that takes the first axis to the bump.
  ///
  /// Learners are equivariant, so this is what they would have learned on reflected images.
  private func turned(_ filter: [Double], _ bump: [Double]) -> [Double] {
    let mirror = bump.enumerated().map { $0.element - ($0.offset == 0 ? 1 : 0) }
    let norm = mirror.reduce(0) { $0 + $1 * $1 }
    let share = 2 * zip(mirror, filter).reduce(0) { $0 + $1.0 * $1.1 } / norm
    return zip(filter, mirror).map { $0 - share * $1 }
  }
}
