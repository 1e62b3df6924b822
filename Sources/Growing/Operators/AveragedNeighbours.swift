extension GrowthOperator {
  /// Single layers between neighbours, evenly over the depth, each the mean of the two.
  ///
  /// Behind the last layer there is no neighbour, so its copy stays a copy.
  ///
  /// Source: interpolation of layers, akin to the use of the next layer's weights in bert2BERT (Chen et
  /// al. 2021, arXiv 2110.07143).
  public static let averagedNeighbours = GrowthOperator(
    name: "average",
    summary: "puts means of neighbouring layers between them, evenly",
    reference: "after Chen et al. 2021, arXiv 2110.07143",
    preservation: .changed
  ) { site throws(GrowthError) in
    let sources = try site.spreadSources()
    var decorations: [Int: [LayerDecoration]] = [:]
    for layer in sources.indices.dropFirst() where sources[layer] == sources[layer - 1] {
      let source = sources[layer]
      guard source + 1 < site.depth else { continue }
      decorations[layer] = [
        .blend(of: [
          LayerShare(layer: source, weight: 0.5), LayerShare(layer: source + 1, weight: 0.5),
        ])
      ]
    }
    return try site.copying(sources, decorations: decorations)
  }

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
    let count = try site.spreadSources().count
    var sources: [Int] = []
    var decorations: [Int: [LayerDecoration]] = [:]
    for layer in 0..<count {
      // Whole numbers, so that a layer that stands on an old one is that one.
      let place = layer * (site.depth - 1)
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
    return try site.copying(sources, decorations: decorations)
  }
}
