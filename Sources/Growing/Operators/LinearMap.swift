extension GrowthOperator {
  /// One block more, every layer resampled along the depth: new layer `j` of `L'` stands at
  /// `j (L - 1) / (L' - 1)` and mixes the two old layers around it.
  ///
  /// It is a depth map that is not learned, the start of a learned one.
  ///
  /// Source: the linear depth map of LiGO (Wang et al. 2023, arXiv 2303.00980), with fixed weights.
  public static let linearMap = GrowthOperator(
    name: "linear-map",
    summary: "resamples the layers along the depth, mixing neighbours",
    reference: "fixed case of Wang et al. 2023, arXiv 2303.00980",
    preservation: .changed
  ) { site throws(GrowthError) in
    try site.resampled()
  }

  /// ``linearMap``, whose numbers are then learnt while training: new layer `j` is `sum_i w_ji` times old layer
  /// `i`, for every tensor of the layer with the same `w`.
  ///
  /// Source: Wang et al. 2023, "Learning to Grow Pretrained Models for Efficient Transformer Training",
  /// arXiv 2303.00980 (LiGO), the map along the depth; theirs has a `w` for every kind of tensor.
  public static let learnedMap = GrowthOperator(
    name: "learned-map",
    summary: "linear-map with numbers that are learnt at the growth",
    reference: "Wang et al. 2023, arXiv 2303.00980",
    preservation: .changed,
    uses: [.mapSteps, .mapLearningRate]
  ) { site throws(GrowthError) in
    let start = try site.resampled()
    let blends = start.layerWeights.enumerated().map { layer, row in
      let shares = row.enumerated().map { LayerShare(layer: $0, weight: $1) }
      return (layer, [LayerDecoration.blend(of: shares)])
    }
    return try GrowthStep(
      map: start.map,
      decorations: Dictionary(uniqueKeysWithValues: blends),
      mapLearning: site.options.mapLearning
    )
  }
}

extension GrowthSite {
  /// One block more, every layer resampled along the depth.
  ///
  /// - Returns: The growth; its map names the nearer of the two layers that are mixed.
  /// - Throws: ``GrowthError/tooDeep(limit:)``.
  fileprivate func resampled() throws(GrowthError) -> GrowthStep {
    let count = try spreadSources().count
    var sources: [Int] = []
    var decorations: [Int: [LayerDecoration]] = [:]
    for layer in 0..<count {
      // Whole numbers, so that a layer that stands on an old one is that one.
      let place = layer * (depth - 1)
      let (below, rest) = place.quotientAndRemainder(dividingBy: count - 1)
      let share = Double(rest) / Double(count - 1)
      sources.append(share > 0.5 ? below + 1 : below)
      guard rest > 0 else { continue }
      decorations[layer] = [
        .blend(of: [
          LayerShare(layer: below, weight: 1 - share), LayerShare(layer: below + 1, weight: share),
        ])
      ]
    }
    return try copying(sources, decorations: decorations)
  }
}
