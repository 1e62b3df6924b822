import Foundation
import LinearAlgebra
import Randomness

/// A deep linear residual network `F = (I + W_T) ... (I + W_1)` that grows layer by layer towards a linear map.
///
/// Each new layer starts somewhere and takes one step of gradient descent on `½ tr (F - A) Σ (F - A)ᵀ`; older layers stay.
/// From 0 this is gradient descent in the space of functions. A copy of the layer before, times β, starts at
/// `F + β W F`, next to Nesterov's extrapolation `F + β (F - F₋₁) = F + β W F₋₁`: the difference is of second order in W
/// (Agarwal et al. 2024).
struct LayerStack {
  /// Where a new layer starts.
  enum Start: String, CaseIterable, Sendable {
    case zero
    /// A normal matrix as large as the layer before.
    case random
    /// The layer before.
    case copy
    /// The layer before, times Nesterov's β.
    case dampedCopy = "damped-copy"
    /// No layer has such a start: Nesterov's own extrapolation of the function.
    case nesterov
  }

  /// A.
  let target: Matrix
  /// Σ.
  let covariance: Matrix
  private let stream: RandomStream

  /// A target near the identity and a covariance whose eigenvalues are equally far apart in their logarithm.
  init(dimension: Int, distance: Double, condition: Double, seed: UInt64) {
    stream = RandomStream(seed: seed).named("layer stack")
    let scale = distance / Double(dimension).squareRoot()
    let normal = Matrix(
      rowCount: dimension,
      columnCount: dimension,
      elements: stream.named("target").normals(count: dimension * dimension)
    )
    target = Matrix(identity: dimension) + scale * normal
    covariance = Matrix(
      diagonal: (0..<dimension).map { pow(condition, -Double($0) / Double(dimension - 1)) }
    )
  }

  /// The losses after each layer, over that of none, until one is below a share.
  ///
  /// - Parameters:
  ///   - start: Where layers start.
  ///   - share: Where to stop.
  ///   - limit: The most layers.
  /// - Returns: The losses, that of no layers first.
  /// - Throws: ``LinearAlgebraError`` for numbers that are not finite.
  func losses(from start: Start, to share: Double, limit: Int) throws(LinearAlgebraError)
    -> [Double]
  {
    let size = target.rowCount
    let momentum = try momentum()
    var (function, before) = (Matrix(identity: size), Matrix(identity: size))
    var layer = Matrix(zeros: size, size)
    var losses = [1.0]
    let first = loss(function)
    while losses[losses.count - 1] > share, losses.count <= limit {
      let begun =
        switch start {
        case .zero: function
        case .random: function + random(losses.count, norm: layer.frobeniusNorm) * function
        case .copy: function + layer * function
        case .dampedCopy: function + momentum * (layer * function)
        case .nesterov: function + momentum * (function + -1 * before)
        }
      // The gradient by the new layer, in a step of one over its curvature.
      let seen = covariance * function.transposed
      let curvature = try SymmetricEigensystem(function * seen).values.last ?? 1
      let step = (-1 / curvature) * ((begun + -1 * target) * seen)
      let next = begun + step * function
      if start == .nesterov {
        before = function
      } else {
        layer = step + begunLayer(start, layer, momentum, losses.count)
      }
      function = next
      let loss = loss(function) / first
      losses.append(loss)
      guard loss.isFinite, loss < 1e6 else { break }
    }
    return losses
  }

  private func begunLayer(
    _ start: Start,
    _ layer: Matrix,
    _ momentum: Double,
    _ number: Int
  ) -> Matrix {
    switch start {
    case .zero, .nesterov: Matrix(zeros: layer.rowCount, layer.columnCount)
    case .random: random(number, norm: layer.frobeniusNorm)
    case .copy: layer
    case .dampedCopy: momentum * layer
    }
  }

  /// `(√κ - 1)/(√κ + 1)` of the condition number κ at the target.
  private func momentum() throws(LinearAlgebraError) -> Double {
    let values = try SymmetricEigensystem(target * covariance * target.transposed).values
    let root = ((values.last ?? 1) / (values.first ?? 1)).squareRoot()
    return (root - 1) / (root + 1)
  }

  private func random(_ number: Int, norm: Double) -> Matrix {
    let size = target.rowCount
    let normal = Matrix(
      rowCount: size,
      columnCount: size,
      elements: stream.named("start").indexed(UInt64(number)).normals(count: size * size)
    )
    return norm / normal.frobeniusNorm * normal
  }

  private func loss(_ function: Matrix) -> Double {
    let gap = function + -1 * target
    return (gap * covariance).elements.dot(gap.elements) / 2
  }
}

extension Matrix {
  init(identity size: Int) { self.init(diagonal: [Double](repeating: 1, count: size)) }
}
