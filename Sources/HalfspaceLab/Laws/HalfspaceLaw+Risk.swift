import Foundation

extension HalfspaceLaw {
  /// The smallest zero-one risk of a halfspace, exact.
  ///
  /// It is the noise's mass except for noise next to the boundary: there a halfspace that is turned a
  /// little runs through the flipped strip and does better than the clean one.
  package var optimum: Double {
    guard case .noisy(_, .nearBoundary) = self else { return mass }
    var (low, high) = (0.0, Double.pi / 2)
    let ratio = (5.0.squareRoot() - 1) / 2
    // The valley is single: the risk falls while the wedge is mostly flipped, and rises afterwards.
    while high - low > 1e-10 {
      let (a, b) = (high - ratio * (high - low), low + ratio * (high - low))
      if zeroOneRisk(angle: a) < zeroOneRisk(angle: b) { high = b } else { low = a }
    }
    return zeroOneRisk(angle: (low + high) / 2)
  }

  /// The zero-one risk of the halfspace at an angle from (1, 0), anticlockwise, in radians; exact.
  package func zeroOneRisk(angle: Double) -> Double {
    switch self {
    case .hard(let law):
      return law.zeroOneRisk(angle: angle)
    case .noisy(let marginal, let noise):
      let angle = atan2(sin(angle), cos(angle))
      // The opposite halfspace is right where this one is wrong.
      if abs(angle) > .pi / 2 { return 1 - zeroOneRisk(angle: angle - .pi) }
      return noise.mass + wedgeRisk(angle, marginal, noise)
    }
  }

  /// What turning by an angle of at most π/2 adds: the wedge's mass, counted negative where labels are
  /// flipped.
  private func wedgeRisk(_ angle: Double, _ marginal: Marginal, _ noise: LabelNoise) -> Double {
    let region = noise.region(under: marginal)
    // Turning anticlockwise moves points of the quadrants x₁x₂ < 0 to the other side.
    let rate = region.isOneQuadrant && angle <= 0 ? 0 : region.rate
    if marginal.isRotationInvariant && !region.width.isFinite {
      return abs(angle) / .pi * (1 - 2 * rate * marginal.gaugeSurvival(region.gauge))
    }
    let slope = tan(abs(angle))
    /// The probability of 0 < x₁ < x.
    func share(_ x: Double) -> Double { (1 - marginal.firstCoordinateSurvival(x)) / 2 }
    func row(_ y: Double) -> Double {
      let end = y * slope
      let flippedEnd = min(end, region.width)
      let flipped = flippedEnd > region.gauge ? share(flippedEnd) - share(region.gauge) : 0
      return marginal.secondCoordinateDensity(y) * (share(end) - 2 * rate * flipped)
    }
    let kink = (region.width.isFinite ? region.width : region.gauge) / max(slope, 1e-300)
    let borders = (marginal.smoothStretches + [kink]).sorted()
      .filter { $0 <= marginal.smoothStretches.last ?? 0 }
    return 2 * GaussLegendre.twelve.integral(between: borders, of: row)
  }

  /// The zero-one risk of weights in d dimensions when the further coordinates are independent normal
  /// numbers of one deviation, exact up to a quadrature of about six digits.
  ///
  /// - Parameters:
  ///   - weights: The two weights of the plane.
  ///   - remainder: The norm of the weights of the further coordinates.
  ///   - deviation: The standard deviation of these coordinates.
  /// - Returns: The risk; nil for a law that has no such formula here: only the hard law and rotation
  ///   invariant ones without a strip have.
  package func zeroOneRisk(weights: Vector, remainder: Double, deviation: Double) -> Double? {
    let norm = length(weights)
    let spread = deviation * remainder / norm
    let direction = weights / norm
    // A shift by less than this moves the risk by less than a rounding error of what is reported.
    if spread < 1e-9 { return zeroOneRisk(angle: atan2(weights.y, weights.x)) }
    let risk: (Double) -> Double
    switch self {
    case .hard(let law):
      risk = { law.zeroOneRisk(direction: direction, shift: $0) }
    case .noisy(let marginal, let noise):
      let region = noise.region(under: marginal)
      guard marginal.isRotationInvariant, !region.width.isFinite else { return nil }
      risk = { Self.shiftedRisk(direction, shift: $0, marginal, region) }
    }
    let borders = (-4...4).map { Double($0) * 1.75 }
    return GaussLegendre.twelve.integral(between: borders) { number in
      exp(-number * number / 2) / (2 * .pi).squareRoot() * risk(number * spread)
    }
  }

  /// The risk of `sign(⟨direction, x⟩ + shift)`, for a rotation invariant law: over the right half-plane,
  /// an integral over the angle of closed forms in the radius.
  private static func shiftedRisk(
    _ direction: Vector,
    shift: Double,
    _ marginal: Marginal,
    _ region: LabelNoise.Region
  ) -> Double {
    func ray(_ angle: Double) -> Double {
      let growth = direction.x * cos(angle) + direction.y * sin(angle)
      // Where along the ray the halfspace changes sides, if it does.
      let crossing = -shift / growth
      let inner = crossing > 0 ? marginal.gaugeSurvival(crossing) : 1
      // The radii at which the clean label is wrong, as probabilities above a border.
      let isWrongOutside = growth < 0
      func wrong(beyond gauge: Double) -> Double {
        let beyond = marginal.gaugeSurvival(gauge)
        guard crossing > 0 else { return isWrongOutside ? beyond : 0 }
        let outside = min(inner, beyond)
        return isWrongOutside ? outside : beyond - outside
      }
      let flips = !region.isOneQuadrant || angle < 0 ? region.rate : 0
      let far = wrong(beyond: region.gauge)
      let farMass = marginal.gaugeSurvival(region.gauge)
      return wrong(beyond: 0) - far + (1 - flips) * far + flips * (farMass - far)
    }
    let turn = atan2(direction.y, direction.x)
    let edge = turn > 0 ? turn - .pi / 2 : turn + .pi / 2
    var borders: Set<Double> = [-.pi / 2, 0, .pi / 2, edge]
    // The crossing runs away towards the edge, so the panels shrink towards it.
    for power in 1...10 {
      let distance = pow(0.25, Double(power))
      borders.formUnion([edge - distance, edge + distance].filter { abs($0) < .pi / 2 })
    }
    return GaussLegendre.twelve.integral(between: borders.sorted(), of: ray) / .pi
  }
}

extension Marginal {
  /// The density of x₂.
  func secondCoordinateDensity(_ y: Double) -> Double {
    switch self {
    case .gaussian: return exp(-y * y / 2) / (2 * .pi).squareRoot()
    case .gaussianMixture(let distance):
      let (up, down) = (y - distance, y + distance)
      return (exp(-up * up / 2) + exp(-down * down / 2)) / 2 / (2 * .pi).squareRoot()
    case .laplace: return exp(-2.0.squareRoot() * abs(y)) / 2.0.squareRoot()
    case .student:
      // Rotation invariant without a strip, so no row integral is ever asked for.
      return .nan
    }
  }
}
