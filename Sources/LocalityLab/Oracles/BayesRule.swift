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
  private static let chunk = 2048

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
    let chunkCount = (drawCount + Self.chunk - 1) / Self.chunk
    let parts = (0..<chunkCount).concurrentMap { chunk in
      let first = chunk * Self.chunk
      return sums(of: first..<min(drawCount, first + Self.chunk), sigmas)
    }
    return sigmas.indices.map { place in
      parts.reduce(into: Errors()) { total, part in
        total.bayes += part[place].bayes / Double(drawCount)
        total.largest += part[place].largest / Double(drawCount)
        total.activated += part[place].activated / Double(drawCount)
      }
    }
  }

  /// The error of the best rule.
  package func error(sigma: Double) -> Double { errors(sigmas: [sigma])[0].bayes }

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
    // The error grows as the alignment falls, so the two neighbours are found by halving.
    var (above, below) = ((place: 0, quantile: quantile(0)), (place: 10, quantile: quantile(10)))
    guard above.quantile >= aim else { return nil }
    guard below.quantile < aim else { return alignments[below.place] }
    while below.place - above.place > 1 {
      let middle = (above.place + below.place) / 2
      let found = quantile(middle)
      if found < aim { below = (middle, found) } else { above = (middle, found) }
    }
    let share = (above.quantile - aim) / (above.quantile - below.quantile)
    return alignments[above.place] + share * (alignments[below.place] - alignments[above.place])
  }

  private func sums(of draws: Range<Int>, _ sigmas: [Double]) -> [Errors] {
    let stream = RandomStream(seed: 0).named("bayes").named("k = \(patchCount)")
    var sums = sigmas.map { _ in Errors() }
    var noise = [Double](repeating: 0, count: patchCount)
    for draw in draws {
      for patch in 0..<patchCount {
        noise[patch] = stream.normal(at: UInt64(draw * patchCount + patch))
      }
      for (place, sigma) in sigmas.enumerated() { add(noise, sigma, to: &sums[place]) }
    }
    return sums
  }

  private func add(_ noise: [Double], _ sigma: Double, to sums: inout Errors) {
    var (largest, sum) = (0.0, 0.0)
    for (patch, number) in noise.enumerated() {
      let projection = (patch == 0 ? 1 : 0) + sigma * number
      if abs(projection) > abs(largest) { largest = projection }
      sum += projection > 0 ? max(projection - 0.5, 0) : min(projection + 0.5, 0)
    }
    // Exponents relative to the largest projection do not overflow.
    var (positive, negative) = (0.0, 0.0)
    for (patch, number) in noise.enumerated() {
      let exponent = ((patch == 0 ? 1 : 0) + sigma * number) / (sigma * sigma)
      positive += exp(exponent - abs(largest) / (sigma * sigma))
      negative += exp(-exponent - abs(largest) / (sigma * sigma))
    }
    // The probability of the less likely label errs less by chance than a count of errors.
    sums.bayes += min(positive, negative) / (positive + negative)
    sums.largest += largest < 0 ? 1 : 0
    sums.activated += sum < 0 ? 1 : sum == 0 ? 0.5 : 0
  }
}
