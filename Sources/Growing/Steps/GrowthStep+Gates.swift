import Randomness

extension GrowthStep {
  /// The gates of a network after the growth.
  ///
  /// - Parameter old: Those before it; nil for a network without.
  /// - Returns: The step's own, or the old ones where it does nothing with gates.
  public func outputGates(following old: OutputGates?) -> OutputGates? {
    gates.map(\.gates) ?? old
  }

  /// Checks that the growth can follow on a network's gates.
  ///
  /// Gates are held or trained until they are folded: to train held ones would undo what set them.
  ///
  /// - Parameter old: The network's gates; nil for none.
  /// - Throws: ``GrowthError/nothingGated`` or ``GrowthError/gatesDiffer(found:needed:)``.
  public func checkGates(following old: OutputGates?) throws(GrowthError) {
    guard let gates else { return }
    guard let needed = gates.gates else {
      guard old != nil else { throw .nothingGated }
      return
    }
    guard let old, old != needed else { return }
    throw .gatesDiffer(found: old, needed: needed)
  }

  /// Whether steps after the growth run with gates that a schedule sets.
  public var schedulesGates: Bool { (gates?.rampSteps ?? 0) > 0 }

  /// The gates of a training step after the growth.
  ///
  /// - Parameters:
  ///   - step: The step, counted from 0 at the start of the run.
  ///   - growthStep: The first step after the growth, counted likewise.
  ///   - seed: The run's seed, from which drop-in draws.
  /// - Returns: The gates, or nil where no schedule sets them.
  public func scheduledGates(
    ofStep step: Int,
    growthStep: Int,
    seed: UInt64
  ) -> ScheduledGates? {
    guard let gates, schedulesGates else { return nil }
    let stored = gates.newLayerGates(afterSteps: step - growthStep + 1)
    let stream = RandomStream(seed: seed).named("drop-in").indexed(UInt64(step))
    return ScheduledGates(
      layers: map.newLayers.enumerated().map { layer, isNew in
        guard isNew else { return nil }
        guard case .dropIn = gates else { return (applied: stored, stored: stored) }
        // Below 1 always, so that a layer is there for certain once its probability is 1.
        let isActive = stream.uniform(at: UInt64(layer)) < stored.attention
        return (applied: LayerGates(both: isActive ? 1 : 0), stored: stored)
      }
    )
  }
}

/// The gates that a schedule sets for one training step.
public struct ScheduledGates: Hashable, Sendable {
  /// For each stored layer whether its gates are set; the others stay as they are.
  public let isSet: [Bool]
  /// What the step runs with.
  public let applied: [LayerGates]
  /// What the state holds afterwards, which is what an evaluation runs with.
  public let stored: [LayerGates]

  init(layers: [(applied: LayerGates, stored: LayerGates)?]) {
    isSet = layers.map { $0 != nil }
    applied = layers.map { $0?.applied ?? LayerGates(both: 1) }
    stored = layers.map { $0?.stored ?? LayerGates(both: 1) }
  }
}
