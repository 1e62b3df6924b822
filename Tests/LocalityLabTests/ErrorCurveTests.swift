import Foundation
import Testing

@testable import LocalityLab

@Suite struct ErrorCurveTests {
  @Test func sizesAreTwelvePercentApart() {
    let grid = ErrorCurve.grid
    #expect(Array(grid.prefix(8)) == Array(4...11))
    for (size, next) in zip(grid, grid.dropFirst()) {
      #expect(size < next)
      let ratio = Double(next) / Double(size)
      #expect(size < 64 || abs(ratio - 1.1225) < 0.01)
    }
  }

  /// A lucky size does not count, and the truth lies between two sizes.
  @Test func successHasToLast() {
    let curve = ErrorCurve(
      sizes: [4, 5, 6, 7, 8],
      errors: [[0.5], [0.1], [0.4], [0.1], [0.1]]
    )
    #expect(curve.sampleCount(reaching: 0.2) == 42.0.squareRoot())
    #expect(curve.sampleCount(reaching: 0.05) == nil)
    #expect(curve.sampleCount(reaching: 0.6) == 4)
  }

  @Test func theSearchEndsSoonBehindTheFirstSuccess() throws {
    var asked: [[Int]] = []
    let curve = ErrorCurve.search(reaching: 0.1, limit: 10_000) { sizes in
      asked.append(sizes)
      return sizes.map { [10 / Double($0)] }
    }
    let found = try #require(curve.sampleCount(reaching: 0.1))
    #expect(abs(found / 100 - 1) < 0.12)
    #expect(asked.flatMap(\.self) == curve.sizes)
    #expect((curve.sizes.last ?? 0) < 400)
    let vain = ErrorCurve.search(reaching: 0.1, limit: 50) { $0.map { [10 / Double($0)] } }
    #expect(vain.sampleCount(reaching: 0.1) == nil)
    #expect(vain.sizes.last == 45)
  }

  /// A power law with multiplicative noise over seeds is found, with an interval that holds it.
  @Test func exponentsAreThoseOfThePowerLaw() throws {
    let noise: [Double] = (0..<8).map { 0.9 + 0.025 * Double($0) }
    let places: [[Double]] = [[4, 8], [8, 8], [16, 8], [8, 16], [8, 32]]
    let rows = places.map { place in
      let complexity = place[0] * place[0] * place[1]
      let curve = ErrorCurve.search(reaching: 0.1, limit: 100_000) { sizes in
        sizes.map { size in noise.map { complexity / Double(size) * $0 } }
      }
      return (curve: curve, target: 0.1, unit: 2.0, place: place)
    }
    let exponents = try #require(ComplexityFit(rows: rows).exponents())
    #expect(exponents.count == 2)
    for (estimate, truth) in zip(exponents, [2.0, 1.0]) {
      #expect(abs(estimate.value - truth) < 0.06)
      #expect(estimate.low <= estimate.value && estimate.value <= estimate.high)
      #expect(estimate.low < truth + 0.06 && estimate.high > truth - 0.06)
    }
  }
}
