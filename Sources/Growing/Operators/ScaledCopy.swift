extension GrowthOperator {
  /// MIDAS with the copy's output projections multiplied by ``GrowthOptions/scale``: a gate
  /// `x + a f(x)` with a fixed `a`, folded into the weights.
  ///
  /// Source: the gate of ReZero (Bachlechner et al. 2021, arXiv 2003.04887), not trained.
  public static let scaledCopy = GrowthOperator(
    name: "scaled-copy",
    summary: "midas with the copy's output projections times scale",
    reference: "after Bachlechner et al. 2021, arXiv 2003.04887",
    preservation: .changed,
    uses: [.scale]
  ) { site throws(GrowthError) in
    try site.copyingMiddleBlock(decorations: [.scaledOutput(by: site.options.scale)])
  }

  /// Single layers repeated in place, both the layer and its copy with output projections halved.
  ///
  /// A layer's contribution comes in two halves, so the function changes by how much the first half
  /// moves what the second one reads.
  public static let halvedCopy = GrowthOperator(
    name: "halved-copy",
    summary: "spread with the outputs of both layers halved",
    reference: "first-order argument",
    preservation: .nearly
  ) { site throws(GrowthError) in
    let sources = try site.spreadSources()
    var copies = [Int](repeating: 0, count: site.depth)
    for source in sources { copies[source] += 1 }
    var decorations: [Int: [LayerDecoration]] = [:]
    for (layer, source) in sources.enumerated() where copies[source] > 1 {
      decorations[layer] = [.scaledOutput(by: 1 / Double(copies[source]))]
    }
    return try site.copying(sources, decorations: decorations)
  }
}
