/// Who sets the output gates of a network that has them.
///
/// A gated layer adds `g f(x)` in place of `f(x)` to the residual stream, once for attention and once for the
/// feed-forward part, each with a gate of its own. Layers that were there before have gates of one.
public enum OutputGates: String, Hashable, Sendable, Codable, CaseIterable {
  /// Growths set them; the optimizer leaves them as they are.
  case held
  /// The optimizer trains them, as it does the gains of norms.
  case trained
}

/// One of the two parts of a layer that add to the residual stream; its raw value is its gate's column.
public enum Sublayer: Int, Hashable, Sendable, CaseIterable {
  /// Attention.
  case attention
  /// The feed-forward part.
  case feedForward
}

/// The gates of one layer.
public struct LayerGates: Hashable, Sendable {
  /// What attention's output is multiplied by.
  public var attention: Double
  /// What the feed-forward part's output is multiplied by.
  public var feedForward: Double

  /// States the gates.
  public init(attention: Double, feedForward: Double) {
    self.attention = attention
    self.feedForward = feedForward
  }

  /// The same gate for both parts.
  public init(both gate: Double) {
    self.init(attention: gate, feedForward: gate)
  }

  /// In the order of the columns of a tensor of gates.
  public var values: [Double] { [attention, feedForward] }
}
