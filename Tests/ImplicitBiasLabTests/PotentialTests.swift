import Foundation
import LinearAlgebra
import Randomness
import Testing

@testable import ImplicitBiasLab

@Suite struct PotentialTests {
  private static func potentials() throws -> [any Potential] {
    try [
      EuclideanPotential(), EntropyPotential(), BurgPotential(),
      HypentropyPotential(scale: 0.3), HypentropyPotential(scale: 1e-6),
      NormPotential(exponent: 1.1), NormPotential(exponent: 1.5), NormPotential(exponent: 2),
      NormPotential(exponent: 3),
    ]
  }

  private static let count = 5

  /// Weights inside a potential's domain.
  private static func weights(_ potential: any Potential, seed: UInt64) -> [Double] {
    RandomStream(seed: seed).named("weights").normals(count: count)
      .map { potential.contains(-1) ? $0 : exp($0) }
  }

  @Test(arguments: 0..<9) func theInverseMapTakesBack(index: Int) throws {
    let potential = try Self.potentials()[index]
    for seed in 1...20 as ClosedRange<UInt64> {
      let weights = Self.weights(potential, seed: seed)
      let back = try #require(potential.inverse(potential.gradient(weights)))
      #expect(back.relativeDistance(to: weights) < 1e-9, "\(potential.name)")
    }
  }

  @Test(arguments: 0..<9) func gradientsAreThoseOfTheValue(index: Int) throws {
    let potential = try Self.potentials()[index]
    let weights = Self.weights(potential, seed: 4)
    let gradient = potential.gradient(weights)
    let step = 1e-5
    for place in weights.indices {
      func value(_ move: Double) -> Double {
        var moved = weights
        moved[place] += move
        return potential.value(moved)
      }
      let slope = (value(step) - value(-step)) / (2 * step)
      #expect(abs(slope - gradient[place]) < 1e-6 * gradient.norm, "\(potential.name)")
    }
  }

  @Test(arguments: 0..<9) func slopesOfTheInverseAreThoseOfTheInverse(index: Int) throws {
    let potential = try Self.potentials()[index]
    let dual = potential.gradient(Self.weights(potential, seed: 7))
    let slope = potential.inverseSlope(dual).seen(by: Matrix(diagonal: dual.map { _ in 1 }))
    let step = 1e-6
    for place in dual.indices {
      func weights(_ move: Double) throws -> [Double] {
        var moved = dual
        moved[place] += move
        return try #require(potential.inverse(moved))
      }
      let found = try weights(step).minus(weights(-step)).scaled(by: 1 / (2 * step))
      #expect(found.minus(slope.column(place)).norm < 1e-6 * slope.frobeniusNorm)
    }
  }

  @Test(arguments: 0..<9) func divergencesAreNeverNegative(index: Int) throws {
    let potential = try Self.potentials()[index]
    for seed in 1...20 as ClosedRange<UInt64> {
      let (first, second) = (
        Self.weights(potential, seed: seed), Self.weights(potential, seed: seed + 100)
      )
      #expect(potential.divergence(first, from: second) > 0)
      #expect(abs(potential.divergence(first, from: first)) < 1e-12 * (1 + first.norm))
    }
  }

  @Test func weightsOutsideTheDomainAreAnErrorInOneSentence() throws {
    let regression = try Regression(Matrix(rows: [[1, 2, 3]]), [1])
    let expected = BiasError.outsideDomain(
      potential: "entropy",
      found: -0.5,
      domain: "above 0"
    )
    #expect(throws: expected) {
      _ = try PotentialMinimizer(EntropyPotential(), regression, from: [1, -0.5, 2])
    }
    #expect(
      expected.description == "entropy: its weights need to be above 0; got -0.5"
    )
    #expect(throws: BiasError.self) { _ = try NormPotential(exponent: 1) }
    #expect(throws: BiasError.self) { _ = try HypentropyPotential(scale: 0) }
  }

  @Test func asManySamplesAsDimensionsAreAnErrorInOneSentence() {
    let expected = BiasError.noInterpolation(sampleCount: 2, dimension: 2)
    #expect(throws: expected) { _ = try Regression(Matrix(rows: [[1, 2], [3, 4]]), [1, 2]) }
    #expect(
      expected.description
        == "samples: needs fewer than the 2 dimensions, so that many weights fit the data; got 2"
    )
  }
}
