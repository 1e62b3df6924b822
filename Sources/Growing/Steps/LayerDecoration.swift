/// What is done to a layer's weights after they were copied or drawn.
///
/// Decorations act on weights only: the optimizer's slots follow the layer map.
public enum LayerDecoration: Hashable, Sendable, Codable {
  /// Both projections onto the residual stream become zero, so that the layer adds nothing yet.
  ///
  /// They still get gradients, and everything before them does from the second step on.
  case zeroOutput
  /// The gains of both norms and all biases become zero, so that the layer adds nothing yet.
  case zeroNorm
  /// Both projections onto the residual stream are multiplied by a number.
  case scaledOutput(by: Double)
  /// Normal noise is added to every matrix: `share` of that matrix's own standard deviation.
  ///
  /// The gains of norms and biases stay as they are. The numbers depend on the seed, the tensor's name and the
  /// layer, and on nothing else.
  case noise(share: Double, seed: UInt64)
  /// The weights are a weighted sum of old layers, in place of the copy.
  case blend(of: [LayerShare])
}

/// One old layer's weight in a sum of layers.
public struct LayerShare: Hashable, Sendable, Codable {
  /// The old layer.
  public var layer: Int
  /// What it is multiplied by.
  public var weight: Double

  /// States a share.
  public init(layer: Int, weight: Double) {
    self.layer = layer
    self.weight = weight
  }
}

extension LayerDecoration: CustomStringConvertible {
  /// The decoration in a few words, as it stands behind "is a copy of layer 3".
  public var description: String {
    switch self {
    case .zeroOutput: "output projections zero"
    case .zeroNorm: "norm gains zero"
    case .scaledOutput(let factor): "output projections times \(factor)"
    case .noise(let share, _): "noise of \(share) standard deviations"
    case .blend(let shares):
      "sum of "
        + shares.map { "\(rounded($0.weight)) x layer \($0.layer)" }.joined(separator: " + ")
    }
  }

  /// A weight with at most three decimals.
  private func rounded(_ weight: Double) -> Double {
    (weight * 1000).rounded() / 1000
  }
}
