import Foundation
import Testing

@testable import ImplicitBiasLab

@Suite struct DiagonalPotentialTests {
  @Test(arguments: [3, 4, 5, 8]) func theImageUndoesItsInverse(depth: Int) {
    let exponent = Double(depth) / Double(depth - 2)
    for power in stride(from: -8.0, through: 8, by: 0.25) {
      let image = pow(10, power)
      let again =
        image < DiagonalPotential.smallImage
        ? DiagonalPotential.image(DiagonalPotential.smallDual(image, exponent), exponent)
        : DiagonalPotential.image(room: DiagonalPotential.room(image, exponent), exponent)
      #expect(abs(again - image) <= 1e-12 * image, "depth \(depth), \(image)")
    }
  }

  @Test(arguments: [2, 3, 4, 7], [0.3, 1.0, 4]) func theSlopeIsTheDerivative(
    depth: Int,
    scale: Double
  ) throws {
    let potential = try DiagonalPotential(depth: depth, scale: scale)
    for weight in [-3.0, -0.2, 0.01, 0.5, 2] {
      let width = 1e-5
      let difference =
        (potential.value(weight + width) - potential.value(weight - width)) / (2 * width)
      #expect(abs(difference - potential.slope(weight)) < 1e-7)
      let dual = potential.slope(weight)
      #expect(abs(potential.inverse(dual) - weight) < 1e-11)
      let change = potential.inverse(dual + 1e-7) - potential.inverse(dual - 1e-7)
      let slope = potential.inverseSlope(dual)
      #expect(abs(change / 2e-7 - slope) < 1e-5 * slope)
    }
    #expect(potential.slope(0) == 0 && abs(potential.value(0)) < 1e-15)
  }

  /// The formula for two layers as the literature has it.
  @Test func twoLayersHaveTheHypentropy() throws {
    let scale = 0.4
    let potential = try DiagonalPotential(depth: 2, scale: scale)
    let hypentropy = try HypentropyPotential(scale: 2 * scale * scale)
    for weight in [-2.0, 0.1, 1] {
      let z = weight / (scale * scale)
      let formula = 2 - (4 + z * z).squareRoot() + z * asinh(z / 2)
      #expect(abs(potential.value(weight) - scale * scale * formula) < 1e-14)
      #expect(abs(potential.slope(weight) - hypentropy.slope(weight)) < 1e-15)
    }
  }

  /// `h_4(z) = 4z/(1 - z²)²`.
  @Test func fourLayersHaveTheirShortForm() {
    for z in [-0.9, -0.1, 1e-9, 0.5] {
      let short = 4 * z / ((1 - z * z) * (1 - z * z))
      #expect(abs(DiagonalPotential.image(z, 2) - short) < 1e-14 * abs(short))
    }
  }

  @Test(arguments: [
    (1, 1.0, "depth: needs two layers or more; got 1"),
    (2, 0.0, "alpha: needs a number above 0; got 0.0"),
    (
      4, 1e-5,
      "alpha: needs 0.001 at least with depth 4, or float64 loses the weights; got 1e-05; take that, or the "
        + "least l1 norm, which the solution is next to"
    ),
    (3, 1e60, "alpha: needs a number whose power of the depth, 3, is below 1e150; got 1e+60"),
  ]) func badScalesAreErrors(depth: Int, scale: Double, message: String) {
    let error = #expect(throws: BiasError.self) {
      try DiagonalNetwork(depth: depth, scale: scale)
    }
    #expect(error?.description == message)
  }

  @Test func unequalStartsHaveTheScaleOfTheirPowerMean() throws {
    let two = try DiagonalNetwork(depth: 2, positiveStart: 0.2, negativeStart: 0.8)
    #expect(abs(two.effectiveScale - 0.4) < 1e-15 && abs(two.startWeight + 0.6) < 1e-15)
    let four = try DiagonalNetwork(depth: 4, positiveStart: 1, negativeStart: 1 / 3.0.squareRoot())
    #expect(abs(four.effectiveScale - 0.5.squareRoot()) < 1e-15)
    #expect(abs(DiagonalNetwork.scale(ofFactors: 0.3, 0.4) - 0.125.squareRoot()) < 1e-15)
  }
}
