extension GrowthOperator {
  /// MIDAS with the gains of the copy's norms zero, so that it adds nothing at first.
  ///
  /// The layer's matrices get no gradient until the gains have moved.
  ///
  /// Source: Shen et al. 2022, "Staged Training for Transformer Language Models", arXiv 2203.06211.
  public static let zeroNormCopy = GrowthOperator(
    name: "zero-norm-copy",
    summary: "midas with the gains of the copy's norms zero",
    reference: "Shen et al. 2022, arXiv 2203.06211",
    preservation: .exact
  ) { site throws(GrowthError) in
    try site.copyingMiddleBlock(decorations: [.zeroNorm])
  }
}
