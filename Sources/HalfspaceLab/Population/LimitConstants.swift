import Foundation

/// What the logistic minimiser on the hard law tends to as OPT goes to 0.
///
/// With |w| = a/√OPT and angle c·√OPT, the logistic risk over √OPT tends to
/// `Φ(a, c) = (1/π)(π²/(3a) + a c²/3) + a/√2 + 2 ∬ ln(1 + e^{-a(s + c v)}) ds dv` over the unit square.
package struct LimitConstants: Hashable, Sendable {
  /// The limit of |w|·√OPT.
  package let norm: Double
  /// The limit of the angle over √OPT.
  package let angle: Double
  /// The limit of the logistic risk over √OPT.
  package let risk: Double
  /// The limit of the zero-one risk over √OPT.
  package var zeroOneRisk: Double { angle / .pi }

  /// What the second phase's zero-one risk over OPT tends to: 1 + 3/(2√2), whatever the first phase gave.
  package static let secondPhase = 1 + 3 / (2 * 2.0.squareRoot())

  /// Minimises Φ by Newton's method.
  package init() {
    var (a, c) = (1.5, 0.8)
    var value = 0.0
    for _ in 0..<50 {
      let here = Self.expansion(a, c)
      value = here.value
      let step = here.solution(for: here.gradient)
      a -= step.x
      c -= step.y
      if length(step) < 1e-14 { break }
    }
    (norm, angle, risk) = (a, c, value)
  }

  private static func expansion(_ a: Double, _ c: Double) -> PopulationOracle.Expansion {
    let rule = GaussLegendre(count: 60)
    var sum = PopulationOracle.Expansion(
      value: (.pi * .pi / (3 * a) + a * c * c / 3) / .pi + a / 2.0.squareRoot(),
      gradient: Vector(
        (-.pi * .pi / (3 * a * a) + c * c / 3) / .pi + 1 / 2.0.squareRoot(),
        2 * a * c / 3 / .pi
      ),
      hessian: SIMD3(2 * .pi / (3 * a * a * a), 2 * c / 3 / .pi, 2 * a / 3 / .pi)
    )
    for (nodeS, weightS) in zip(rule.nodes, rule.weights) {
      for (nodeV, weightV) in zip(rule.nodes, rule.weights) {
        let (s, v) = ((nodeS + 1) / 2, (nodeV + 1) / 2)
        let loss = PopulationOracle.logistic(a * (s + c * v))
        // Twice the integral over the unit square, whose weights are a quarter of those of -1...1.
        let mass = 2 * weightS * weightV / 4
        let (byA, byC) = (s + c * v, a * v)
        sum.value += mass * loss.value
        sum.gradient += Vector(byA, byC) * (mass * loss.slope)
        sum.hessian += SIMD3(byA * byA, byA * byC, byC * byC) * (mass * loss.curvature)
        sum.hessian.y += mass * loss.slope * v
      }
    }
    return sum
  }
}
