import Foundation
import LinearAlgebra
import Randomness
import Testing

@testable import ImplicitBiasLab

@Suite struct PotentialMinimizerTests {
  /// A regression with sparse weights behind its targets.
  static func regression(
    _ sampleCount: Int = 8,
    _ dimension: Int = 20,
    seed: UInt64 = 1,
    isPositive: Bool = false
  ) throws -> Regression {
    let stream = RandomStream(seed: seed).named("regression")
    let inputs = Matrix(
      rowCount: sampleCount,
      columnCount: dimension,
      elements: stream.named("inputs").normals(count: sampleCount * dimension)
    )
    let weights = stream.named("weights").normals(count: dimension).map {
      isPositive ? abs($0) : $0
    }
    return try Regression(inputs, inputs * weights)
  }

  @Test func theEuclideanMinimumIsTheLeastNorm() throws {
    let regression = try Self.regression()
    let minimum = try PotentialMinimizer(
      EuclideanPotential(),
      regression,
      from: [Double](repeating: 0, count: 20)
    ).minimum()
    let shortest = try regression.inputs.leastSquares(regression.targets)
    #expect(minimum.weights.relativeDistance(to: shortest) < 1e-12)
    #expect(minimum.certificate.worst < 1e-12)
  }

  /// Every potential's minimum meets its conditions, and no move inside the fits lowers the divergence.
  @Test(arguments: [1.05, 1.1, 1.5, 2]) func normsAreLeast(exponent: Double) throws {
    try expectMinimum(NormPotential(exponent: exponent), start: 0)
  }

  @Test(arguments: [10, 1, 1e-2, 1e-4, 1e-8, 1e-12]) func hypentropiesAreLeast(
    scale: Double
  ) throws {
    try expectMinimum(HypentropyPotential(scale: scale), start: 0)
  }

  @Test(arguments: [1, 0.1, 1e-3]) func entropiesAreLeast(start: Double) throws {
    try expectMinimum(EntropyPotential(), start: start)
    try expectMinimum(BurgPotential(), start: start)
  }

  private func expectMinimum(_ potential: any Potential, start: Double) throws {
    let regression = try Self.regression(isPositive: start > 0)
    let start = [Double](repeating: start, count: regression.dimension)
    let minimum = try PotentialMinimizer(potential, regression, from: start).minimum()
    #expect(minimum.certificate.worst < 1e-9, "\(potential.name) \(minimum.certificate)")
    let best = potential.divergence(minimum.weights, from: start)
    for seed in 1...5 as ClosedRange<UInt64> {
      // A move that the data do not see, small enough to stay inside the domain.
      let move = RandomStream(seed: seed).named("move").normals(count: start.count)
      let seen = try regression.inputs.leastSquares(regression.inputs * move)
      let unseen = move.minus(seen)
      let least = minimum.weights.map(abs).min() ?? 0
      let other = minimum.weights.plus(start[0] > 0 ? least / 4 : 0.1, times: unseen)
      #expect(potential.divergence(other, from: start) > best, "\(potential.name)")
    }
  }

  /// A certificate tells weights that fit and are not the minimum from those that are.
  @Test func anotherFitHasNoCertificate() throws {
    let regression = try Self.regression()
    let start = [Double](repeating: 0, count: 20)
    let minimizer = try PotentialMinimizer(
      HypentropyPotential(scale: 0.01),
      regression,
      from: start
    )
    let shortest = try regression.inputs.leastSquares(regression.targets)
    let certificate = minimizer.certificate(of: shortest)
    #expect(try #require(certificate.primal) < 1e-12)
    #expect(try #require(certificate.dual) > 0.1)
    #expect(certificate.worst > 0.1)
  }

  @Test func aStartNextToTheAnswerSavesSteps() throws {
    let regression = try Self.regression()
    let start = [Double](repeating: 0, count: 20)
    let minimizer = try PotentialMinimizer(
      HypentropyPotential(scale: 1e-3),
      regression,
      from: start
    )
    let cold = try minimizer.minimum()
    let warm = try minimizer.minimum(guess: cold.multipliers)
    #expect(warm.iterationCount < cold.iterationCount)
    #expect(warm.weights.relativeDistance(to: cold.weights) < 1e-9)
  }
}
