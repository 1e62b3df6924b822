/// In which order a model's layers run when it is asked.
public struct LayerOrder: Hashable, Sendable, Codable {
  /// What to call it, such as `middle x 2`.
  public var name: String
  /// The layers as they run in the model, counted from 0; nil for all of them once.
  public var layers: [Int]?

  /// The order in which the model was trained.
  public static let asTrained = LayerOrder(name: "as trained", layers: nil)

  /// Reads an order such as `0-3,4-7,4-7,8-11`; `7-4` stands for the layers from 7 down to 4.
  ///
  /// - Parameters:
  ///   - text: Layers and ranges of layers with commas between them.
  ///   - layerCount: How many layers run in the model.
  /// - Throws: ``EvaluationError/layerOrder(text:needs:)``.
  public init(_ text: String, layerCount: Int) throws(EvaluationError) {
    let needs = "layers from 0 to \(layerCount - 1), such as 0-\(layerCount - 1) or 0,0,1"
    var layers: [Int] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let ends = part.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
      guard let first = ends.first ?? nil, let last = ends.last ?? nil, ends.count <= 2,
        (0..<layerCount).contains(first), (0..<layerCount).contains(last)
      else { throw .layerOrder(text: text, needs: needs) }
      layers += first <= last ? Array(first...last) : Array((last...first).reversed())
    }
    self.init(name: text, layers: layers)
  }

  /// The middle block of layers, run several times.
  ///
  /// Of an even number of blocks the middle one is the one before the middle, as in MIDAS.
  ///
  /// Source: Kapl et al. 2026, "From Growing to Looping", arXiv 2602.16490, for the experiment.
  ///
  /// - Parameters:
  ///   - count: How often the block runs; 1 is the model as it was trained.
  ///   - blockSize: The block's layers.
  ///   - layerCount: How many layers run in the model.
  /// - Returns: The order.
  /// - Throws: ``EvaluationError/layerOrder(text:needs:)``.
  public static func repeatingMiddle(
    _ count: Int,
    blockSize: Int,
    layerCount: Int
  ) throws(EvaluationError) -> LayerOrder {
    guard (1...layerCount).contains(blockSize) else {
      throw .layerOrder(text: "--block \(blockSize)", needs: "1 to \(layerCount) layers")
    }
    guard (1...64).contains(count) else {
      throw .layerOrder(text: "--repeat-middle \(count)", needs: "1 to 64 times")
    }
    let blockCount = layerCount / blockSize
    let isWhole = layerCount.isMultiple(of: blockSize)
    let start = isWhole ? (blockCount - 1) / 2 * blockSize : (layerCount - blockSize) / 2
    let end = start + blockSize
    let block = Array(repeating: Array(start..<end), count: count).flatMap(\.self)
    return LayerOrder(
      name: "middle x \(count)",
      layers: count == 1 ? nil : Array(0..<start) + block + Array(end..<layerCount)
    )
  }

  private init(name: String, layers: [Int]?) {
    self.name = name
    self.layers = layers
  }
}
