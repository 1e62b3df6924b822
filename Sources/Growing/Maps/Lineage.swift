/// Who each layer of a grown network descends from.
///
/// Names follow the growing literature's block pictures: the blocks of the first network are `A0`,
/// `A1`, ... from the embedding on, and every block a growth brings takes the next number. After six
/// stages of MIDAS the blocks read `A0 A2 A4 A5 A3 A1`: the ends are oldest, the centre youngest.
///
/// A *unit* is what got a number: a block of ``blockSize`` layers, where a growth brings whole blocks
/// (each a copy of a block, or all fresh), and otherwise a single layer. A layer of a unit with one
/// layer has the unit's name, `A2`; the layers of a longer one are `A2.0`, `A2.1`, ...
public struct Lineage: Hashable, Sendable {
  /// One layer that lives or lived in the network.
  public struct Layer: Hashable, Sendable, Codable {
    /// The layer's own name, `A2` or `A2.1`.
    public let id: String
    /// The number of its unit: 2 for `A2.1`.
    public let unit: Int
    /// The layer it was copied from, or nil if it started fresh.
    public let parent: String?
    /// The index of the stage it was born into, from 0.
    public let stage: Int
    /// The training step it was born before.
    public let step: Int

    /// The name of its unit: `A2` for `A2.1`.
    public var unitName: String { "A\(unit)" }

    fileprivate init(unit: Int, position: Int?, parent: String?, stage: Int, step: Int) {
      self.id = position.map { "A\(unit).\($0)" } ?? "A\(unit)"
      self.unit = unit
      self.parent = parent
      self.stage = stage
      self.step = step
    }
  }

  /// Neighbouring layers of one unit, as a drawing shows them.
  public struct Unit: Hashable, Sendable, Codable {
    /// The name, such as `A2`.
    public let name: String
    /// The name of the unit its first layer was copied from, or nil if that started fresh.
    public let parent: String?
    /// The index of the stage it was born into, from 0.
    public let stage: Int
    /// The training step it was born before.
    public let step: Int
    /// The positions of its layers in the network.
    public let layers: Range<Int>
  }

  /// How many layers a block has.
  public let blockSize: Int
  /// Every layer ever born, in the order of birth and, within one growth, of position.
  public let born: [Layer]
  /// The network's stored layers from the embedding on, as indices into ``born``.
  public let order: [Int]
  /// Which stored layer each layer runs, where some are tied; nil for each once.
  public let layerOrder: [Int]?

  /// The lineage of a network that has not grown.
  ///
  /// - Parameters:
  ///   - appliedDepth: How many layers it has, tied ones counted as often as they run.
  ///   - blockSize: How many layers a block has; where it does not divide the depth, every layer is a
  ///     unit of its own.
  ///   - layerOrder: Which stored layer each layer runs, where some are tied.
  public init(depth appliedDepth: Int, blockSize: Int = 1, layerOrder: [Int]? = nil) {
    let depth = LayerTying.storedLayers(layerOrder, depth: appliedDepth)
    precondition(depth >= 0 && blockSize > 0, "\(depth) layers in blocks of \(blockSize)")
    let unitSize = depth.isMultiple(of: blockSize) ? blockSize : 1
    self.blockSize = blockSize
    self.born = (0..<depth).map { layer in
      Layer(
        unit: layer / unitSize,
        position: unitSize == 1 ? nil : layer % unitSize,
        parent: nil,
        stage: 0,
        step: 0
      )
    }
    self.order = Array(0..<depth)
    self.layerOrder = layerOrder
  }

  private init(blockSize: Int, born: [Layer], order: [Int], layerOrder: [Int]?) {
    self.blockSize = blockSize
    self.born = born
    self.order = order
    self.layerOrder = layerOrder
  }

  /// The network's stored layers from the embedding on.
  public var layers: [Layer] { order.map { born[$0] } }

  /// The network's layers as they run, tied ones as often as they do.
  public var appliedLayers: [Layer] {
    let layers = layers
    return layerOrder?.map { layers[$0] } ?? layers
  }

  /// The network's units from the embedding on; a unit that a growth split, or that is tied, appears
  /// more than once.
  public var units: [Unit] {
    let layers = appliedLayers
    var unitOfLayer: [String: String] = [:]
    for layer in born { unitOfLayer[layer.id] = layer.unitName }
    var units: [Unit] = []
    var start = 0
    for end in layers.indices.map({ $0 + 1 })
    where end == layers.count || layers[end].unit != layers[start].unit {
      let first = layers[start]
      units.append(
        Unit(
          name: first.unitName,
          parent: first.parent.flatMap { unitOfLayer[$0] },
          stage: first.stage,
          step: first.step,
          layers: start..<end
        )
      )
      start = end
    }
    return units
  }

