import Foundation

extension PopulationOracle {
  /// The standard deviation of the angle of logistic regression on a sample, by the central limit theorem.
  ///
  /// The minimiser on N samples is normal around the population's with covariance `H⁻¹ G H⁻¹ / N`, where H is
  /// the second derivative of the risk and G the mean of the squared gradient of the loss (Huber 1967).
  ///
  /// - Parameters:
  ///   - minimizer: The population's minimiser.
  ///   - sampleCount: N.
  /// - Returns: Radians.
  package func angleDeviation(of minimizer: Minimizer, sampleCount: Int) -> Double {
    let risk = logisticRisk(at: minimizer.weights)
    // With the squared slope in the curvature's place, the second derivatives are the mean of the squared
    // gradient.
    let scores = expansion(at: minimizer.weights) { margin in
      let loss = Self.logistic(margin)
      return (loss.value, loss.slope, loss.slope * loss.slope)
    }
    let tangent = Vector(-sin(minimizer.angle), cos(minimizer.angle))
    let pulled = risk.solution(for: tangent)
    let g = scores.hessian
    let variance =
      pulled.x * pulled.x * g.x + 2 * pulled.x * pulled.y * g.y + pulled.y * pulled.y * g.z
    return (variance / Double(sampleCount)).squareRoot() / minimizer.norm
  }
}
