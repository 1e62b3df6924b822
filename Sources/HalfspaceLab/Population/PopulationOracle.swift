import Foundation

/// Exact risks of a law, by quadrature over the plane to about twelve digits.
///
/// A loss ℓ(⟨w, z⟩) of the kind used here is analytic up to ±πi from the real line in its argument. A panel
/// is split, along the coordinate in which ⟨w, z⟩ varies more, until its half-width in ⟨w, z⟩ is at most half
/// the distance to the next singularity; twelve Gauss-Legendre nodes a coordinate then give an error below
/// 10⁻¹⁴ of the panel's share. The number of panels grows with log |w| only where a border of the law
/// runs along the decision line, as it does near the minimisers.
package struct PopulationOracle: Sendable {
  /// The law.
  package let law: HalfspaceLaw
  private let regions: [MarginRegion]

  package init(law: HalfspaceLaw) {
    self.law = law
    regions = MarginRegion.regions(of: law)
  }

  /// A risk with its first and second derivatives by the weights.
  package struct Expansion: Hashable, Sendable {
    package var value = 0.0
    package var gradient = Vector.zero
    /// The second derivatives 11, 12 and 22.
    package var hessian = SIMD3<Double>.zero

    /// The solution s of `hessian · s = side`.
    func solution(for side: Vector) -> Vector {
      let h = hessian
      return Vector(h.z * side.x - h.y * side.y, h.x * side.y - h.y * side.x)
        / (h.x * h.z - h.y * h.y)
    }
  }

  /// A loss of the margin: value, slope and curvature.
  typealias Loss = @Sendable (_ margin: Double) -> (value: Double, slope: Double, curvature: Double)

  /// ln(1 + e^{-u}), split so that it neither overflows nor loses digits.
  static let logistic: Loss = { margin in
    let tail = exp(-abs(margin))
    let value = max(-margin, 0) + log1p(tail)
    // The probability of the wrong label, 1/(1 + e^u).
    let wrong = margin > 0 ? tail / (1 + tail) : 1 / (1 + tail)
    return (value, -wrong, wrong * (1 - wrong))
  }

  /// The logistic risk `E ln(1 + e^{-y⟨w, x⟩})` with its derivatives.
  package func logisticRisk(at weights: Vector) -> Expansion {
    expansion(at: weights, of: Self.logistic)
  }

  /// `E ln(1 + e^{-|⟨w, x⟩|})`, the part of the logistic risk that ignores the labels.
  package func labelFreeRisk(at weights: Vector) -> Double {
    logisticRisk(at: weights).value - hingeRisk(at: weights)
  }

  /// The mean of a loss with its derivatives.
  func expansion(at weights: Vector, of loss: Loss) -> Expansion {
    var sum = Expansion()
    for region in regions {
      visit(region, weights: weights) { z, mass in
        add(loss(dot(weights, z)), z, mass * (1 - region.flipProbability), to: &sum)
        if region.flipProbability > 0 {
          add(loss(-dot(weights, z)), -z, mass * region.flipProbability, to: &sum)
        }
      }
    }
    return sum
  }

  @inline(__always)
  private func add(
    _ loss: (value: Double, slope: Double, curvature: Double),
    _ z: Vector,
    _ mass: Double,
    to sum: inout Expansion
  ) {
    sum.value += mass * loss.value
    sum.gradient += z * (mass * loss.slope)
    let curvature = mass * loss.curvature
    sum.hessian += SIMD3(z.x * z.x, z.x * z.y, z.y * z.y) * curvature
  }

  /// The mass of the law, which the panels have to add up to.
  package var totalMass: Double {
    var mass = 0.0
    for region in regions { visit(region, weights: .zero) { mass += $1 } }
    return mass
  }

  /// The mean of z = y·x: the direction of averaging.
  package var meanMargin: Vector {
    var mean = Vector.zero
    for region in regions {
      visit(region, weights: .zero) { mean += $0 * $1 * (1 - 2 * region.flipProbability) }
    }
    return mean
  }

  /// The hinge risk `E max(-y⟨w, x⟩, 0)`.
  ///
  /// For the hard law and most noises of the normal law it is exact; for others a limit of smooth losses: λ·ln(1 + e^{-u/λ}) is at most λ ln 2
  /// above the hinge, and the excess is λ² times a density for a law with one, which extrapolation from
  /// two small λ removes.
  package func hingeRisk(at weights: Vector) -> Double {
    if case .hard(let law) = law { return law.hingeRisk(at: weights) }
    if case .noisy(.gaussian, let noise) = law,
      let risk = GaussianFormulas.hingeRisk(at: weights, noise)
    {
      return risk
    }
    let scale = length(weights)
    guard scale > 0 else { return 0 }
    func softened(_ width: Double) -> Double {
      width * scale * expansion(at: weights / (width * scale), of: Self.logistic).value
    }
    let (wide, narrow) = (softened(2e-3), softened(1e-3))
    return narrow + (narrow - wide) / 3
  }

  private struct Panel {
    var low: Vector
    var high: Vector
    var depth: Int
  }

  /// Visits the nodes of a box, refined for a loss of `⟨weights, z⟩`, with the mass of each.
  private func visit(
    _ region: MarginRegion,
    weights: Vector,
    body: (_ z: Vector, _ mass: Double) -> Void
  ) {
    let rule = GaussLegendre.twelve
    // Where even the corner next to the origin has no mass to speak of, no node has.
    let corner = region.point(
      Vector(
        region.low.x,
        abs(region.low.y) < abs(region.high.y) ? region.low.y : region.high.y
      )
    )
    let extent = region.high - region.low
    if region.density(corner.z) * extent.x * extent.y * max(corner.area, 1) < 1e-22 { return }
    var panels = [Panel(low: region.low, high: region.high, depth: 0)]
    while let panel = panels.popLast() {
      let middle = (panel.low + panel.high) / 2
      if panel.depth < 60, let isFirst = splitsFirst(panel, region, weights) {
        var (left, right) = (panel, panel)
        left.depth += 1
        right.depth += 1
        if isFirst {
          left.high.x = middle.x
          right.low.x = middle.x
        } else {
          left.high.y = middle.y
          right.low.y = middle.y
        }
        panels.append(left)
        panels.append(right)
        continue
      }
      let half = (panel.high - panel.low) / 2
      for (a, weightA) in zip(rule.nodes, rule.weights) {
        for (b, weightB) in zip(rule.nodes, rule.weights) {
          let (z, area) = region.point(middle + half * Vector(a, b))
          body(z, weightA * weightB * half.x * half.y * area * region.density(z))
        }
      }
    }
  }

  /// Which coordinate to split a panel along; nil if it is fine enough.
  private func splitsFirst(_ panel: Panel, _ region: MarginRegion, _ weights: Vector) -> Bool? {
    func margin(_ x: Double, _ y: Double) -> Double {
      dot(weights, region.point(Vector(x, y)).z)
    }
    let (low, high) = (panel.low, panel.high)
    let corners = [
      margin(low.x, low.y), margin(high.x, low.y), margin(low.x, high.y), margin(high.x, high.y),
    ]
    let alongFirst = max(abs(corners[1] - corners[0]), abs(corners[3] - corners[2])) / 2
    let alongSecond = max(abs(corners[2] - corners[0]), abs(corners[3] - corners[1])) / 2
    let isCrossed = corners.contains { $0 > 0 } && corners.contains { $0 < 0 }
    let nearest = isCrossed ? 0 : corners.map(abs).min() ?? 0
    let allowed = (.pi + nearest) / 2
    guard max(alongFirst, alongSecond) > allowed else { return nil }
    return alongFirst > alongSecond
  }
}
