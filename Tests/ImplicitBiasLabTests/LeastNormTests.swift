import Foundation
import LinearAlgebra
import Randomness
import Testing

@testable import ImplicitBiasLab

@Suite struct LeastNormTests {
  private static let law = SparseLaw(dimension: 30, supportCount: 3, noise: 0)

  @Test(arguments: 1...8) func answersProveThemselves(seed: UInt64) throws {
    let regression = try Self.law.regression(seed: seed, sampleCount: 10)
    let least = try regression.leastL1Norm()
    #expect(least.certificate.worst < 1e-10, "\(least.certificate)")
    let euclidean = try regression.leastL2Norm()
    #expect(euclidean.certificate.worst < 1e-10)
    #expect(least.weights.l1Norm <= euclidean.weights.l1Norm)
    #expect(euclidean.weights.norm <= least.weights.norm)
    // A vertex has as many entries as there are samples, at most.
    #expect(least.weights.count { abs($0) > 1e-9 } <= 10)
  }

  /// Deep networks from a small scale end next to the least l1 norm.
  @Test(arguments: 1...3) func depthFourReachesTheLinearProgramme(seed: UInt64) throws {
    let regression = try Self.law.regression(seed: seed, sampleCount: 10)
    let least = try regression.leastL1Norm()
    let found = try regression.minimum(DiagonalNetwork(depth: 4, scale: 1e-3))
    #expect(found.certificate.worst < 1e-9, "\(found.certificate)")
    #expect(abs(found.weights.l1Norm / least.weights.l1Norm - 1) < 1e-9)
  }

  /// At a large scale the distance to the Euclidean solution falls as `α^(-2D)`.
  @Test(arguments: [2, 3]) func theKernelLimitHasItsSlope(depth: Int) throws {
    let regression = try Self.law.regression(seed: 1, sampleCount: 10)
    let euclidean = try regression.leastL2Norm().weights
    let distances = try [4.0, 8, 16].map { scale in
      try regression.minimum(DiagonalNetwork(depth: depth, scale: scale)).weights
        .relativeDistance(to: euclidean)
    }
    for (near, far) in zip(distances, distances.dropFirst()) {
      #expect(abs(log2(near / far) - Double(2 * depth)) < 0.1)
    }
  }

  @Test func moreSamplesThanDimensionsAreAnError() {
    let error = #expect(throws: BiasError.self) {
      try Self.law.regression(seed: 1, sampleCount: 30)
    }
    #expect(
      error?.description
        == "samples: needs fewer than the 30 dimensions, so that many weights fit the data; got 30"
    )
  }

  @Test func samplesThatContradictEachOtherAreAnError() throws {
    let regression = try Regression(Matrix(rows: [[1, 2, 3], [2, 4, 6]]), [1, 3])
    #expect(throws: BiasError.noFit) { try regression.leastL1Norm() }
    #expect(throws: BiasError.noFit) { try regression.leastL2Norm() }
  }
}
