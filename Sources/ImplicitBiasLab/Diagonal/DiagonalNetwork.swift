import Foundation

/// A linear diagonal network `w = u₊^D - u₋^D`, whose layers have equal diagonals.
///
/// Gradient flow keeps `u₊` and `u₋` on a curve that the start fixes, so that the weights follow a mirror flow: the
/// potential is that of an equal start of the ``effectiveScale``, and the flow begins at ``startWeight``.
package struct DiagonalNetwork: Hashable, Sendable {
  /// D, 2 or more.
  package let depth: Int
  /// `u₊` at the start, in every coordinate.
  package let positiveStart: Double
  /// `u₋` at the start.
  package let negativeStart: Double

  /// A network.
  ///
  /// - Parameters:
  ///   - depth: D.
  ///   - scale: α, where both parts start.
  /// - Throws: ``BiasError`` for a depth below 2, or a scale at which double precision fails.
  package init(depth: Int, scale: Double) throws(BiasError) {
    try self.init(depth: depth, positiveStart: scale, negativeStart: scale)
  }

  /// A network whose parts may start apart.
  package init(depth: Int, positiveStart: Double, negativeStart: Double) throws(BiasError) {
    (self.depth, self.positiveStart, self.negativeStart) = (depth, positiveStart, negativeStart)
    _ = try potential()
  }

  /// The scale of an equal start whose flow has the same potential: the power mean of both starts, for two layers the
  /// geometric one.
  package var effectiveScale: Double {
    if positiveStart == negativeStart { return positiveStart }
    if depth == 2 { return (positiveStart * negativeStart).squareRoot() }
    let power = Double(2 - depth)
    return pow((pow(positiveStart, power) + pow(negativeStart, power)) / 2, 1 / power)
  }

  /// What every weight is at the start.
  package var startWeight: Double {
    pow(positiveStart, Double(depth)) - pow(negativeStart, Double(depth))
  }

  /// The potential that gradient flow follows.
  package func potential() throws(BiasError) -> DiagonalPotential {
    try DiagonalPotential(depth: depth, scale: effectiveScale)
  }

  /// The scale of an equal start for `w = u₊v₊ - u₋v₋` with `u± = p` and `v± = q`.
  ///
  /// The sums and differences of u and v grow and shrink as `e^(±s)`, so that `w = (p² + q²) sinh(2s)`: at equal product
  /// pq an uneven start acts like a larger scale.
  package static func scale(ofFactors p: Double, _ q: Double) -> Double {
    ((p * p + q * q) / 2).squareRoot()
  }
}
