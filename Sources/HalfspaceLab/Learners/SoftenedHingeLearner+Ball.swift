import Foundation
import PJRT

extension SoftenedHingeLearner {
  /// Logistic weights of one trial in a ball.
  ///
  /// If the minimiser is longer than the radius, the best weights in the ball minimise the loss with a ridge
  /// λ for which their norm is the radius; the norm falls with λ, so bisection finds it.
  ///
  /// - Parameters:
  ///   - samples: `float64[1, D, N]`.
  ///   - radius: The largest norm, positive.
  /// - Returns: The weights, and whether the ball held them back.
  /// - Throws: `PJRTError`.
  package func minimizeInBall(
    samples: Buffer,
    radius: Double
  ) throws -> (weights: [Double], isBounded: Bool) {
    var objective = Objective()
    objective.largestNorm = radius
    let free = try minimize(objective, samples: samples)
    if !free.isTooLong[0] { return (free.weights[0], false) }
    objective.largestNorm = .infinity
    var start: [[Double]]?
    func norm(ridge: Double) throws -> Double {
      objective.ridge = ridge
      let found = try minimize(objective, samples: samples, start: start, tolerance: 1e-13)
      start = found.weights
      return found.weights[0].norm
    }
    var (low, high) = (-40.0, 10.0)
    while try norm(ridge: exp(high)) > radius { high += 5 }
    for _ in 0..<60 where high - low > 1e-12 {
      let middle = (low + high) / 2
      if try norm(ridge: exp(middle)) > radius { low = middle } else { high = middle }
    }
    let last = start?[0] ?? free.weights[0]
    let length = last.norm
    return (last.map { $0 * radius / length }, true)
  }
}
