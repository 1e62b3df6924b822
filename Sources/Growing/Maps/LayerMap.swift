/// Where each layer of a deeper (or shallower) network comes from.
///
/// A layer map is a list with one entry for each layer of the new network: the entry of new layer `j`
/// names the old layer it is copied from, or says that it starts fresh. Layers are counted from 0 at
/// the embedding. A growth applies one map to every tensor with a leading layer axis, which is one
/// gather.
///
///     // Two layers, the second doubled.
///     let map = try LayerMap(copying: [0, 1, 1], sourceDepth: 2)
///     map.newLayers[2]  // true: layer 1 is the survivor, layer 2 the inserted copy
///
/// *Survivors and new layers.* The first occurrence of a source layer, counted from the embedding,
/// is the survivor: the old layer itself, in its new place. Every later occurrence and every fresh
/// layer is *new*. For MIDAS the new layers are therefore exactly the inserted block `B_m'` that
/// follows `B_m`.
///
/// A map may leave source layers out (to prune, or to undo a growth) and may be empty.
public struct LayerMap: Hashable, Sendable {
  /// Where one new layer comes from.
  public enum Origin: Hashable, Sendable {
    /// A deep copy of an old layer.
    case copy(of: Int)
    /// A newly initialised layer.
    case fresh
  }

  /// How many layers the old network has.
  public let sourceDepth: Int
  /// The origin of each new layer, in order.
  public let origins: [Origin]

  /// Creates a map and checks that every copied layer exists.
  ///
  /// - Parameters:
  ///   - sourceDepth: How many layers the old network has.
  ///   - origins: The origin of each new layer.
  /// - Throws: ``GrowthError/negativeDepth(_:)`` or
  ///   ``GrowthError/originOutOfRange(layer:source:sourceDepth:)``.
  public init(sourceDepth: Int, origins: [Origin]) throws(GrowthError) {
    guard sourceDepth >= 0 else { throw .negativeDepth(sourceDepth) }
    for (layer, origin) in origins.enumerated() {
      guard case .copy(let source) = origin else { continue }
      guard 0 <= source, source < sourceDepth else {
        throw .originOutOfRange(layer: layer, source: source, sourceDepth: sourceDepth)
      }
    }
    self.sourceDepth = sourceDepth
    self.origins = origins
  }

  /// Creates a map without fresh layers.
  ///
  /// - Parameters:
  ///   - sources: For each new layer, the old layer it is copied from.
  ///   - sourceDepth: How many layers the old network has.
  /// - Throws: As ``init(sourceDepth:origins:)``.
  public init(copying sources: [Int], sourceDepth: Int) throws(GrowthError) {
    try self.init(sourceDepth: sourceDepth, origins: sources.map { .copy(of: $0) })
  }

  /// A map whose origins are known to be in range.
  init(checked origins: [Origin], sourceDepth: Int) {
    self.sourceDepth = sourceDepth
    self.origins = origins
  }

  /// The map that changes nothing.
  ///
  /// - Parameter depth: How many layers there are; negative is a programming error.
  /// - Returns: Layer `j` from layer `j`.
  public static func identity(depth: Int) -> LayerMap {
    precondition(depth >= 0, "a network has no negative depth: \(depth)")
    return LayerMap(checked: (0..<depth).map { .copy(of: $0) }, sourceDepth: depth)
  }

  /// How many layers the new network has.
  public var depth: Int { origins.count }

  /// For each new layer, the old layer it is copied from, or nil for a fresh one.
  public var sources: [Int?] {
    origins.map { origin in
      if case .copy(let source) = origin { source } else { nil }
    }
  }

  /// For each new layer, whether it is new: fresh, or a second or later copy of its source.
  ///
  /// - Complexity: O(depth).
  public var newLayers: [Bool] {
    var seen = [Bool](repeating: false, count: sourceDepth)
    return sources.map { source in
      guard let source else { return true }
      defer { seen[source] = true }
      return seen[source]
    }
  }

  /// This map, then another one, as a single map.
  ///
  /// - Parameter next: A map from this map's depth.
  /// - Returns: The map from this map's source to the depth of `next`.
  /// - Throws: ``GrowthError/depthsDoNotMeet(first:next:)``.
  /// - Note: Which layers are new follows from the composed list alone. It agrees with doing the two
  ///   steps one after the other unless `next` puts a copy in front of its survivor.
  public func composed(with next: LayerMap) throws(GrowthError) -> LayerMap {
    guard next.sourceDepth == depth else {
      throw .depthsDoNotMeet(first: depth, next: next.sourceDepth)
    }
    let origins = next.sources.map { source in source.map { self.origins[$0] } ?? .fresh }
    return LayerMap(checked: origins, sourceDepth: sourceDepth)
  }

  /// The map back: it keeps the survivors, in their old order, and drops every new layer.
  ///
  /// This map followed by its inverse is the identity.
  ///
  /// - Returns: A map from ``depth`` to ``sourceDepth``.
  /// - Throws: ``GrowthError/notInvertible(lostLayers:)`` when a source layer has no copy.
  public func inverse() throws(GrowthError) -> LayerMap {
    var survivors = [Int?](repeating: nil, count: sourceDepth)
    for (layer, source) in sources.enumerated() {
      if let source, survivors[source] == nil { survivors[source] = layer }
    }
    let lost = survivors.indices.filter { survivors[$0] == nil }
    guard lost.isEmpty else { throw .notInvertible(lostLayers: lost) }
    return LayerMap(checked: survivors.compactMap { $0.map { .copy(of: $0) } }, sourceDepth: depth)
  }
}

extension LayerMap: CustomStringConvertible {
  /// The sources in brackets, `*` for a fresh layer, such as `[0 1 1 *]`.
  public var description: String {
    "[" + sources.map { $0.map(String.init) ?? "*" }.joined(separator: " ") + "]"
  }
}
