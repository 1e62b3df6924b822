import LinearAlgebra
import Tensors

/// The metric that a parametrization makes of its weights at a place, and what its derivatives say.
///
/// Residuals are relative: 0 but for rounding where something holds.
public struct MetricGeometry: Sendable {
  /// `w = F(u)`.
  public let weights: [Double]
  /// `J Jᵀ`: how far each direction of the weights gets, a row a weight.
  public let inverseMetric: [[Double]]
  /// `ρ = (J Jᵀ)⁻¹`.
  public let metric: [[Double]]
  /// How far ρ is from being a Hessian: `∂ₖ ρᵢⱼ` less `∂ᵢ ρₖⱼ`, where derivatives are along what descent can reach.
  public let asymmetry: Double
  /// How far the gradients of the weights are from commuting: `∇²Fᵢ ∇Fⱼ` less `∇²Fⱼ ∇Fᵢ`.
  ///
  /// If they commute everywhere, descent follows a potential (Li, Wang, Lee and Arora 2022).
  public let commutator: Double
  /// How many functions of the parameters descent keeps for every loss, at most.
  public let keptCount: Int

  /// Whether ρ is a Hessian here, to rounding.
  public var isHessian: Bool { asymmetry < 1e-9 }

  /// - Throws: ``ParametrizationError`` where some weights cannot move.
  init(_ jet: Parametrization.Jet, of name: String, at place: [Double]) throws {
    let jacobian = jet.jacobian
    let gram = jacobian.gram
    let identity = Matrix(diagonal: [Double](repeating: 1, count: gram.rowCount))
    guard let factor = Cholesky(gram) else {
      throw ParametrizationError.degenerate(name: name, place: place)
    }
    let metric = factor.solve(identity)
    weights = jet.weights
    inverseMetric = gram.rows
    self.metric = metric.rows
    let images = jet.hessians.map { hessian in jacobian.timesTransposed(hessian) }
    asymmetry = Self.asymmetry(images, metric, lift: jacobian.transposedTimes(metric))
    let brackets = Self.brackets(images)
    let largest = images.flatMap(\.elements).reduce(0) { max($0, abs($1)) }
    commutator = brackets.flatMap(\.self).reduce(0) { max($0, abs($1)) } / max(largest, 1e-300)
    let moves = Matrix(rows: jacobian.rows + brackets)
    let sizes = try moves.singularValues()
    keptCount = jacobian.columnCount - sizes.count { $0 > 1e-9 * (sizes.first ?? 0) }
  }

  /// `∇²Fⱼ ∇Fᵢ - ∇²Fᵢ ∇Fⱼ` for all pairs.
  private static func brackets(_ images: [Matrix]) -> [[Double]] {
    images.indices.flatMap { first in
      (0..<first).map { images[first].row($0).minus(images[$0].row(first)) }
    }
  }

  /// How far ρ is from being a Hessian, from `images`, whose matrix i has `∇²Fᵢ ∇Fⱼ` in row j, ρ itself, and `Jᵀρ`, the way
  /// of the parameters for each way of the weights.
  private static func asymmetry(_ images: [Matrix], _ metric: Matrix, lift: Matrix) -> Double {
    let count = metric.rowCount
    // ∂ₖ of J Jᵀ along the lift; ∂ρ = -ρ ∂(J Jᵀ) ρ.
    let along = images.map { $0 * lift }
    let slopes = (0..<count).map { k in
      var slope = Matrix(zeros: count, count)
      for i in 0..<count {
        for j in 0..<count { slope[i, j] = along[i][j, k] + along[j][i, k] }
      }
      return metric * slope * metric
    }
    let largest = slopes.flatMap(\.elements).reduce(0) { max($0, abs($1)) }
    guard largest > 0 else { return 0 }
    let farthest = (0..<count).flatMap { k in
      (0..<count).flatMap { i in (0..<count).map { abs(slopes[k][i, $0] - slopes[i][k, $0]) } }
    }.max()
    return (farthest ?? 0) / largest
  }
}

extension Matrix {
  /// The rows as arrays.
  fileprivate var rows: [[Double]] { (0..<rowCount).map { row($0) } }
}

extension Parametrization {
  /// The metric and its tests at several places.
  ///
  /// - Parameters:
  ///   - places: Parameters.
  ///   - engine: What differentiates and computes.
  /// - Returns: The geometry of each place.
  /// - Throws: ``ParametrizationError``, `TraceError` or `PJRTError`.
  public func geometry(at places: [[Double]], engine: Engine) throws -> [MetricGeometry] {
    if let other = places.first(where: { $0.count != parameterCount }) {
      throw ParametrizationError.otherCount(
        name: name,
        what: "places",
        expected: parameterCount,
        found: other.count
      )
    }
    return try zip(jets(at: places, engine: engine), places).map {
      try MetricGeometry($0, of: name, at: $1)
    }
  }

  /// How far functions of the parameters are from being kept by descent on every loss, relative: `J ∇c`.
  ///
  /// - Parameters:
  ///   - kept: From u to a `float64` vector of functions.
  ///   - places: Parameters.
  ///   - engine: What differentiates and computes.
  /// - Returns: The largest residual.
  /// - Throws: As ``geometry(at:engine:)``.
  public func changeOfKept(
    _ kept: @escaping @Sendable (Tensor) -> Tensor,
    at places: [[Double]],
    engine: Engine
  ) throws -> Double {
    let functions = Parametrization("kept", parameterCount: parameterCount, kept)
    let pairs = zip(
      try jets(at: places, engine: engine),
      try functions.jets(at: places, engine: engine)
    )
    return pairs.map { own, other in
      own.jacobian.timesTransposed(other.jacobian).frobeniusNorm
        / (own.jacobian.frobeniusNorm * other.jacobian.frobeniusNorm)
    }.max() ?? 0
  }
}
