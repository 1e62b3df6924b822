import Foundation

extension PopulationOracle {
  /// A minimiser of a risk and what it amounts to.
  package struct Minimizer: Hashable, Sendable {
    package var weights: Vector
    package var gradientNorm: Double
    /// The norm of the weights.
    package var norm: Double { length(weights) }
    /// The angle from the ideal halfspace, anticlockwise, in radians.
    package var angle: Double { atan2(weights.y, weights.x) }
  }

  /// The global minimiser of the logistic risk, by damped Newton steps from 0.
  package func logisticMinimizer() -> Minimizer {
    minimizer(of: Self.logistic, from: .zero)
  }

  /// The minimiser of a convex loss's risk.
  func minimizer(of loss: Loss, from start: Vector) -> Minimizer {
    var weights = start
    var here = expansion(at: weights, of: loss)
    for _ in 0..<200 {
      if length(here.gradient) < 1e-14 { break }
      let g = here.gradient
      let step = -here.solution(for: g)
      let slope = dot(step, g)
      var scale = 1.0
      var next = expansion(at: weights + step, of: loss)
      while next.value > here.value + 1e-4 * scale * slope + 1e-15 * abs(here.value), scale > 1e-12
      {
        scale /= 2
        next = expansion(at: weights + step * scale, of: loss)
      }
      let isFinal = length(next.gradient) >= length(g) && length(g) < 1e-11
      // At the rounding floor another step brings nothing.
      if isFinal { break }
      weights += step * scale
      here = next
    }
    return Minimizer(weights: weights, gradientNorm: length(here.gradient))
  }

  /// The angle of the best direction among weights of one norm, near a starting angle.
  ///
  /// - Parameters:
  ///   - norm: The norm.
  ///   - start: Where Newton's method in the angle starts.
  /// - Returns: The angle in radians.
  package func bestAngle(norm: Double, near start: Double = 0) -> Double {
    var angle = start
    for _ in 0..<100 {
      let direction = Vector(cos(angle), sin(angle))
      let tangent = Vector(-direction.y, direction.x)
      let risk = logisticRisk(at: direction * norm)
      let h = risk.hessian
      let slope = norm * dot(tangent, risk.gradient)
      let along = Vector(h.x * tangent.x + h.y * tangent.y, h.y * tangent.x + h.z * tangent.y)
      let curvature = norm * norm * dot(tangent, along) - norm * dot(direction, risk.gradient)
      let step = curvature > 0 ? -slope / curvature : (slope > 0 ? -0.05 : 0.05)
      angle += max(-0.1, min(0.1, step))
      if abs(step) < 1e-12 { break }
    }
    return angle
  }

  /// The angle of the hinge minimiser on the half-plane `⟨w, v⟩ ≥ 1`, which the second phase looks for.
  ///
  /// The hinge risk scales with the weights, so the constraint is tight and a search over the line
  /// w = v + s·v⊥ is all there is. The search is a golden section on the angle.
  ///
  /// - Parameter start: The angle of v.
  /// - Returns: The angle in radians.
  package func hingeAngle(constraintAngle start: Double) -> Double {
    minimum(from: start - 1.2, to: start + 1.2) { angle in
      let weights = Vector(cos(angle), sin(angle)) / cos(angle - start)
      return hingeRisk(at: weights)
    }
  }

  /// The angle of the minimiser of the margin hinge `E max(1 - y⟨w, x⟩, 0)` on `⟨w, v⟩ ≥ 1`: what the
  /// second phase would find with the wrong loss.
  package func marginHingeAngle(constraintAngle start: Double) -> Double {
    // A softened hinge of this width is at most 0.01·ln 2 above the hinge; the control is not about digits.
    let width = 0.01
    let v = Vector(cos(start), sin(start))
    let loss: Loss = { margin in
      let soft = Self.logistic((margin - 1) / width)
      return (soft.value * width, soft.slope, soft.curvature / width)
    }
    let free = minimizer(of: loss, from: v)
    if dot(free.weights, v) >= 1 { return free.angle }
    return minimum(from: start - 1.2, to: start + 1.2) { angle in
      expansion(at: Vector(cos(angle), sin(angle)) / cos(angle - start), of: loss).value
    }
  }

  /// The angle that minimises the sigmoid loss `E S(-y⟨w, x⟩/(|w|σ))` among many angles.
  package func sigmoidAngle(width: Double) -> Double {
    let loss: Loss = { margin in
      let tail = exp(-abs(margin))
      let wrong = margin > 0 ? tail / (1 + tail) : 1 / (1 + tail)
      return (wrong, 0, 0)
    }
    func risk(_ angle: Double) -> Double {
      expansion(at: Vector(cos(angle), sin(angle)) / width, of: loss).value
    }
    let count = 80
    let angles = (0...count).map { -0.4 + 1.2 * Double($0) / Double(count) }
    let best = angles.map { (risk($0), $0) }.min { $0.0 < $1.0 }?.1 ?? 0
    // Seven digits: the risk is flat at its minimum, and this is the quadrature's slowest use.
    return minimum(from: best - 0.015, to: best + 0.015, within: 1e-7, of: risk)
  }

  /// The place of the minimum of a function with one valley, by golden section.
  private func minimum(
    from low: Double,
    to high: Double,
    within tolerance: Double = 1e-11,
    of function: (Double) -> Double
  ) -> Double {
    let ratio = (5.0.squareRoot() - 1) / 2
    var (low, high) = (low, high)
    var (a, b) = (high - ratio * (high - low), low + ratio * (high - low))
    var (atA, atB) = (function(a), function(b))
    while high - low > tolerance {
      if atA < atB {
        (high, b, atB) = (b, a, atA)
        a = high - ratio * (high - low)
        atA = function(a)
      } else {
        (low, a, atA) = (a, b, atB)
        b = low + ratio * (high - low)
        atB = function(b)
      }
    }
    return (low + high) / 2
  }
}
