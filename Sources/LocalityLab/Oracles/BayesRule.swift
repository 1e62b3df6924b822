import Foundation
import Laboratory
import Randomness
import Statistics

/// The best rule where the signal's direction is known, and simpler ones, by simulation in K dimensions.
///
/// The projections Pᵢ = ⟨w, xᵢ⟩ are all that matters. The odds of the labels are Σ exp(Pᵢ/σ²) to Σ exp(-Pᵢ/σ²).
package struct BayesRule: Sendable {
  package let patchCount: Int
  /// How many images are drawn.
  package let drawCount: Int

  package init(patchCount: Int, drawCount: Int = 100_000) {
    self.patchCount = patchCount
    self.drawCount = drawCount
  }

  /// The errors of rules at one noise.
  package struct Errors: Hashable, Sendable {
    package var bayes = 0.0
    /// The sign of the projection that is largest in size.
    package var largest = 0.0
    /// The sign of the sum of activations with a bias of ½.
    package var activated = 0.0
  }

  /// The errors at each noise, all from the same draws.
  package func errors(sigmas: [Double]) -> [Errors] {
    let draws = drawn()
    return sigmas.map { draws.errors(sigma: $0) }
  }

  /// The error of the best rule.
  package func error(sigma: Double) -> Double { drawn().error(sigma: sigma) }

  /// The alignment of filters with which the best rule errs as often as a target; see ``Draws/alignment(reaching:sigma:)``.
  package func alignment(reaching target: Double, sigma: Double) -> Double? {
    drawn().alignment(reaching: target, sigma: sigma)
  }

  /// The draws, for several questions.
  package func drawn() -> Draws {
    let stream = RandomStream(seed: 0).named("bayes").named("k = \(patchCount)")
    return Draws(patchCount: patchCount, noise: stream.normals(count: drawCount * patchCount))
  }

  /// The draws of a rule: K numbers each.
  package struct Draws: Sendable {
    let patchCount: Int
    /// Standard normal numbers.
    let noise: [Double]
    private static let chunk = 2048

    /// The errors of all rules.
    package func errors(sigma: Double) -> Errors {
      var errors = Errors(bayes: error(sigma: sigma))
      for part in sums({ simplerErrors(of: $0, sigma) }) {
        errors.largest += part.largest / drawCount
        errors.activated += part.activated / drawCount
      }
      return errors
    }

    /// The error of the best rule.
    package func error(sigma: Double) -> Double {
      sums { bayesErrors(of: $0, sigma) }.reduce(0, +) / drawCount
    }

    /// The alignment of filters with which the best rule errs as often as a target.
    ///
    /// A filter of length 1 sees its alignment as the signal, so the noise is σ over it.
    ///
    /// - Returns: nil if the target is below the error of the best rule.
    package func alignment(reaching target: Double, sigma: Double) -> Double? {
      // Smooth in the quantile, so that a line between neighbours does.
      let alignments = (0...10).map { 1 - Double($0) * 0.08 }
      func quantile(_ place: Int) -> Double {
        let error = error(sigma: sigma / alignments[place])
        return NormalDistribution.upperQuantile(min(0.5, max(1e-12, error)))
      }
      let aim = NormalDistribution.upperQuantile(target)
      var above = (place: 0, quantile: quantile(0))
      guard above.quantile >= aim else { return nil }
      // The quantile falls with the alignment, nearly in proportion at first, which says where to look for the neighbours.
      let guess = alignments.lastIndex { $0 * above.quantile >= aim } ?? 0
      var place = min(guess + 1, 9)
      var below: (place: Int, quantile: Double)?
      while place <= 10 {
        let found = (place: place, quantile: quantile(place))
        if found.quantile >= aim { above = found } else { below = found }
        if let below, below.place == above.place + 1 {
          let share = (above.quantile - aim) / (above.quantile - below.quantile)
          return alignments[above.place]
            + share * (alignments[below.place] - alignments[above.place])
        }
        place += found.quantile >= aim ? 1 : -1
      }
      return alignments[10]
    }

    private var drawCount: Double { Double(noise.count / patchCount) }

    /// What a function makes of the noise of many draws each, side by side.
    private func sums<Sum: Sendable>(_ sum: @Sendable (ArraySlice<Double>) -> Sum) -> [Sum] {
      stride(from: 0, to: noise.count, by: Self.chunk * patchCount).map { $0 }.concurrentMap {
        sum(noise[$0..<min(noise.count, $0 + Self.chunk * patchCount)])
      }
    }

    /// The sum of the probabilities of the less likely label, which errs less by chance than a count of errors.
    private func bayesErrors(of noise: ArraySlice<Double>, _ sigma: Double) -> Double {
      let scale = 1 / (sigma * sigma)
      // Exponentials that cannot overflow need not be relative to the largest, and their inverses are the other label's.
      let isSmall = (1 + 10 * sigma) * scale < 300
      var sum = 0.0
      for first in stride(from: noise.startIndex, to: noise.endIndex, by: patchCount) {
        let own = noise[first..<first + patchCount]
        var (positive, negative) = (0.0, 0.0)
        var signal = 1.0
        let greatest = isSmall ? 0 : Self.greatestProjection(own, sigma) * scale
        for number in own {
          let exponent = (signal + sigma * number) * scale
          signal = 0
          let exponential = exp(exponent - greatest)
          positive += exponential
          negative += isSmall ? 1 / exponential : exp(-exponent - greatest)
        }
        sum += min(positive, negative) / (positive + negative)
      }
      return sum
    }

    /// The size of the largest of an image's projections.
    private static func greatestProjection(_ noise: ArraySlice<Double>, _ sigma: Double) -> Double {
      noise.indices.reduce(0) { greatest, index in
        max(greatest, abs((index == noise.startIndex ? 1 : 0) + sigma * noise[index]))
      }
    }

    /// How often the simpler rules err.
    private func simplerErrors(of noise: ArraySlice<Double>, _ sigma: Double) -> Errors {
      var errors = Errors()
      for first in stride(from: noise.startIndex, to: noise.endIndex, by: patchCount) {
        var (largest, sum) = (0.0, 0.0)
        var signal = 1.0
        for number in noise[first..<first + patchCount] {
          let projection = signal + sigma * number
          signal = 0
          if abs(projection) > abs(largest) { largest = projection }
          sum += projection > 0 ? max(projection - 0.5, 0) : min(projection + 0.5, 0)
        }
        errors.largest += largest < 0 ? 1 : 0
        errors.activated += sum < 0 ? 1 : sum == 0 ? 0.5 : 0
      }
      return errors
    }
  }
}
