/// How the blends of a growth are learnt before it is carried out.
///
/// Training then finds the numbers in the shares of the growth's blends by gradient descent, while the old
/// weights stand still. Everything else of the growth stays as it is.
///
/// Source: Wang et al. 2023, "Learning to Grow Pretrained Models for Efficient Transformer Training",
/// arXiv 2303.00980 (LiGO), its map along the depth.
public struct MapLearning: Hashable, Sendable, Codable {
  /// The optimizer steps, each on one batch.
  public var steps: Int
  /// The learning rate of the numbers; at 0 they stay where they begin.
  public var learningRate: Double

  /// States how a map is learnt.
  public init(steps: Int = 100, learningRate: Double = 0.01) {
    self.steps = steps
    self.learningRate = learningRate
  }
}

extension MapLearning {
  /// Checks the settings, and that a growth consists of blends and copies alone.
  func check(
    _ map: LayerMap,
    _ decorations: [Int: [LayerDecoration]],
    _ layerOrder: [Int]?
  ) throws(GrowthError) {
    guard steps > 0 else {
      throw .notPositive(setting: "steps of learning a layer map", value: steps)
    }
    guard learningRate.isFinite, learningRate >= 0 else {
      throw .invalidNumber(setting: "learning rate of a layer map", value: learningRate)
    }
    guard layerOrder == nil else { throw .tiedLayers(operatorName: "a layer map that is learnt") }
    guard !map.origins.contains(.fresh) else {
      throw .cannotLearnMap(reason: "draws new layers, and learning mixes old ones")
    }
    let lists = decorations.values.filter { !$0.isEmpty }
    guard !lists.isEmpty, lists.allSatisfy({ $0.count == 1 && $0[0].blend != nil }) else {
      throw .cannotLearnMap(reason: "does something else to its layers than blending old ones")
    }
  }
}

extension GrowthStep {
  /// What each old layer counts for in each new one, `[map.depth][map.sourceDepth]`.
  ///
  /// Copies count 1 and fresh layers have zeros; other decorations than blends do not show.
  public var layerWeights: [[Double]] {
    map.sources.enumerated().map { layer, source in
      var row = [Double](repeating: 0, count: map.sourceDepth)
      if let shares = blend(ofLayer: layer) {
        for share in shares { row[share.layer] += share.weight }
      } else if let source {
        row[source] = 1
      }
      return row
    }
  }

  /// Which of the ``layerWeights`` a blend names: those that learning may change.
  public var learnableWeights: [[Bool]] {
    (0..<map.depth).map { layer in
      var row = [Bool](repeating: false, count: map.sourceDepth)
      for share in blend(ofLayer: layer) ?? [] { row[share.layer] = true }
      return row
    }
  }

  /// The growth whose blends have been learnt.
  ///
  /// A blend names only the layers that count for something, and one that copies its layer is left out.
  ///
  /// - Parameter weights: One for each of ``layerWeights``; those that cannot be learnt do not matter.
  /// - Returns: The growth without ``mapLearning``.
  /// - Throws: ``GrowthError/invalidNumber(setting:value:)`` for a weight that is not finite.
  public func learned(_ weights: [[Double]]) throws(GrowthError) -> GrowthStep {
    precondition(
      weights.count == map.depth && weights.allSatisfy { $0.count == map.sourceDepth },
      "a map from \(map.sourceDepth) to \(map.depth) layers needs as many weights"
    )
    var blends: [Int: [LayerDecoration]] = [:]
    for (layer, row) in learnableWeights.enumerated() where row.contains(true) {
      let shares = row.indices.filter { row[$0] && weights[layer][$0] != 0 }
        .map { LayerShare(layer: $0, weight: weights[layer][$0]) }
      let isCopy =
        shares.count == 1 && shares[0].layer == map.sources[layer] && shares[0].weight == 1
      if isCopy { continue }
      // A sum of nothing is zero, which a blend says of any layer.
      blends[layer] = [.blend(of: shares.isEmpty ? [LayerShare(layer: 0, weight: 0)] : shares)]
    }
    return try GrowthStep(
      map: map,
      decorations: blends,
      optimizerState: optimizerState,
      learningRate: learningRate
    ).widened(by: widening)
  }

  private func blend(ofLayer layer: Int) -> [LayerShare]? {
    decorations[layer]?.lazy.compactMap(\.blend).first
  }
}

extension LayerDecoration {
  /// The shares of a blend.
  fileprivate var blend: [LayerShare]? {
    if case .blend(let shares) = self { shares } else { nil }
  }
}
