import Foundation

/// The directions that the logistic minimiser has under normal points, whatever its norm.
package enum GaussianFormulas {
  /// The angle with far-quadrant noise of the given mass.
  ///
  /// Flipping labels in F changes the hinge risk by `E[1_F sign(x₁)⟨w, x⟩]`, and `E[1_F sign(x₁) x]` is
  /// μ(1, -1) with `μ = (τ e^{-τ²/2} + √(2π) Q(τ))/π`; the clean hinge risk is ρ(1 - cos θ)/√(2π).
  package static func farQuadrantAngle(mass: Double) -> Double {
    let threshold = (2 * log(1 / (2 * mass))).squareRoot()
    let tail = erfc(threshold / 2.0.squareRoot()) / 2
    let moment =
      (threshold * exp(-threshold * threshold / 2) + (2 * .pi).squareRoot() * tail) / .pi
    return atan(moment / (1 / (2 * Double.pi).squareRoot() - moment))
  }

  /// The hinge risk, by the same argument; nil for noise next to the boundary.
  static func hingeRisk(at weights: Vector, _ noise: LabelNoise) -> Double? {
    let flipped: Vector
    switch noise {
    case .random(let rate):
      flipped = Vector(rate * (2 / Double.pi).squareRoot(), 0)
    case .massart(let rate):
      flipped = Vector(1, -1) * (rate / (2 * Double.pi).squareRoot())
    case .farQuadrant(let mass):
      let angle = farQuadrantAngle(mass: mass)
      // Solved for μ, the formula of the angle gives it back.
      flipped = Vector(1, -1) * (tan(angle) / (1 + tan(angle)) / (2 * Double.pi).squareRoot())
    case .nearBoundary:
      return nil
    }
    let norm = length(weights)
    let gap = weights.x > 0 ? weights.y * weights.y / (norm + weights.x) : norm - weights.x
    return gap / (2 * Double.pi).squareRoot() + dot(weights, flipped)
  }

  /// The angle with labels flipped at a rate in the quadrants x₁x₂ < 0: tan θ = η/(1 - η).
  package static func massartAngle(rate: Double) -> Double {
    atan(rate / (1 - rate))
  }
}
