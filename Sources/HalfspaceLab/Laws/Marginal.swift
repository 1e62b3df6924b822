import Foundation
import Statistics

/// A law of the two coordinates that decide the clean label, symmetric in each of them.
package enum Marginal: Hashable, Sendable, Codable {
  /// The standard normal law.
  case gaussian
  /// Two standard normal laws around (0, -distance) and (0, distance), equally likely.
  case gaussianMixture(distance: Double)
  /// Independent Laplace coordinates of variance 1: log-concave, with a kink at the axes.
  case laplace
  /// Student's t law in the plane, rotation invariant with heavy tails.
  case student(degrees: Double)

  /// The name in tables and files.
  package var name: String {
    switch self {
    case .gaussian: "gaussian"
    case .gaussianMixture: "gaussian-mixture"
    case .laplace: "laplace"
    case .student: "student"
    }
  }

  /// - Throws: ``HalfspaceError/marginalOutOfRange(name:found:rule:)``.
  func validate() throws(HalfspaceError) {
    switch self {
    case .gaussian, .laplace: break
    case .gaussianMixture(let distance):
      guard distance >= 0, distance < 8 else {
        throw .marginalOutOfRange(name: "distance", found: distance, rule: "a number in 0..<8")
      }
    case .student(let degrees):
      // The gradient of the logistic loss is a mean of x, which needs more than one degree.
      guard degrees > 2, degrees <= 100 else {
        throw .marginalOutOfRange(
          name: "degrees",
          found: degrees,
          rule: "a number above 2, for a variance, and at most 100"
        )
      }
    }
  }

  /// Whether the law looks alike in all directions.
  package var isRotationInvariant: Bool {
    switch self {
    case .gaussian, .student: true
    case .gaussianMixture, .laplace: false
    }
  }

  /// The density at a point.
  func density(at x: Vector) -> Double {
    switch self {
    case .gaussian:
      return exp(-dot(x, x) / 2) / (2 * .pi)
    case .gaussianMixture(let distance):
      let (up, down) = (x.y - distance, x.y + distance)
      return exp(-x.x * x.x / 2) * (exp(-up * up / 2) + exp(-down * down / 2)) / (4 * .pi)
    case .laplace:
      return exp(-2.0.squareRoot() * (abs(x.x) + abs(x.y))) / 2
    case .student(let degrees):
      return pow(1 + dot(x, x) / degrees, -(degrees + 2) / 2) / (2 * .pi)
    }
  }

  /// What far-away noise measures distance by: `|x|` where the law is rotation invariant, else `|x₁|`.
  func gauge(of x: Vector) -> Double {
    isRotationInvariant ? length(x) : abs(x.x)
  }

  /// The probability that the gauge is above a number.
  func gaugeSurvival(_ gauge: Double) -> Double {
    guard gauge > 0 else { return 1 }
    switch self {
    case .gaussian: return exp(-gauge * gauge / 2)
    case .student(let degrees): return pow(1 + gauge * gauge / degrees, -degrees / 2)
    case .gaussianMixture, .laplace: return firstCoordinateSurvival(gauge)
    }
  }

  /// The gauge that is exceeded with the given probability in 0...1.
  func gaugeQuantile(survival: Double) -> Double {
    switch self {
    case .gaussian: (-2 * log(survival)).squareRoot()
    case .student(let degrees): (degrees * (pow(survival, -2 / degrees) - 1)).squareRoot()
    case .gaussianMixture, .laplace: firstCoordinateQuantile(survival: survival)
    }
  }

  /// The probability that `|x₁|` is above a number from 0 up.
  func firstCoordinateSurvival(_ x: Double) -> Double {
    switch self {
    case .gaussian, .gaussianMixture: erfc(x / 2.0.squareRoot())
    case .laplace: exp(-2.0.squareRoot() * x)
    case .student(let degrees):
      // A coordinate of the law in the plane has the t law in one dimension with as many degrees.
      2 * StudentDistribution(degrees: degrees).upperTail(of: x)
    }
  }

  /// The number that `|x₁|` exceeds with the given probability.
  func firstCoordinateQuantile(survival: Double) -> Double {
    if case .laplace = self { return -log(survival) / 2.0.squareRoot() }
    var (low, high) = (0.0, 1.0)
    while firstCoordinateSurvival(high) > survival { high *= 2 }
    for _ in 0..<200 where high > low.nextUp {
      let middle = (low + high) / 2
      if firstCoordinateSurvival(middle) > survival { low = middle } else { high = middle }
    }
    return (low + high) / 2
  }

  /// Borders between which the density of a coordinate, or of the radius, is smooth to all digits.
  var smoothStretches: [Double] {
    switch self {
    case .gaussian: return (0...9).map(Double.init)
    case .gaussianMixture(let distance):
      return (0...Int((9 + distance).rounded(.up))).map(Double.init)
    case .laplace: return (0...15).map { Double($0) * 2 }
    case .student: return [0] + (0...26).map { pow(2, Double($0)) }
    }
  }
}
