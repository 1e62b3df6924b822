/// One growth: where each layer comes from, and what happens to the optimizer's state.
public struct GrowthStep: Hashable, Sendable, Codable {
  /// Where each layer of the grown network comes from.
  public var map: LayerMap
  /// What happens to the optimizer's slots.
  public var optimizerState: OptimizerStatePolicy

  /// Creates a growth.
  ///
  /// - Parameters:
  ///   - map: Where each layer comes from.
  ///   - optimizerState: What happens to the optimizer's slots.
  public init(map: LayerMap, optimizerState: OptimizerStatePolicy = .copy) {
    self.map = map
    self.optimizerState = optimizerState
  }

  /// For each new layer, the old layer whose optimizer slots it takes, or nil where they are zero.
  ///
  /// This is the whole meaning of ``OptimizerStatePolicy`` for tensors with a layer axis; whoever grows
  /// state elsewhere than on the host (on a device, say) asks here too.
  public var slotSources: [Int?] {
    switch optimizerState {
    case .copy: map.sources
    case .zeroNew: zip(map.sources, map.newLayers).map { source, isNew in isNew ? nil : source }
    case .clearAll: [Int?](repeating: nil, count: map.depth)
    }
  }

  /// Whether optimizer slots of tensors without a layer axis keep their values.
  public var keepsSharedSlots: Bool { optimizerState != .clearAll }
}
