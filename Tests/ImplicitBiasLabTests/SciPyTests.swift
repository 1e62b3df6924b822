import EspalierTestSupport
import Foundation
import LinearAlgebra
import Testing

@testable import ImplicitBiasLab

/// Answers beside SciPy's; see Tests/Oracles/implicit_bias.py.
@Suite struct SciPyTests {
  struct Golden: Decodable {
    struct Problem: Decodable {
      var inputs: [[Double]]
      var targets: [Double]
      var leastL1: [Double]
      var leastL2: [Double]
      var l1Margin: Double
      var l2Margin: Double
      var twoLayers: [String: [Double]]
    }
    var problems: [Problem]
  }

  private static func problems() throws -> [Golden.Problem] {
    let path = TestPlugin.packageRoot.path + "/Tests/Fixtures/implicit-bias/golden.json"
    return try JSONDecoder().decode(
      Golden.self,
      from: Data(contentsOf: URL(fileURLWithPath: path))
    ).problems
  }

  @Test func leastNormsAreSciPys() throws {
    for problem in try Self.problems() {
      let regression = try Regression(Matrix(rows: problem.inputs), problem.targets)
      let (sparsest, shortest) = (try regression.leastL1Norm(), try regression.leastL2Norm())
      #expect(sparsest.weights.relativeDistance(to: problem.leastL1) < 1e-9)
      #expect(shortest.weights.relativeDistance(to: problem.leastL2) < 1e-12)
    }
  }

  @Test func marginsAreSciPys() throws {
    for problem in try Self.problems() {
      let labels = problem.targets.map { $0 < 0 ? -1.0 : 1 }
      let data = Separation(Matrix(rows: problem.inputs).scalingRows(by: labels))
      for (norm, margin) in [(MarginNorm.l1, problem.l1Margin), (.l2, problem.l2Margin)] {
        let best = try data.largestMargin(norm)
        #expect(abs(data.margin(best.weights, norm) / margin - 1) < 1e-7, "\(norm)")
      }
    }
  }

  @Test func minimaOfTwoLayersAreSciPys() throws {
    for problem in try Self.problems() {
      let regression = try Regression(Matrix(rows: problem.inputs), problem.targets)
      for (scale, weights) in problem.twoLayers {
        let network = try DiagonalNetwork(depth: 2, scale: #require(Double(scale)))
        let found = try regression.minimum(network)
        #expect(found.weights.relativeDistance(to: weights) < 1e-6, "\(scale)")
      }
    }
  }
}
