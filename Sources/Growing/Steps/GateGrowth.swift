/// What a growth does with output gates.
///
/// The gates of old layers follow the layer map. A ramp's steps count from the growth: after `n` of them a
/// gate has the value that belongs to `n`, and the `n`-th step itself ran with it, so a ramp begins with the
/// function unchanged and ends with gates of exactly one.
public enum GateGrowth: Hashable, Sendable, Codable {
  /// The gates of new layers have a value and keep it.
  case fixed(at: Double)
  /// The gates of all layers are trained from here on; those of new layers begin with a value.
  ///
  /// Source: Bachlechner et al. 2021, "ReZero is All You Need", arXiv 2003.04887, which begins with 0.
  case trained(from: Double)
  /// The gates of new layers rise from 0 to 1 in a straight line over so many steps.
  case annealed(steps: Int)
  /// As ``annealed(steps:)``, but those of the feed-forward part in the first half of the steps and those of
  /// attention in the second.
  ///
  /// Source: masked structural growth, Yao et al. 2023, arXiv 2305.02869, with FLM-101B's order.
  case masked(steps: Int)
  /// In each of so many steps a new layer takes part as a whole or not at all, with a probability that
  /// rises from 0 to 1 in a straight line; in between, its gates are that probability.
  ///
  /// Source: stochastic depth (Huang et al. 2016, arXiv 1603.09382) with its rule for evaluation, run the
  /// other way round.
  case dropIn(steps: Int)
  /// Every gate is multiplied into the projection behind it, and the gates are gone.
  case folded

  /// Whose the gates are afterwards; nil where there are none any more.
  public var gates: OutputGates? {
    switch self {
    case .fixed, .annealed, .masked, .dropIn: .held
    case .trained: .trained
    case .folded: nil
    }
  }

  /// The steps over which the gates of new layers change by a schedule; 0 where they do not.
  public var rampSteps: Int {
    switch self {
    case .annealed(let steps), .masked(let steps), .dropIn(let steps): steps
    case .fixed, .trained, .folded: 0
    }
  }

  /// The gates of new layers.
  ///
  /// - Parameter count: The steps taken since the growth.
  /// - Returns: Two numbers from 0 to 1 for a ramp; what the layers begin with where there is none.
  public func newLayerGates(afterSteps count: Int) -> LayerGates {
    switch self {
    case .fixed(let value), .trained(let value): LayerGates(both: value)
    case .annealed(let steps), .dropIn(let steps):
      LayerGates(both: Self.ramp(count, over: steps))
    case .masked(let steps):
      LayerGates(
        attention: Self.ramp(count - (steps + 1) / 2, over: steps / 2),
        feedForward: Self.ramp(count, over: (steps + 1) / 2)
      )
    case .folded: LayerGates(both: 1)
    }
  }

  /// 0 at 0 and before, exactly 1 at the end and behind it.
  private static func ramp(_ count: Int, over steps: Int) -> Double {
    if count < 0 { return 0 }
    return count >= steps ? 1 : Double(count) / Double(steps)
  }

  /// Checks the numbers.
  ///
  /// - Throws: ``GrowthError/notPositive(setting:value:)`` or ``GrowthError/invalidNumber(setting:value:)``.
  func check() throws(GrowthError) {
    switch self {
    case .fixed(let value), .trained(let value):
      guard value.isFinite else { throw .invalidNumber(setting: "gate", value: value) }
    case .annealed(let steps), .masked(let steps), .dropIn(let steps):
      guard steps > 0 else { throw .notPositive(setting: "gate steps", value: steps) }
    case .folded: break
    }
  }
}

extension GateGrowth: CustomStringConvertible {
  /// What happens, as it stands in a list of what a growth does.
  public var description: String {
    switch self {
    case .fixed(let value): "new layers' gates \(value)"
    case .trained(let value): "gates trained, new layers' from \(value)"
    case .annealed(let steps): "new layers' gates 0 to 1 in \(steps) steps"
    case .masked(let steps):
      "new layers' gates 0 to 1 in \(steps) steps, feed-forward before attention"
    case .dropIn(let steps): "new layers dropped in over \(steps) steps"
    case .folded: "gates folded into the output projections"
    }
  }
}
