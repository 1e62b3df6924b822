/// A network in which some layers in the middle run several times with the same weights: `k (x) L`, or, with layers
/// before and behind them, middle looping.
///
///     LayerLoop(first: 1, middle: 2, repeats: 3, last: 1).order   // [0 1 2 1 2 1 2 3]
///
/// Source: Saunshi et al. 2025, "Reasoning with Latent Thoughts", arXiv 2502.17416, section 2.
public struct LayerLoop: Hashable, Sendable, Codable {
  /// Layers before the loop.
  public let first: Int
  /// Layers of the loop; at least one.
  public let middle: Int
  /// How often the loop runs; at least once.
  public let repeats: Int
  /// Layers behind the loop.
  public let last: Int

  /// Describes a loop.
  ///
  /// - Parameters:
  ///   - first: Layers before the loop.
  ///   - middle: Layers of the loop; nil for what the depth leaves.
  ///   - repeats: How often the loop runs.
  ///   - last: Layers behind the loop.
  ///   - depth: All layers, each counted as often as it runs.
  /// - Throws: ``GrowthError/loopDoesNotFit(depth:first:middle:repeats:last:)``.
  public init(
    first: Int = 0,
    middle: Int? = nil,
    repeats: Int,
    last: Int = 0,
    depth: Int
  ) throws(GrowthError) {
    let looped = depth - first - last
    let mistake = GrowthError.loopDoesNotFit(
      depth: depth,
      first: first,
      middle: middle,
      repeats: repeats,
      last: last
    )
    guard first >= 0, last >= 0, repeats > 0, looped > 0, looped.isMultiple(of: repeats),
      depth <= GrowthPlan.depthLimit, middle ?? (looped / repeats) == looped / repeats
    else { throw mistake }
    self.first = first
    self.middle = looped / repeats
    self.repeats = repeats
    self.last = last
  }

  /// The loop that an order of stored layers is; nil for one that is none, or that runs each layer once.
  ///
  /// - Parameter order: Which stored layer each layer runs.
  public init?(order: [Int]) {
    guard let repeated = order.indices.dropFirst().first(where: { order[$0] < order[$0 - 1] + 1 })
    else { return nil }
    let first = order[repeated]
    let middle = repeated - first
    // What comes behind the loop goes on from the layer that it ends with.
    let end = order.indices.last { order[$0] == first + middle - 1 } ?? 0
    let looped = end + 1 - first
    guard middle > 0, looped > 0, looped.isMultiple(of: middle),
      let loop = try? LayerLoop(
        first: first,
        middle: middle,
        repeats: looped / middle,
        last: order.count - first - looped,
        depth: order.count
      ), loop.order == order
    else { return nil }
    self = loop
  }

  /// How many layers run.
  public var depth: Int { first + middle * repeats + last }

  /// Which stored layer each layer runs; nil where the loop runs once and each layer is its own.
  public var order: [Int]? {
    guard repeats > 1 else { return nil }
    let looped = (0..<middle * repeats).map { first + $0 % middle }
    return Array(0..<first) + looped + Array(first + middle..<first + middle + last)
  }
}
