import Foundation
import Statistics
import Testing

@testable import HalfspaceLab

@Suite struct NoisyLawTests {
  static let marginals: [Marginal] = [
    .gaussian, .gaussianMixture(distance: 1.5), .laplace, .student(degrees: 4),
  ]

  @Test(arguments: [
    (4e-2, 2.333), (2e-2, 2.481), (1e-2, 2.600), (3e-3, 2.780), (1e-3, 2.929), (3e-4, 3.083),
    (1e-4, 3.214), (1e-5, 3.468), (1e-6, 3.698),
  ])
  func farQuadrantRatiosAreThoseOfTheTable(mass: Double, ratio: Double) throws {
    let law = try HalfspaceLaw.checked(.gaussian, .farQuadrant(mass: mass))
    let risk = law.zeroOneRisk(angle: GaussianFormulas.farQuadrantAngle(mass: mass))
    #expect(abs(risk / mass - ratio) < 6e-4)
  }

  @Test func farQuadrantRisksAreNearlyLinear() throws {
    let masses = [4e-2, 2e-2, 1e-2, 3e-3, 1e-3, 3e-4, 1e-4, 1e-5, 1e-6]
    let risks = try masses.map { mass in
      try HalfspaceLaw.checked(.gaussian, .farQuadrant(mass: mass))
        .zeroOneRisk(angle: GaussianFormulas.farQuadrantAngle(mass: mass))
    }
    #expect(abs(LineFit.powerLaw(x: masses, y: risks).slope.value - 0.957) < 0.005)
  }

  /// The quadrature's minimiser has the formula's direction, without knowing the formula.
  @Test(arguments: [2e-2, 1e-3, 1e-5])
  func farQuadrantMinimizersFollowTheFormula(mass: Double) throws {
    let law = try HalfspaceLaw.checked(.gaussian, .farQuadrant(mass: mass))
    let angle = PopulationOracle(law: law).logisticMinimizer().angle
    #expect(abs(angle - GaussianFormulas.farQuadrantAngle(mass: mass)) < 1e-9)
  }

  @Test(arguments: [(0.1, 0.11066, 0.07818), (0.2, 0.24498, 0.14679), (0.4, 0.58800, 0.23743)])
  func massartMinimizersFollowTheFormula(rate: Double, angle: Double, risk: Double) throws {
    let law = try HalfspaceLaw.checked(.gaussian, .massart(rate: rate))
    let found = PopulationOracle(law: law).logisticMinimizer().angle
    #expect(abs(found - GaussianFormulas.massartAngle(rate: rate)) < 1e-9)
    #expect(abs(found - angle) < 1e-5)
    #expect(abs(law.zeroOneRisk(angle: found) - risk) < 1e-5)
    #expect(law.optimum == rate / 2)
  }

  @Test(arguments: marginals)
  func randomNoiseDoesNotTurnTheMinimizer(marginal: Marginal) throws {
    let law = try HalfspaceLaw.checked(marginal, .random(rate: 0.2))
    #expect(abs(PopulationOracle(law: law).logisticMinimizer().angle) < 1e-9)
    #expect(law.zeroOneRisk(angle: 0) == 0.2)
    #expect(law.optimum == 0.2)
  }

  /// The closed form of the hinge risk is the limit of the smooth losses.
  @Test(arguments: [
    LabelNoise.random(rate: 0.2), .massart(rate: 0.3), .farQuadrant(mass: 0.02),
  ])
  func hingeRisksFollowTheFormula(noise: LabelNoise) throws {
    let oracle = PopulationOracle(law: try .checked(.gaussian, noise))
    let weights = Vector(2, 0.7)
    let width = 1e-4
    let softened = width * oracle.logisticRisk(at: weights / width).value
    #expect(abs(softened - oracle.hingeRisk(at: weights)) < 1e-7)
  }

  /// Noise at the boundary leaves the direction by symmetry, and shortens the minimiser.
  @Test func noiseAtTheBoundaryShortensTheMinimizer() throws {
    let norms = try [0.002, 0.02, 0.1].map { mass in
      let law = try HalfspaceLaw.checked(.gaussian, .nearBoundary(mass: mass))
      let minimizer = PopulationOracle(law: law).logisticMinimizer()
      #expect(abs(minimizer.angle) < 1e-9)
      return minimizer.norm
    }
    #expect(norms[0] > norms[1] && norms[1] > norms[2])
  }

