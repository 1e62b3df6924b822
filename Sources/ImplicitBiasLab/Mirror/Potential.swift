import LinearAlgebra

/// A strictly convex function ψ of weights, which mirror descent keeps small.
///
/// Mirror descent moves `∇ψ(w)` against the gradient of the loss, so everything it needs is the map `∇ψ` and its inverse,
/// which is the gradient of the conjugate ψ*.
package protocol Potential: Sendable {
  /// What pages call it.
  var name: String { get }
  /// Where weights may be, in words such as `above 0`.
  var domain: String { get }
  /// Whether a weight may be there.
  func contains(_ weight: Double) -> Bool
  /// ψ.
  func value(_ weights: [Double]) -> Double
  /// `∇ψ`, from weights to duals.
  func gradient(_ weights: [Double]) -> [Double]
  /// `(∇ψ)⁻¹`, from duals to weights; nil outside its domain, or where it overflows.
  func inverse(_ dual: [Double]) -> [Double]?
  /// The derivative of ``inverse(_:)``, where that is not nil.
  func inverseSlope(_ dual: [Double]) -> InverseSlope
}

/// A symmetric positive matrix: a diagonal, a diagonal and one product of a vector with itself, or any.
package struct InverseSlope: Hashable, Sendable {
  package let diagonal: [Double]
  private let direction: [Double]?
  /// What the direction's product is multiplied by.
  private let factor: Double
  /// The whole matrix, if it is of no special form.
  private let matrix: Matrix?

  package init(diagonal: [Double], direction: [Double]? = nil, factor: Double = 0) {
    (self.diagonal, self.direction, self.factor, matrix) = (diagonal, direction, factor, nil)
  }

  package init(_ matrix: Matrix) {
    diagonal = (0..<matrix.rowCount).map { matrix[$0, $0] }
    (direction, factor, self.matrix) = (nil, 0, matrix)
  }

  /// Whether it is a slope at all, as it is not at the corner of a p-norm.
  package var isPositive: Bool {
    diagonal.allSatisfy { $0 > 0 && $0.isFinite } && direction?.allSatisfy(\.isFinite) ?? true
  }

  /// The product with a vector.
  package func times(_ vector: [Double]) -> [Double] {
    let product = zip(diagonal, vector).map { $0 * $1 }
    guard let direction else { return product }
    return product.plus(factor * direction.dot(vector), times: direction)
  }

  /// `X S Xᵀ` of this matrix S.
  package func seen(by inputs: Matrix) -> Matrix {
    if let matrix { return (inputs * matrix).timesTransposed(inputs) }
    let gram = inputs.gram(weights: diagonal)
    guard let direction else { return gram }
    let image = inputs * direction
    let column = Matrix(rowCount: image.count, columnCount: 1, elements: image)
    return gram + factor * column.gram
  }
}

extension Potential {
  /// The Bregman divergence `ψ(w) - ψ(v) - ⟨∇ψ(v), w - v⟩`.
  package func divergence(_ weights: [Double], from other: [Double]) -> Double {
    value(weights) - value(other) - gradient(other).dot(weights.minus(other))
  }

  /// - Throws: ``BiasError`` for the first weight outside the domain.
  package func check(_ weights: [Double]) throws(BiasError) {
    guard let found = weights.first(where: { !contains($0) }) else { return }
    throw .outsideDomain(potential: name, found: found, domain: domain)
  }
}

/// A potential that is a sum over the weights.
package protocol SeparablePotential: Potential {
  /// A weight's part of ψ.
  func value(_ weight: Double) -> Double
  /// The part's derivative.
  func slope(_ weight: Double) -> Double
  /// The derivative's inverse; not finite outside its domain.
  func inverse(_ dual: Double) -> Double
  /// The derivative of the inverse.
  func inverseSlope(_ dual: Double) -> Double
}

extension SeparablePotential {
  package var domain: String { "finite numbers" }
  package func contains(_ weight: Double) -> Bool { weight.isFinite }

  package func value(_ weights: [Double]) -> Double { weights.reduce(0) { $0 + value($1) } }
  package func gradient(_ weights: [Double]) -> [Double] { weights.map { slope($0) } }

  package func inverse(_ dual: [Double]) -> [Double]? {
    let weights = dual.map { inverse($0) }
    return weights.allSatisfy(\.isFinite) ? weights : nil
  }

  package func inverseSlope(_ dual: [Double]) -> InverseSlope {
    InverseSlope(diagonal: dual.map { inverseSlope($0) })
  }
}
