/// What an order of stored layers must be, and what follows from it.
///
/// An order says for each layer of a network which stored layer it runs: `[0 1 0 1]` runs two stored
/// layers twice. Nil stands for each stored layer once, in order.
public enum LayerTying {
  /// Checks that an order names every stored layer and no other.
  ///
  /// - Throws: ``GrowthError/brokenLayerOrder(_:storedLayers:)``.
  public static func check(_ order: [Int], storedLayers: Int) throws(GrowthError) {
    guard Set(order) == Set(0..<max(storedLayers, 0)), order.count <= GrowthPlan.depthLimit else {
      throw .brokenLayerOrder(order, storedLayers: storedLayers)
    }
  }

  /// Checks an order of a network whose depth is known.
  ///
  /// - Throws: ``GrowthError/brokenLayerOrder(_:storedLayers:)``.
  static func check(_ order: [Int], depth: Int) throws(GrowthError) {
    let stored = storedLayers(order, depth: depth)
    guard order.count == depth else { throw .brokenLayerOrder(order, storedLayers: stored) }
    try check(order, storedLayers: stored)
  }

  /// Whether an order is another than each stored layer once.
  static func ties(_ order: [Int]?, storedLayers: Int) -> Bool {
    order.map { $0 != Array(0..<storedLayers) } ?? false
  }

  /// How many layers are stored in a network of some depth.
  public static func storedLayers(_ order: [Int]?, depth: Int) -> Int {
    order.map { ($0.max() ?? -1) + 1 } ?? depth
  }
}

extension GrowthStep {
  /// How many layers the grown network has; tied ones count as often as they run.
  public var depth: Int { layerOrder?.count ?? map.depth }

  /// Where the layers come from, such as `[0 1 0 1]`, or which stored ones run, such as `tied [0 1 0 1]`.
  public var layersText: String {
    guard let layerOrder else { return map.description }
    return "tied [" + layerOrder.map(String.init).joined(separator: " ") + "]"
  }

  /// Whether the step may come after layers were tied by an order: it ties the same stored layers in
  /// another order, or gives each a copy of its own.
  ///
  /// - Parameter order: The order so far; nil for no ties.
  /// - Returns: True where nothing is tied.
  public func follows(layerOrder order: [Int]?) -> Bool {
    guard let order else { return true }
    return layerOrder != nil ? map == .identity(depth: map.depth) : map.sources == order
  }
}
