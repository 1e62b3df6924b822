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
}
