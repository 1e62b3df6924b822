/// One growth: where each layer comes from, what is done to it, and what happens to the optimizer.
///
/// A step is data, and applying it is a function from one training state to another that depends on
/// nothing else but the values of fresh layers. Every operator of ``GrowthOperator`` makes one.
public struct GrowthStep: Hashable, Sendable {
  /// Where each layer of the grown network comes from; with tied layers, each stored layer.
  public let map: LayerMap
  /// Which layer of the map each layer of the grown network runs, where some are tied and run more than
  /// once; nil runs each once, in order.
  public let layerOrder: [Int]?
  /// What is done to layers of the grown network after copying or drawing, in this order; layers
  /// without an entry stay as they are.
  public let decorations: [Int: [LayerDecoration]]
  /// How the blends among the decorations are learnt before the growth is carried out; nil for a growth whose
  /// numbers are fixed.
  public let mapLearning: MapLearning?
  /// What happens to the optimizer's slots.
  public private(set) var optimizerState: OptimizerStatePolicy
  /// What happens to the learning rate.
  public private(set) var learningRate: GrowthLearningRate
  /// What happens to output gates; nil leaves them to the layer map.
  public private(set) var gates: GateGrowth?
  /// The width that the grown layers, embedding and head get afterwards; nil where it stays.
  public private(set) var widening: Widening?

  /// Creates a growth that copies and draws layers and does nothing else to them.
  ///
  /// - Parameters:
  ///   - map: Where each layer comes from.
  ///   - optimizerState: What happens to the optimizer's slots.
  public init(map: LayerMap, optimizerState: OptimizerStatePolicy = .copy) {
    self.map = map
    layerOrder = nil
    decorations = [:]
    mapLearning = nil
    self.optimizerState = optimizerState
    learningRate = .global
  }

  /// Creates a growth and checks that its decorations fit its map.
  ///
  /// - Parameters:
  ///   - map: Where each layer comes from.
  ///   - decorations: What is done to layers of the grown network.
  ///   - layerOrder: Which layer of the map each layer of the grown network runs; nil runs each once.
  ///   - mapLearning: How the blends are learnt; nil leaves them as they are.
  ///   - optimizerState: What happens to the optimizer's slots.
  ///   - learningRate: What happens to the learning rate.
  /// - Throws: ``GrowthError`` for a decoration of a layer that is not there, a blend of layers that are
  ///   not there, an order that leaves a layer out, a number that is not finite, or blends to learn beside
  ///   something else.
  public init(
    map: LayerMap,
    decorations: [Int: [LayerDecoration]],
    layerOrder: [Int]? = nil,
    mapLearning: MapLearning? = nil,
    optimizerState: OptimizerStatePolicy = .copy,
    learningRate: GrowthLearningRate = .global
  ) throws(GrowthError) {
    for (layer, list) in decorations.sorted(by: { $0.key < $1.key }) {
      guard (0..<map.depth).contains(layer) else {
        throw .decorationOutOfRange(layer: layer, depth: map.depth)
      }
      for decoration in list { try Self.check(decoration, of: layer, map) }
    }
    try learningRate.check()
    if let layerOrder { try LayerTying.check(layerOrder, storedLayers: map.depth) }
    try mapLearning?.check(map, decorations, layerOrder)
    self.map = map
    self.layerOrder = LayerTying.ties(layerOrder, storedLayers: map.depth) ? layerOrder : nil
    self.decorations = decorations.filter { !$0.value.isEmpty }
    self.mapLearning = mapLearning
    self.optimizerState = optimizerState
    self.learningRate = learningRate
  }

  /// The same growth with other policies.
  ///
  /// - Parameters:
  ///   - optimizerState: What happens to the optimizer's slots; nil leaves it.
  ///   - learningRate: What happens to the learning rate; nil leaves it.
  /// - Returns: The growth.
  /// - Throws: ``GrowthError`` for a rate that takes no steps or is no number.
  public func with(
    optimizerState: OptimizerStatePolicy? = nil,
    learningRate: GrowthLearningRate? = nil
  ) throws(GrowthError) -> GrowthStep {
    try learningRate?.check()
    var copy = self
    copy.optimizerState = optimizerState ?? self.optimizerState
    copy.learningRate = learningRate ?? self.learningRate
    return copy
  }

  /// The same growth, and of the width afterwards.
  ///
  /// - Parameter widening: What grows in width; nil for nothing.
  /// - Returns: The growth.
  public func widened(by widening: Widening?) -> GrowthStep {
    var copy = self
    copy.widening = widening
    return copy
  }

  /// The same growth with something done to output gates besides.
  ///
  /// - Parameter gates: What is done; nil for nothing.
  /// - Returns: The growth.
  /// - Throws: ``GrowthError`` for a gate that is not finite, a ramp without a step, or a growth whose layer
  ///   map is learnt.
  public func gated(by gates: GateGrowth?) throws(GrowthError) -> GrowthStep {
    try gates?.check()
    guard gates == nil || mapLearning == nil else {
      throw .cannotLearnMap(reason: "brings output gates")
    }
    var copy = self
    copy.gates = gates
    return copy
  }