  /// A slightly turned halfspace runs through the flipped strip, so OPT is below the flipped mass.
  @Test func noiseAtTheBoundaryHasASmallerOptimum() throws {
    let law = try HalfspaceLaw.checked(.gaussian, .nearBoundary(mass: 0.02))
    #expect(law.optimum < 0.9 * law.mass)
    for step in -200...200 {
      #expect(law.zeroOneRisk(angle: Double(step) * Double.pi / 400) >= law.optimum - 1e-9)
    }
  }

  @Test(arguments: marginals)
  func massesAreExact(marginal: Marginal) throws {
    for noise in [LabelNoise.random(rate: 0.1), .massart(rate: 0.3), .farQuadrant(mass: 0.02)] {
      let law = try HalfspaceLaw.checked(marginal, noise)
      #expect(abs(PopulationOracle(law: law).totalMass - 1) < 1e-9)
      var flipped = 0.0
      for region in MarginRegion.regions(of: law) where region.flipProbability > 0 {
        let first = GaussLegendre.twelve.integral(from: region.low.x, to: region.high.x) { x in
          GaussLegendre.twelve.integral(from: region.low.y, to: region.high.y) { y in
            let (z, area) = region.point(Vector(x, y))
            return area * region.density(z)
          }
        }
        flipped += first * region.flipProbability
      }
      #expect(abs(flipped - law.mass) < 1e-7)
      #expect(abs(law.zeroOneRisk(angle: 0) - law.mass) < 1e-12)
    }
  }

  /// No angle does better than OPT, also for the laws without a formula for the wedge.
  @Test(arguments: marginals)
  func noHalfspaceIsBetterThanOPT(marginal: Marginal) throws {
    for noise in [LabelNoise.massart(rate: 0.4), .farQuadrant(mass: 0.05)] {
      let law = try HalfspaceLaw.checked(marginal, noise)
      for step in 0..<400 {
        let angle = 2 * Double.pi * Double(step) / 400
        #expect(law.zeroOneRisk(angle: angle) >= law.optimum - 1e-9)
      }
    }
  }

  @Test func badRatesAreRefused() {
    #expect(
      throws: HalfspaceError.noiseRateOutOfRange(name: "random noise", found: 0.5, below: 0.5)
    ) {
      try HalfspaceLaw.checked(.gaussian, .random(rate: 0.5))
    }
    #expect(
      throws: HalfspaceError.noiseRateOutOfRange(name: "massart noise", found: -1, below: 0.5)
    ) {
      try HalfspaceLaw.checked(.gaussian, .massart(rate: -1))
    }
    #expect(throws: HalfspaceError.self) {
      try HalfspaceLaw.checked(.student(degrees: 2), .random(rate: 0.1))
    }
    #expect(throws: HalfspaceError.noExactRisk(noise: "near-boundary", marginal: "student")) {
      try HalfspaceLaw.checked(.student(degrees: 4), .nearBoundary(mass: 0.1))
    }
  }

  /// With no weight on the further coordinates the formula for d dimensions is the one for the plane.
  @Test func risksInMoreDimensionsStartAtThoseOfThePlane() throws {
    for law in [
      try HalfspaceLaw.hard(optimum: 0.01), try .checked(.gaussian, .farQuadrant(mass: 0.02)),
    ] {
      for angle in [-0.3, 0.05, 0.4] {
        let weights = Vector(5 * cos(angle), 5 * sin(angle))
        let near = law.zeroOneRisk(weights: weights, remainder: 1e-6, deviation: 0.5)
        #expect(abs((near ?? .nan) - law.zeroOneRisk(angle: angle)) < 1e-6)
      }
    }
  }

  /// A normal law that is flipped at random stays one in the plane of w and e₁, so the angle there counts.
  @Test func risksInMoreDimensionsAreThoseOfTheAngle() throws {
    let law = try HalfspaceLaw.checked(.gaussian, .random(rate: 0.1))
    let risk = law.zeroOneRisk(weights: Vector(2, 0.5), remainder: 1.2, deviation: 1)
    let angle = atan2(hypot(0.5, 1.2), 2)
    #expect(abs((risk ?? .nan) - law.zeroOneRisk(angle: angle)) < 1e-7)
  }
}
