import Arrays

/// Multiplies the gates of every layer into the projections behind which they stand.
///
/// `g (x W)` is `x (g W)`, so the function stays. With the projection `g W` a gradient is `1 / g` times what
/// it was with `W`, which the optimizer's moments follow; those of a gate of 0 have seen nothing of the
/// projection and become zero.
public struct GateFolding: Sendable {
  private let gates: [[Double]]

  /// Takes the gates.
  ///
  /// - Parameter gates: `[layers, 2]`, `float32` or `float64`, a column a ``Sublayer``.
  public init(gates: HostArray) {
    self.gates = (0..<gates.shape[0]).map { gates.numbers(ofRow: $0) }
  }

  /// A tensor of an output projection with the gates multiplied in.
  ///
  /// - Parameters:
  ///   - tensor: The projection or one of its moments, `[layers, ...]`, `float32` or `float64`.
  ///   - sublayer: Whose projection it is.
  ///   - quantity: What the tensor holds.
  /// - Returns: A tensor of the same type.
  public func folded(
    _ tensor: NamedArray,
    of sublayer: Sublayer,
    quantity: WidthStep.Quantity
  ) -> NamedArray {
    var folded = tensor
    for (layer, row) in gates.enumerated() {
      let factor = Self.factor(row[sublayer.rawValue], quantity)
      guard factor != 1 else { continue }
      folded.array.replaceRow(
        layer,
        withNumbers: tensor.array.numbers(ofRow: layer).map { $0 * factor }
      )
    }
    return folded
  }

  private static func factor(_ gate: Double, _ quantity: WidthStep.Quantity) -> Double {
    switch quantity {
    case .weight: gate
    case .gradient: gate == 0 ? 0 : 1 / gate
    case .squaredGradient: gate == 0 ? 0 : 1 / (gate * gate)
    }
  }
}
