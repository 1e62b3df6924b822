extension GrowthMethod {
  /// Random new layers: a newly initialised block at the place where MIDAS puts its copy.
  ///
  /// It is the control that tells what copying brings beyond training shallow first.
  ///
  /// Source: Wen, Yan, Chen and Li, "AutoGrow: Automatic Layer Growing in Deep Convolutional Networks",
  /// KDD 2020, adds randomly initialised layers; the place is that of MIDAS (arXiv 2409.19044), so that
  /// the two differ in one thing only.
  public static let randomBlocks = GrowthMethod(
    name: "random",
    summary: "puts a newly initialised block where midas puts its copy",
    reference: "control arm; Wen et al. 2020, KDD"
  ) { settings throws(GrowthError) in
    try gradual("random", settings) { blocks, size in
      .inserting(
        [LayerMap.Origin](repeating: .fresh, count: size),
        at: middleBlockEnd(blocks: blocks, size: size),
        depth: blocks * size
      )
    }
  }
}
