import Arrays
import EspalierTestSupport
import Foundation
import PJRT
import Tensors

@testable import HalfspaceLab

/// The engine of the laboratory's tests, which keeps its programs in memory.
enum TestEngine {
  static func shared() throws -> Engine { try result.get() }
  private static let result = Result<Engine, any Error> { Engine(client: try TestPlugin.client()) }
}

/// Answers of SciPy and scikit-learn; see Tests/Oracles/halfspace_learners.py.
struct Golden: Decodable {
  struct Trial: Decodable {
    var samples: [[Double]]
    var logistic: [Double]
    var logisticRisk: Double
    var radius: Double
    var bounded: [Double]
    var hingeRisk: Double
    var leastSquares: [Double]
    var ridge: Double
    var supportVectorObjective: Double
  }
  var trials: [Trial]

  static func load() throws -> Golden {
    let path = TestPlugin.packageRoot.path + "/Tests/Fixtures/halfspaces/learners.json"
    return try JSONDecoder().decode(
      Golden.self,
      from: Data(contentsOf: URL(fileURLWithPath: path))
    )
  }

  /// All trials as one batch, `[B, D, N]`.
  func buffer(_ transform: ([Double]) -> [Double] = { $0 }) throws -> Buffer {
    try Samples.buffer(trials.map { $0.samples.map(transform) })
  }
}

enum Samples {
  /// Trials of rows to `float64[B, D, N]`.
  static func buffer(_ trials: [[[Double]]]) throws -> Buffer {
    let (count, dimension) = (trials[0].count, trials[0][0].count)
    let values = trials.flatMap { rows in
      (0..<dimension).flatMap { column in rows.map { $0[column] } }
    }
    let array = HostArray(values, shape: [trials.count, dimension, count])
    return try TestEngine.shared().client.buffer(from: array)
  }
}

/// The largest difference between two lists of rows.
func distance(_ a: [[Double]], _ b: [[Double]]) -> Double {
  zip(a, b).flatMap { zip($0, $1).map { abs($0 - $1) } }.max() ?? 0
}

func product(_ a: [Double], _ b: [Double]) -> Double {
  zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
}

func unit(_ row: [Double]) -> [Double] {
  let norm = row.reduce(0) { $0 + $1 * $1 }.squareRoot()
  return row.map { $0 / norm }
}

/// The hinge risk of weights, in plain loops.
func hingeRisk(_ weights: [Double], _ rows: [[Double]]) -> Double {
  rows.reduce(0) { $0 + max(0, -product(weights, $1)) } / Double(rows.count)
}
