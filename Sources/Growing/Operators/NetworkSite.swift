/// What an operator on the whole network works on: its stored layers and the order in which they run.
public struct NetworkSite: Hashable, Sendable {
  /// The operator's name, for messages.
  public let operatorName: String
  /// Which stored layer each layer runs.
  public let order: [Int]
  /// How many layers are stored.
  public let storedLayers: Int
  /// Whether some layers are tied already.
  public let isTied: Bool
  /// The options; protected layers count as they run.
  public let options: GrowthOptions

  init(
    operatorName: String,
    depth: Int,
    layerOrder: [Int]?,
    options: GrowthOptions
  ) throws(GrowthError) {
    guard depth > 0 else { throw .nothingToCopy(operatorName: operatorName) }
    self.operatorName = operatorName
    self.options = options
    order = layerOrder ?? Array(0..<depth)
    storedLayers = LayerTying.storedLayers(layerOrder, depth: depth)
    isTied = layerOrder != nil
  }
}
