import Foundation
import Testing

@testable import HalfspaceLab

@Suite struct HardLawTests {
  @Test(arguments: [0.0, -0.01, 0.17, 1, .infinity, .nan])
  func optimaThatGiveNoLawAreRefused(optimum: Double) {
    let error = #expect(throws: HalfspaceError.self) { try HardLaw(optimum: optimum) }
    #expect(
      error?.description
        == "OPT: the hard law needs a number above 0 and below 0.17; got \(optimum)"
    )
  }

  @Test(arguments: [0.04, 0.01, 1e-3, 1e-6])
  func massesAddUpToOne(optimum: Double) throws {
    let law = try HardLaw(optimum: optimum)
    #expect(abs(law.totalMass - 1) < 1e-15)
    #expect(abs(PopulationOracle(law: .hard(law)).totalMass - 1) < 1e-12)
  }

  /// R01 = OPT + q·θ on one side; on the other the rectangles' error is added.
  @Test(arguments: [0.04, 0.01, 1e-3])
  func risksAreTheClosedForms(optimum: Double) throws {
    let law = try HardLaw(optimum: optimum)
    let e = law.edge
    for angle in stride(from: 0.0, through: Double.pi / 4 - e - 0.01, by: 0.03) {
      #expect(abs(law.zeroOneRisk(angle: angle) - optimum - law.discDensity * angle) < 1e-13)
      let a = tan(angle)
      let missed = a <= e ? a / 2 : e - e * e / (2 * a)
      let mirrored = optimum + law.discDensity * angle + 2 * missed
      #expect(abs(law.zeroOneRisk(angle: -angle) - mirrored) < 1e-13)
    }
  }

  @Test(arguments: [0.04, 0.01, 1e-3])
  func noHalfspaceIsBetterThanTheIdealOne(optimum: Double) throws {
    let law = try HardLaw(optimum: optimum)
    #expect(abs(law.zeroOneRisk(angle: 0) - optimum) < 1e-15)
    for step in 0..<10_000 {
      let angle = 2 * Double.pi * Double(step) / 10_000
      #expect(law.zeroOneRisk(angle: angle) >= optimum - 1e-15)
    }
  }

  @Test func hingeRisksAreTheClosedForm() throws {
    let law = try HardLaw(optimum: 0.01)
    let (norm, angle) = (7.0, 0.2)
    let weights = Vector(norm * cos(angle), norm * sin(angle))
    let squares = 0.01 * HardLaw.centre * norm * (cos(angle) - sin(angle))
    let disc = 2.0 / 3 * law.discDensity * norm * (1 - cos(angle))
    #expect(abs(law.hingeRisk(at: weights) - squares - disc) < 1e-14)
  }

  /// The shifted risk by counting on a fine grid of the disc and the boxes.
  @Test func shiftedRisksAreAreas() throws {
    let law = try HardLaw(optimum: 0.04)
    let direction = Vector(cos(0.3), sin(0.3))
    for shift in [-0.7, -0.05, 0.02, 0.4, 1.5] {
      let count = 400
      var risk = 0.0
      func add(_ low: Vector, _ high: Vector, _ density: (Vector) -> Double) {
        let cell = (high - low) / Double(count)
        for i in 0..<count {
          for j in 0..<count {
            let z = low + cell * Vector(Double(i) + 0.5, Double(j) + 0.5)
            if dot(direction, z) + shift < 0 { risk += density(z) * cell.x * cell.y }
          }
        }
      }
      add(law.square.corners[0], law.square.corners[2]) { _ in 2 }
      add(.zero, Vector(law.edge, 1)) { _ in 2 }
      add(Vector(0, -1), Vector(1, 1)) { length($0) < 1 ? 2 * law.discDensity : 0 }
      #expect(abs(law.zeroOneRisk(direction: direction, shift: shift) - risk) < 1e-3)
    }
  }

  @Test func meansAreThoseOfTheQuadrature() throws {
    let law = try HardLaw(optimum: 0.01)
    let mean = PopulationOracle(law: .hard(law)).meanMargin
    #expect(length(mean - law.meanMargin) < 1e-12)
  }
}
