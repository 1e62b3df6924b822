extension GrowthOperator {
  /// Gradual stacking: one block more, a copy of the last block on top.
  ///
  /// Source: Reddi et al., "Efficient Training of Language Models using Few-Shot Learning", ICML 2023;
  /// called GradStack in the MIDAS paper, arXiv 2409.19044.
  public static let gradStack = GrowthOperator(
    name: "gradstack",
    summary: "copies the last block on top",
    reference: "Reddi et al. 2023, ICML",
    preservation: .changed
  ) { site throws(GrowthError) in
    try site.inserting(site.block(from: site.depth - site.blockSize), at: site.depth)
  }
}
