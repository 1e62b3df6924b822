import Foundation
import LinearAlgebra
import Reports

/// `|w|²/2`: mirror descent is gradient descent.
package struct EuclideanPotential: SeparablePotential {
  package let name = "Euclidean"

  package init() {}

  package func value(_ weight: Double) -> Double { weight * weight / 2 }
  package func slope(_ weight: Double) -> Double { weight }
  package func inverse(_ dual: Double) -> Double { dual }
  package func inverseSlope(_ dual: Double) -> Double { 1 }
}

/// `Σ w ln w - w`: mirror descent is the exponentiated gradient.
package struct EntropyPotential: SeparablePotential {
  package let name = "entropy"
  package let domain = "above 0"

  package init() {}

  package func contains(_ weight: Double) -> Bool { weight > 0 && weight.isFinite }
  package func value(_ weight: Double) -> Double { weight * log(weight) - weight }
  package func slope(_ weight: Double) -> Double { log(weight) }
  package func inverse(_ dual: Double) -> Double { exp(dual) }
  package func inverseSlope(_ dual: Double) -> Double { exp(dual) }
}

/// `Σ w arsinh(w/b) - √(w² + b²)`: mirror descent is the exponentiated gradient with weights of both signs.
///
/// A large scale b makes it quadratic, a small one the l1 norm.
package struct HypentropyPotential: SeparablePotential {
  package let scale: Double
  package var name: String { "hypentropy, b = \(NumberText.setting(scale))" }

  /// - Throws: ``BiasError`` for a scale that is not above 0.
  package init(scale: Double) throws(BiasError) {
    guard scale > 0, scale.isFinite else {
      throw .sizeOutOfRange(name: "scale", found: "\(scale)", rule: "a number above 0")
    }
    self.scale = scale
  }

  package func value(_ weight: Double) -> Double {
    weight * asinh(weight / scale) - hypot(weight, scale)
  }
  package func slope(_ weight: Double) -> Double { asinh(weight / scale) }
  package func inverse(_ dual: Double) -> Double { scale * sinh(dual) }
  package func inverseSlope(_ dual: Double) -> Double { scale * cosh(dual) }
}

/// Burg's entropy `-Σ ln w`, which gradient descent on logarithms of weights follows.
package struct BurgPotential: SeparablePotential {
  package let name = "Burg"
  package let domain = "above 0"

  package init() {}

  package func contains(_ weight: Double) -> Bool { weight > 0 && weight.isFinite }
  package func value(_ weight: Double) -> Double { -log(weight) }
  package func slope(_ weight: Double) -> Double { -1 / weight }
  package func inverse(_ dual: Double) -> Double { dual < 0 ? -1 / dual : .infinity }
  package func inverseSlope(_ dual: Double) -> Double { 1 / (dual * dual) }
}

/// `|w|²/2` with the p-norm: mirror descent from 0 ends in the least p-norm.
package struct NormPotential: Potential {
  /// P.
  package let exponent: Double
  package var name: String { "p-norm, p = \(NumberText.setting(exponent))" }
  package let domain = "finite numbers"

  /// - Throws: ``BiasError`` for an exponent that is not above 1.
  package init(exponent: Double) throws(BiasError) {
    guard exponent > 1, exponent.isFinite else {
      throw .sizeOutOfRange(
        name: "exponents",
        found: "\(exponent)",
        rule: "numbers above 1, where the potential is strictly convex"
      )
    }
    self.exponent = exponent
  }

  package func contains(_ weight: Double) -> Bool { weight.isFinite }

  package func value(_ weights: [Double]) -> Double {
    let norm = Self.norm(weights, exponent)
    return norm * norm / 2
  }

  package func gradient(_ weights: [Double]) -> [Double] { Self.dual(weights, exponent) }
  package func inverse(_ dual: [Double]) -> [Double]? { Self.dual(dual, conjugate) }

  /// The derivative of `sign(z)|z|^(q-1) |z|_q^(2-q)`.
  package func inverseSlope(_ dual: [Double]) -> InverseSlope {
    let (q, norm) = (conjugate, Self.norm(dual, conjugate))
    let ratios = dual.map { $0 / norm }
    return InverseSlope(
      diagonal: ratios.map { (q - 1) * pow(abs($0), q - 2) },
      direction: ratios.map { Self.signedPower($0, q - 1) },
      factor: 2 - q
    )
  }

  /// The exponent q of the conjugate, `1/p + 1/q = 1`.
  private var conjugate: Double { exponent / (exponent - 1) }

  private static func signedPower(_ number: Double, _ exponent: Double) -> Double {
    number == 0 ? 0 : (number < 0 ? -1 : 1) * pow(abs(number), exponent)
  }

  /// The p-norm, of numbers over the largest so that no power overflows.
  package static func norm(_ numbers: [Double], _ exponent: Double) -> Double {
    let largest = numbers.reduce(0) { max($0, abs($1)) }
    guard largest > 0 else { return 0 }
    return largest * pow(numbers.reduce(0) { $0 + pow(abs($1) / largest, exponent) }, 1 / exponent)
  }

  private static func dual(_ numbers: [Double], _ exponent: Double) -> [Double] {
    let norm = norm(numbers, exponent)
    guard norm > 0 else { return numbers }
    return numbers.map { norm * signedPower($0 / norm, exponent - 1) }
  }
}
