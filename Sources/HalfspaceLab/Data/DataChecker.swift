import Arrays
import Foundation
import Laboratory
import PJRT
import Randomness
import Statistics
import Tensors

/// Looks at a data set as the theorems would.
///
/// Is its law well-behaved, is it radially Lipschitz, and how do logistic regression and the two phases do on
/// rows that neither has seen?
package struct DataChecker: Sendable {
  let engine: Engine
  let seed: UInt64

  package init(engine: Engine, seed: UInt64 = 0) {
    self.engine = engine
    self.seed = seed
  }

  /// How many random planes are looked at.
  static let planeCount = 32
  /// At most so many points are counted in a plane.
  static let largestPlane = 20_000
  /// The ridge of the support vector machine.
  static let ridge = 1e-3

  /// Checks a table.
  ///
  /// Rows are whitened (see ``Whitening``), and learners see a further feature that is always 1, so that
  /// halfspaces need not run through the mean. Two fifths are for the first phase, two fifths for the second, and
  /// a fifth is held out; methods with one phase learn from both parts.
  ///
  /// - Parameters:
  ///   - table: The data.
  ///   - file: Its name, for messages.
  /// - Returns: What was found.
  /// - Throws: ``HalfspaceError`` for features with which any answer would be worthless, or `PJRTError`.
  package func check(_ table: LabelledTable, file: String) throws -> DataFindings {
    try table.checkColumns(file: file)
    let whitening = try Whitening(table.rows, columns: table.columns, file: file)
    let points = table.rows.map(whitening.callAsFunction)
    let parts = parts(of: points.map { $0 + [1] }, table.labels)
    let training = parts.first + parts.second
    let radius = Double(training.count).squareRoot()
    let newton = SoftenedHingeLearner(engine: engine)
    let all = try buffer(training)
    let logistic = try newton.minimizeInBall(samples: all, radius: radius)
    // On separable data the free search runs outwards until the gradient vanishes, which takes weights without
    // errors; those in the ball may still have some.
    let isSeparable = Self.errors(try newton.minimize(samples: all).weights[0], training)
      .allSatisfy { !$0 }
    let averages = try ClosedFormLearner(engine: engine).learn(samples: all).averages[0]
    var methods = [
      ("logistic", logistic.weights),
      ("two-phase", try twoPhase(parts.first, parts.second, radius: radius)),
      ("averaging", averages),
    ]
    // Without errors its objective is least at a margin that the ridge alone decides.
    if !isSeparable {
      let machine = try SoftenedHingeLearner(engine: engine)
        .supportVectors(samples: all, ridge: Self.ridge, finalWidth: 1e-3)[0]
      methods.append(("support-vectors", machine))
    }
    let results = methods.map { name, weights in
      let errors = Self.errors(weights, parts.heldOut)
      return DataFindings.Method(
        name: name,
        risk: .share(errors.count { $0 }, of: errors.count),
        norm: weights.dropLast().norm,
        halfspace: whitening.halfspace(ofWhitened: weights)
      )
    }
    let wrong = methods.prefix(2).map { Self.errors($0.1, parts.heldOut) }
    let pairs = zip(wrong[0], wrong[1])
    return DataFindings(
      columns: table.columns,
      rowCount: table.rows.count,
      heldOutCount: parts.heldOut.count,
      radius: radius,
      isSeparable: isSeparable,
      isBounded: logistic.isBounded,
      shape: shape(points, learned: methods.prefix(2).map { Array($0.1.dropLast()) }),
      methods: results,
      difference: .pairedDifference(
        onlyFirst: pairs.count { $0 && !$1 },
        onlySecond: pairs.count { !$0 && $1 },
        of: parts.heldOut.count
      )
    )
  }

  /// Learns the first phase's direction from one part and the second phase from the other.
  private func twoPhase(
    _ first: [[Double]],
    _ second: [[Double]],
    radius: Double
  ) throws -> [Double] {
    let direction = try SoftenedHingeLearner(engine: engine)
      .minimizeInBall(samples: buffer(first), radius: radius).weights
    let norm = direction.norm
    let unit = direction.map { $0 / norm }
    // Where the first phase makes no errors the hinge risk is 0 already.
    if Self.errors(unit, second).allSatisfy({ !$0 }) { return unit }
    return try SoftenedHingeLearner(engine: engine)
      .secondPhase(samples: buffer(second), normals: [unit], finalWidth: 1e-4)[0]
  }

  /// The margins z = y·x of three random parts.
  private func parts(
    of points: [[Double]],
    _ labels: [Double]
  ) -> (first: [[Double]], second: [[Double]], heldOut: [[Double]]) {
    let stream = RandomStream(seed: seed).named("split")
    let order = points.indices.map { (stream.uniform(at: UInt64($0)), $0) }
      .sorted { $0 < $1 }.map(\.1)
    let margins = order.map { index in points[index].map { $0 * labels[index] } }
    let (first, second) = (margins.count * 2 / 5, margins.count * 4 / 5)
    return (
      Array(margins[..<first]), Array(margins[first..<second]), Array(margins[second...])
    )
  }

  /// Margins as one trial, `float64[1, D, N]`.
  private func buffer(_ margins: [[Double]]) throws -> Buffer {
    let dimension = margins[0].count
    let values = (0..<dimension).flatMap { axis in margins.map { $0[axis] } }
    return try engine.client.buffer(
      from: HostArray(values, shape: [1, dimension, margins.count])
    )
  }

  /// The law's shape in random planes and in the one that the two methods span.
  private func shape(_ points: [[Double]], learned: [[Double]]) -> DataFindings.Shape {
    let dimension = points[0].count
    let shown = Array(points.prefix(Self.largestPlane))
    let stream = RandomStream(seed: seed).named("planes")
    var planes = (0..<Self.planeCount).map { plane in
      let numbers = stream.indexed(UInt64(plane)).normals(count: 2 * dimension)
      return Plane(Array(numbers[..<dimension]), Array(numbers[dimension...]))
    }
    planes.append(Plane(learned[0], learned[1]))
    let found = planes.compactMap(\.self).concurrentMap { plane in
      PlaneStatistics(shown.map(plane.projection))
    }
    // The same count of normal points in as many planes: what chance alone brings.
    let chance = found.indices.concurrentMap { plane in
      let numbers = RandomStream(seed: seed).named("normal points").indexed(UInt64(plane))
        .normals(count: 2 * shown.count)
      return PlaneStatistics(
        shown.indices.map { Vector(numbers[2 * $0], numbers[2 * $0 + 1]) }
      )
    }
    return DataFindings.Shape(
      planeCount: found.count,
      centralDensity: found.map(\.centralDensity).min() ?? .nan,
      normalCentralDensity: chance.map(\.centralDensity).min() ?? .nan,
      tailScale: found.map(\.tailScale).max() ?? .nan,
      angularChange: found.map(\.angularChange).max() ?? .nan,
      normalAngularChange: chance.map(\.angularChange).max() ?? .nan
    )
  }

  /// Which margins weights get wrong; 0 counts as wrong.
  private static func errors(_ weights: [Double], _ margins: [[Double]]) -> [Bool] {
    margins.map { row in zip(weights, row).reduce(0) { $0 + $1.0 * $1.1 } <= 0 }
  }
}

/// Two orthogonal unit vectors.
private struct Plane: Sendable {
  let first: [Double]
  let second: [Double]

  /// The plane of two vectors; nil if they are next to parallel.
  init?(_ a: [Double], _ b: [Double]) {
    func product(_ a: [Double], _ b: [Double]) -> Double {
      zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
    }
    let first = a.map { $0 / a.norm }
    let overlap = product(first, b)
    let rest = zip(b, first).map { $0 - overlap * $1 }
    let norm = rest.norm
    guard norm > 1e-6 * b.norm else { return nil }
    self.first = first
    second = rest.map { $0 / norm }
  }

  func projection(_ row: [Double]) -> Vector {
    var result = Vector.zero
    for axis in row.indices {
      result.x += row[axis] * first[axis]
      result.y += row[axis] * second[axis]
    }
    return result
  }
}
