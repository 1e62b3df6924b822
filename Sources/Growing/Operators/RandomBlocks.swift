extension GrowthOperator {
  /// Random new layers: a newly initialised block at ``GrowthOptions/gap``, or else where MIDAS puts
  /// its copy.
  ///
  /// It is the control that tells what copying brings beyond training shallow first.
  ///
  /// Source: Wen, Yan, Chen and Li, "AutoGrow: Automatic Layer Growing in Deep Convolutional Networks",
  /// KDD 2020, adds randomly initialised layers; the place is that of MIDAS (arXiv 2409.19044), so that
  /// the two differ in one thing only.
  public static let randomBlocks = GrowthOperator(
    name: "random",
    summary: "puts a new block where midas puts its copy, or at a gap",
    reference: "control arm; Wen et al. 2020, KDD",
    preservation: .changed,
    uses: [.gap]
  ) { site throws(GrowthError) in
    try site.inserting(site.freshBlock(), at: site.chosenGap())
  }

  /// A newly initialised block on top, the place of GradStack's copy.
  ///
  /// Source: Wen et al. 2020, as for `random`.
  public static let randomTop = GrowthOperator(
    name: "random-top",
    summary: "puts a new block on top",
    reference: "control arm; Wen et al. 2020, KDD",
    preservation: .changed
  ) { site throws(GrowthError) in
    try site.inserting(site.freshBlock(), at: site.depth)
  }
}

extension GrowthSite {
  /// ``GrowthOptions/gap``, or else the place of MIDAS's copy.
  ///
  /// - Throws: As ``middleBlockEnd()``.
  func chosenGap() throws(GrowthError) -> Int {
    if let gap = options.gap { return gap }
    return try middleBlockEnd()
  }

  /// A block of newly initialised layers.
  ///
  /// - Throws: ``GrowthError/tooDeep(limit:)``.
  func freshBlock() throws(GrowthError) -> [LayerMap.Origin] {
    guard blockSize <= GrowthPlan.depthLimit else { throw .tooDeep(limit: GrowthPlan.depthLimit) }
    return [LayerMap.Origin](repeating: .fresh, count: blockSize)
  }
}
