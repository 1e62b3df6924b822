extension GrowthMethod {
  /// Gradual stacking: one block more each stage, a copy of the last block on top.
  ///
  /// Source: Reddi et al., "Efficient Training of Language Models using Few-Shot Learning", ICML 2023;
  /// called GradStack in the MIDAS paper, arXiv 2409.19044.
  public static let gradStack = GrowthMethod(
    name: "gradstack",
    summary: "copies the last block on top, one block a stage",
    reference: "Reddi et al. 2023, ICML"
  ) { settings throws(GrowthError) in
    try gradual("gradstack", settings) { blocks, size in
      let depth = blocks * size
      return .inserting((depth - size..<depth).map { .copy(of: $0) }, at: depth, depth: depth)
    }
  }
}
