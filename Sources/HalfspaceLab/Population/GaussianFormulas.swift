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

  /// The angle with labels flipped at a rate in the quadrants x₁x₂ < 0: tan θ = η/(1 - η).
  package static func massartAngle(rate: Double) -> Double {
    atan(rate / (1 - rate))
  }
}