  /// Creates a growth in width alone: all layers stay what they are.
  ///
  /// - Parameters:
  ///   - widening: What grows.
  ///   - storedLayers: How many layers the network stores.
  ///   - layerOrder: Which of them each layer runs, where some are tied.
  ///   - optimizerState: What happens to the optimizer's slots.
  ///   - learningRate: What happens to the learning rate; policies for new layers and old ones have none to
  ///     tell apart here and are left out.
  /// - Throws: ``GrowthError`` for an order that leaves a layer out, or re-warming in no steps.
  public init(
    widening: Widening,
    storedLayers: Int,
    layerOrder: [Int]? = nil,
    optimizerState: OptimizerStatePolicy = .copy,
    learningRate: GrowthLearningRate = .global
  ) throws(GrowthError) {
    let isForAllLayers = learningRate.layerFactors(atStepAfterGrowth: 0) == nil
    try self.init(
      map: .identity(depth: storedLayers),
      decorations: [:],
      layerOrder: layerOrder,
      optimizerState: optimizerState,
      learningRate: isForAllLayers ? learningRate : .global
    )
    self.widening = widening
  }

  private static func check(
    _ decoration: LayerDecoration,
    of layer: Int,
    _ map: LayerMap
  ) throws(GrowthError) {
    switch decoration {
    case .zeroOutput, .zeroNorm: break
    case .scaledOutput(let factor):
      guard factor.isFinite else { throw .invalidNumber(setting: "output scale", value: factor) }
    case .noise(let share, _):
      guard share.isFinite, share >= 0 else {
        throw .invalidNumber(setting: "noise", value: share)
      }
    case .blend(let shares):
      guard !shares.isEmpty else { throw .emptyBlend(layer: layer) }
      for share in shares {
        guard (0..<map.sourceDepth).contains(share.layer) else {
          throw .originOutOfRange(
            layer: layer,
            source: share.layer,
            sourceDepth: map.sourceDepth
          )
        }
        guard share.weight.isFinite else {
          throw .invalidNumber(setting: "blend weight", value: share.weight)
        }
      }
    }
  }

  /// For each new layer, the old layer whose optimizer slots it takes, or nil where they are zero.
  ///
  /// This is the whole meaning of ``OptimizerStatePolicy`` for tensors with a layer axis; whoever grows
  /// state elsewhere than on the host (on a device, say) asks here too.
  public var slotSources: [Int?] {
    switch optimizerState {
    case .copy, .resetCopies: map.sources
    case .zeroNew: zip(map.sources, map.newLayers).map { source, isNew in isNew ? nil : source }
    case .clearAll: [Int?](repeating: nil, count: map.depth)
    }
  }

  /// What each layer's learning rate is multiplied by besides; nil where layers are treated alike, as they are
  /// after a growth that brings no new ones.
  ///
  /// - Parameter step: A training step, counted from 0 at the growth.
  /// - Returns: One number a layer.
  public func layerRateFactors(atStepAfterGrowth step: Int) -> [Double]? {
    let newLayers = map.newLayers
    guard newLayers.contains(true),
      let factors = learningRate.layerFactors(atStepAfterGrowth: step)
    else { return nil }
    return newLayers.map { $0 ? factors.new : factors.old }
  }

  /// Whether layers are added, moved, decorated or tied; growths that are in width alone, or of gates alone,
  /// do nothing of this.
  public var changesLayers: Bool {
    let leavesThem = map == .identity(depth: map.sourceDepth) && decorations.isEmpty
    return !leavesThem || (widening == nil && gates == nil)
  }

  /// Whether optimizer slots of tensors without a layer axis keep their values.
  public var keepsSharedSlots: Bool { optimizerState != .clearAll }

  /// Whether tensors of a role come out as they went in, so that nobody need touch them.
  ///
  /// - Parameter role: What the tensor is.
  /// - Returns: True for weights of the whole network, and for their slots unless these are cleared.
  public func keeps(_ role: TensorRole) -> Bool {
    switch role {
    case .sharedWeight: true
    case .sharedOptimizerSlot: keepsSharedSlots
    case .layeredOptimizerSlot: false
    default: !role.isLayeredWeight
    }
  }
}

extension GrowthStep: Codable {
  private enum CodingKeys: String, CodingKey {
    case map
    case layerOrder
    case decorations
    case mapLearning
    case optimizerState
    case learningRate
    case gates
    case widening
  }

  /// Writes the step; what does nothing is left out.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(map, forKey: .map)
    try container.encodeIfPresent(layerOrder, forKey: .layerOrder)
    if !decorations.isEmpty { try container.encode(decorations, forKey: .decorations) }
    try container.encodeIfPresent(mapLearning, forKey: .mapLearning)
    try container.encode(optimizerState, forKey: .optimizerState)
    if learningRate != .global { try container.encode(learningRate, forKey: .learningRate) }
    try container.encodeIfPresent(gates, forKey: .gates)
    try container.encodeIfPresent(widening, forKey: .widening)
  }

  /// Reads a step and checks it.
  ///
  /// - Throws: ``GrowthError`` for decorations that do not fit the map.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    try self.init(
      map: container.decode(LayerMap.self, forKey: .map),
      decorations: container.decodeIfPresent([Int: [LayerDecoration]].self, forKey: .decorations)
        ?? [:],
      layerOrder: container.decodeIfPresent([Int].self, forKey: .layerOrder),
      mapLearning: container.decodeIfPresent(MapLearning.self, forKey: .mapLearning),
      optimizerState: container.decode(OptimizerStatePolicy.self, forKey: .optimizerState),
      learningRate: container.decodeIfPresent(GrowthLearningRate.self, forKey: .learningRate)
        ?? .global
    )
    self = try gated(by: container.decodeIfPresent(GateGrowth.self, forKey: .gates))
    widening = try container.decodeIfPresent(Widening.self, forKey: .widening)
  }
}
