import Foundation
import Randomness

/// A point of the plane with its label.
struct LabelledPoint: Hashable, Sendable {
  var x: Vector
  /// -1 or 1.
  var label: Double

  /// What losses see of a sample.
  var margin: Vector { x * label }
}

extension HalfspaceLaw {
  /// The point at a place of a stream.
  ///
  /// Each point takes four uniform numbers: one for the label or the part of the law, one for a sign, two
  /// for the place. The device draws the same ones.
  func point(at index: Int, of stream: RandomStream) -> LabelledPoint {
    let draws = (0..<4).map { stream.uniform(at: UInt64(4 * index + $0)) }
    switch self {
    case .hard(let law):
      return law.point(draws)
    case .noisy(let marginal, let noise):
      let x = marginal.point(draws)
      let region = noise.region(under: marginal)
      let isFlipped = draws[0] < region.flipProbability(at: x, under: marginal)
      return LabelledPoint(x: x, label: (x.x >= 0) == isFlipped ? -1 : 1)
    }
  }
}

extension HardLaw {
  fileprivate func point(_ draws: [Double]) -> LabelledPoint {
    let (part, sign) = (draws[0], draws[1] < 0.5 ? 1.0 : -1.0)
    if part < optimum {
      let offset = (Vector(draws[2], draws[3]) - 0.5) * (optimum / 2).squareRoot()
      return LabelledPoint(x: Vector(Self.centre, -Self.centre) * sign + offset, label: -sign)
    }
    if part < optimum + rectangleMass {
      let y = rectangles == .downward ? -draws[3] : draws[3]
      return LabelledPoint(x: Vector(edge * draws[2], y) * sign, label: sign)
    }
    let (radius, angle) = (draws[2].squareRoot(), 2 * Double.pi * draws[3])
    let x = Vector(radius * cos(angle), radius * sin(angle))
    return LabelledPoint(x: x, label: x.x >= 0 ? 1 : -1)
  }
}

extension Marginal {
  fileprivate func point(_ draws: [Double]) -> Vector {
    func polar(_ radius: Double) -> Vector {
      let angle = 2 * Double.pi * draws[3]
      return Vector(radius * cos(angle), radius * sin(angle))
    }
    func laplace(_ draw: Double) -> Double {
      // Half of the draws for each side, so that no logarithm of 0 is taken.
      let isLeft = draw < 0.5
      let share = isLeft ? 2 * draw : 2 * draw - 1
      return (isLeft ? 1 : -1) * log1p(-share) / 2.0.squareRoot()
    }
    switch self {
    case .gaussian:
      return polar((-2 * log1p(-draws[2])).squareRoot())
    case .gaussianMixture(let distance):
      let centre = Vector(0, draws[1] < 0.5 ? distance : -distance)
      return polar((-2 * log1p(-draws[2])).squareRoot()) + centre
    case .laplace:
      return Vector(laplace(draws[2]), laplace(draws[3]))
    case .student(let degrees):
      return polar((degrees * (pow(1 - draws[2], -2 / degrees) - 1)).squareRoot())
    }
  }
}
