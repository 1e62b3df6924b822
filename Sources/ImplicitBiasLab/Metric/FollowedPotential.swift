import Foundation
import LinearAlgebra
import Randomness
import Tensors

/// A potential of one weight that has a name.
public enum FollowedPotential: Hashable, Sendable, CustomStringConvertible {
  /// `w²/2`: descent on the weights themselves.
  case euclidean
  /// `w ln w - w`.
  case entropy
  /// `-ln w`.
  case burg
  /// `-w^exponent`, or `w^exponent` where that is convex.
  case power(exponent: Double)
  /// `w arsinh(w/b) - √(w² + b²)`.
  case hypentropy(scale: Double)

  /// Its name, with its numbers in six digits.
  public var description: String {
    func digits(_ number: Double) -> String { String(format: "%.6g", number) }
    return switch self {
    case .euclidean: "Euclidean"
    case .entropy: "entropy"
    case .burg: "Burg"
    case .power(let exponent): "power \(digits(exponent))"
    case .hypentropy(let scale): "hypentropy, b = \(digits(scale))"
    }
  }

  /// The potential whose second derivative is in proportion to a metric; nil if none of those with names.
  ///
  /// - Parameters:
  ///   - weights: Three or more values of a weight.
  ///   - metric: ρ there, positive.
  init?(weights: [Double], metric: [Double]) {
    func isConstant(_ numbers: [Double]) -> Bool {
      guard let least = numbers.min(), let most = numbers.max() else { return false }
      return least > 0 && most - least < 1e-6 * most
    }
    if isConstant(metric) {
      self = .euclidean
    } else if let power = Self.power(weights, metric) {
      self = power
    } else {
      // For the hypentropy 1/ρ² is in proportion to w² + b².
      let line = Self.line(weights.map { $0 * $0 }, metric.map { 1 / ($0 * $0) })
      let square = line.intercept / line.slope
      guard line.slope > 0, square > 0,
        isConstant(zip(weights, metric).map { ($0 * $0 + square).squareRoot() * $1 })
      else { return nil }
      self = .hypentropy(scale: square.squareRoot())
    }
  }

  /// A potential whose second derivative is a power of weights above 0.
  private static func power(_ weights: [Double], _ metric: [Double]) -> FollowedPotential? {
    guard weights.allSatisfy({ $0 > 0 }) else { return nil }
    let (x, y) = (weights.map { log($0) }, metric.map { log($0) })
    let line = line(x, y)
    guard zip(x, y).allSatisfy({ abs($1 - line.intercept - line.slope * $0) < 1e-6 }) else {
      return nil
    }
    // A number that is whole but for rounding is.
    let exponent = ((line.slope + 2) * 1e7).rounded() / 1e7
    return exponent == 1 ? .entropy : exponent == 0 ? .burg : .power(exponent: exponent)
  }

  /// The straight line with the least squares.
  private static func line(
    _ x: [Double],
    _ y: [Double]
  ) -> (intercept: Double, slope: Double) {
    let count = Double(x.count)
    let (middle, height) = (x.reduce(0, +) / count, y.reduce(0, +) / count)
    let spread = x.reduce(0) { $0 + ($1 - middle) * ($1 - middle) }
    let slope = zip(x, y).reduce(0) { $0 + ($1.0 - middle) * ($1.1 - height) } / spread
    return (height - slope * middle, slope)
  }
}

extension Parametrization {
  /// Parameters that descent can reach from a start, for random losses.
  ///
  /// - Parameters:
  ///   - start: Where it begins.
  ///   - count: How many places.
  ///   - reach: How long the duals are that lead there.
  ///   - engine: What follows the flow.
  /// - Returns: The places; fewer where the flow leaves all bounds.
  /// - Throws: ``ParametrizationError``, `TraceError` or `PJRTError`.
  public func reachable(
    from start: [Double],
    count: Int = 20,
    reach: Double = 0.1,
    engine: Engine
  ) throws -> [[Double]] {
    let flow = try FlowPotential(self, from: start, engine: engine)
    let weightCount = try weightCount()
    let stream = RandomStream(seed: 1).named("reachable")
    return (0..<count).compactMap { place in
      let dual = stream.indexed(UInt64(place)).normals(count: weightCount).scaled(by: reach)
      return flow.end(of: dual)?.parameters
    }
  }

  /// The potential that each weight's descent from a start follows; nil for a weight that moves together with others, and
  /// for a potential without a name.
  ///
  /// - Parameters:
  ///   - start: Where descent begins.
  ///   - reach: How long the duals are that lead to the places that are looked at.
  ///   - engine: What differentiates and follows the flow.
  /// - Returns: A potential a weight.
  /// - Throws: ``ParametrizationError``, `TraceError` or `PJRTError`.
  public func followedPotentials(
    from start: [Double],
    reach: Double = 0.1,
    engine: Engine
  ) throws -> [FollowedPotential?] {
    let places = try reachable(from: start, reach: reach, engine: engine)
    let geometry = try geometry(at: places, engine: engine)
    return try (0..<weightCount()).map { weight in
      let isAlone = geometry.allSatisfy { geometry in
        let row = geometry.metric[weight]
        return row.indices.allSatisfy { $0 == weight || abs(row[$0]) < 1e-9 * row[weight] }
      }
      guard isAlone else { return nil }
      return FollowedPotential(
        weights: geometry.map { $0.weights[weight] },
        metric: geometry.map { $0.metric[weight][weight] }
      )
    }
  }
}
