extension GrowthOperator {
  /// MIDAS with the copy's output projections zero, so that it adds nothing at first.
  ///
  /// Source: the idea of Net2Net (Chen, Goodfellow and Shlens 2016, arXiv 1511.05641) as LLaMA Pro uses
  /// it (Wu et al. 2024, arXiv 2401.02415); the place is that of MIDAS.
  public static let zeroOutputCopy = GrowthOperator(
    name: "zero-output-copy",
    summary: "midas with the copy's output projections zero",
    reference: "Wu et al. 2024, arXiv 2401.02415",
    preservation: .exact
  ) { site throws(GrowthError) in
    try site.copyingMiddleBlock(decorations: [.zeroOutput])
  }

  /// A newly initialised block with output projections zero, at ``GrowthOptions/gap`` or else where
  /// MIDAS puts its copy.
  ///
  /// Source: the zero operator of Du et al., "Stacking Your Transformers", arXiv 2405.15319.
  public static let zeroOutputRandom = GrowthOperator(
    name: "zero-output-random",
    summary: "random with the new block's output projections zero",
    reference: "Du et al. 2024, arXiv 2405.15319",
    preservation: .exact,
    uses: [.gap]
  ) { site throws(GrowthError) in
    try site.inserting(
      site.freshBlock(),
      at: site.chosenGap(),
      decorations: [.zeroOutput]
    )
  }

  /// Block expansion: behind every block a copy of its last layer with output projections zero.
  ///
  /// Source: Wu et al. 2024, "LLaMA Pro", arXiv 2401.02415, section 3.2.
  public static let zeroOutputEvery = GrowthOperator(
    name: "llama-pro",
    summary: "every with the new layers' output projections zero",
    reference: "Wu et al. 2024, arXiv 2401.02415",
    preservation: .exact
  ) { site throws(GrowthError) in
    let (sources, new) = try site.repeatingBlockEnds()
    var decorations: [Int: [LayerDecoration]] = [:]
    for layer in new { decorations[layer] = [.zeroOutput] }
    return try site.copying(sources, decorations: decorations)
  }
}