  /// The names of the network's units, such as `["A0", "A2", "A1"]`.
  public var unitNames: [String] { units.map(\.name) }

  /// The lineage after a growth.
  ///
  /// Survivors keep their names; new layers, as ``LayerMap/newLayers`` defines them, get new ones and
  /// the layer they were copied from as parent.
  ///
  /// - Parameters:
  ///   - map: The growth's layer map.
  ///   - layerOrder: The growth's ``GrowthStep/layerOrder``.
  ///   - stage: The index of the stage the growth leads into, from 0.
  ///   - step: The training step the growth comes before.
  /// - Returns: The lineage of the grown network.
  /// - Throws: ``GrowthError/lineageDepth(lineage:map:)``.
  public func grown(
    by map: LayerMap,
    layerOrder: [Int]? = nil,
    stage: Int,
    step: Int
  ) throws(GrowthError) -> Lineage {
    guard map.sourceDepth == order.count else {
      throw .lineageDepth(lineage: order.count, map: map.sourceDepth)
    }
    return grown(checked: map, layerOrder: layerOrder, stage: stage, step: step)
  }

  func grown(checked map: LayerMap, layerOrder: [Int]?, stage: Int, step: Int) -> Lineage {
    let old = layers
    let (sources, isNew) = (map.sources, map.newLayers)
    let unitSize = bringsWholeBlocks(map, isNew) ? blockSize : 1
    var unit = (born.map(\.unit).max() ?? -1) + 1
    var born = born
    var order: [Int] = []
    var newCount = 0
    for layer in 0..<map.depth {
      if let source = sources[layer], !isNew[layer] {
        order.append(self.order[source])
        continue
      }
      let position = newCount % unitSize
      order.append(born.count)
      born.append(
        Layer(
          unit: unit,
          position: unitSize == 1 ? nil : position,
          parent: sources[layer].map { old[$0].id },
          stage: stage,
          step: step
        )
      )
      newCount += 1
      if position == unitSize - 1 { unit += 1 }
    }
    return Lineage(blockSize: blockSize, born: born, order: order, layerOrder: layerOrder)
  }

  /// Whether the new layers of a map come in blocks: each run of them is a whole number of blocks, and
  /// each block is all fresh or a copy of `blockSize` neighbours that form one unit.
  private func bringsWholeBlocks(_ map: LayerMap, _ isNew: [Bool]) -> Bool {
    let old = layers
    var layer = 0
    while layer < map.depth {
      guard isNew[layer] else {
        layer += 1
        continue
      }
      let end = layer + blockSize
      guard end <= map.depth, isNew[layer..<end].allSatisfy({ $0 }) else { return false }
      switch map.origins[layer] {
      case .fresh:
        guard map.origins[layer..<end].allSatisfy({ $0 == .fresh }) else { return false }
      case .copy(let source):
        let isBlock = (0..<blockSize).allSatisfy { offset in
          map.origins[layer + offset] == .copy(of: source + offset)
            && old[source + offset].unit == old[source].unit
        }
        guard isBlock else { return false }
      }
      layer = end
    }
    return true
  }
}

extension Lineage: Codable {
  private enum CodingKeys: String, CodingKey {
    case blockSize
    case born
    case order
    case layerOrder
  }

  /// Reads a lineage and checks it.
  ///
  /// - Throws: ``GrowthError/brokenLineage(reason:)`` for one that contradicts itself.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let blockSize = try container.decode(Int.self, forKey: .blockSize)
    let born = try container.decode([Layer].self, forKey: .born)
    let order = try container.decode([Int].self, forKey: .order)
    guard blockSize > 0 else {
      throw GrowthError.brokenLineage(reason: "the block size is \(blockSize)")
    }
    var known: Set<String> = []
    for layer in born {
      if let parent = layer.parent, !known.contains(parent) {
        throw GrowthError.brokenLineage(reason: "\(layer.id) descends from unknown \(parent)")
      }
      guard (0..<born.count).contains(layer.unit) else {
        throw GrowthError.brokenLineage(reason: "\(layer.id) is of unit \(layer.unit)")
      }
      guard known.insert(layer.id).inserted else {
        throw GrowthError.brokenLineage(reason: "\(layer.id) was born twice")
      }
    }
    guard Set(order).count == order.count, order.allSatisfy(born.indices.contains) else {
      throw GrowthError.brokenLineage(reason: "the order \(order) is no choice of the layers born")
    }
    let layerOrder = try container.decodeIfPresent([Int].self, forKey: .layerOrder)
    if let layerOrder { try LayerTying.check(layerOrder, storedLayers: order.count) }
    self.init(blockSize: blockSize, born: born, order: order, layerOrder: layerOrder)
  }
}
