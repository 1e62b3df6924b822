extension GrowthOperator {
  /// MIDAS with normal noise on the copy's matrices, ``GrowthOptions/noise`` of each one's deviation.
  ///
  /// Source: the ablation of Du et al., "Stacking Your Transformers", arXiv 2405.15319.
  public static let noisyCopy = GrowthOperator(
    name: "noisy-copy",
    summary: "midas with noise on the copy's matrices",
    reference: "ablation of Du et al. 2024, arXiv 2405.15319",
    preservation: .changed,
    uses: [.noise]
  ) { site throws(GrowthError) in
    try site.copyingMiddleBlock(decorations: [
      .noise(share: site.options.noise, seed: site.options.seed)
    ])
  }
}
