import LinearAlgebra
import Randomness
import Testing

@testable import ImplicitBiasLab

@Suite struct SeparationTests {
  @Test(arguments: 1...12) func marginsProveThemselves(seed: UInt64) throws {
    let law = SeparableLaw(dimension: 30)
    let data = law.separation(seed: seed, sampleCount: 4 + 3 * Int(seed))
    for norm in MarginNorm.allCases {
      let best = try data.largestMargin(norm)
      #expect(best.certificate.worst < 1e-9, "\(norm): \(best.certificate)")
      #expect(abs(norm.size(best.weights) - 1) < 1e-12)
      let others = (0..<20).map { direction in
        let noise = RandomStream(seed: seed).indexed(UInt64(direction)).normals(count: 30)
        return data.margin(best.weights.plus(0.01, times: noise), norm)
      }
      #expect(others.allSatisfy { $0 <= data.margin(best.weights, norm) })
    }
  }

  /// More samples than dimensions: the active set passes through many that it drops again.
  @Test(arguments: 1...6) func manySamplesHaveMargins(seed: UInt64) throws {
    let data = SeparableLaw(dimension: 4).separation(seed: seed, sampleCount: 60)
    for norm in MarginNorm.allCases {
      #expect(try data.largestMargin(norm).certificate.worst < 1e-8)
    }
  }

  /// One of these lies on the other's side of nothing, and one is there twice.
  @Test func samplesMayDependOnEachOther() throws {
    let data = Separation(Matrix(rows: [[2, 0], [1, 0], [1, 0], [0, 1]]))
    let best = try data.largestMargin(.l2)
    #expect(best.certificate.worst < 1e-12)
    #expect(abs(best.weights[0] - 0.5.squareRoot()) < 1e-12)
    #expect(abs(data.margin(best.weights, .l2) - 0.5.squareRoot()) < 1e-12)
    let other = try data.largestMargin(.l1)
    #expect(abs(data.margin(other.weights, .l1) - 0.5) < 1e-12)
  }

  @Test(arguments: MarginNorm.allCases) func classesThatNothingSeparatesAreAnError(
    norm: MarginNorm
  ) {
    let cases: [[[Double]]] = [
      [[1, 0], [-1, 0]], [[1, 1], [-1, 2], [0, -1]], [[0, 0], [1, 0]],
    ]
    for rows in cases {
      let error = #expect(throws: BiasError.self) {
        try Separation(Matrix(rows: rows)).largestMargin(norm)
      }
      #expect(error == .notSeparable(sampleCount: rows.count, dimension: 2), "\(rows)")
    }
  }
}
