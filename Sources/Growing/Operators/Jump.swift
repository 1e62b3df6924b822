extension GrowthOperator {
  /// All missing layers at once, newly initialised, on top.
  ///
  /// Source: Bu 2025, "Deep Progressive Training", arXiv 2511.04981: from one layer to full depth in one
  /// step, in the stable phase of a warm-up-stable-decay schedule.
  public static let jumpRandom = GrowthOperator(
    name: "jump-random",
    summary: "all missing layers at once, new, on top",
    reference: "Bu 2025, arXiv 2511.04981",
    preservation: .changed,
    minimumDepth: 0
  ) { site throws(GrowthError) in
    try site.inserting(site.missing(), at: site.depth)
  }

  /// All missing layers at once: new layer `j` is a copy of layer `j mod L`.
  ///
  /// Source: Bu 2025, arXiv 2511.04981, the copying variant.
  public static let jumpCopy = GrowthOperator(
    name: "jump-copy",
    summary: "all missing layers at once, copies of all in turn",
    reference: "Bu 2025, arXiv 2511.04981",
    preservation: .changed
  ) { site throws(GrowthError) in
    let target = try site.checkedTarget()
    return try site.copying((0..<target).map { $0 % site.depth })
  }

  /// All missing layers at once, newly initialised with output projections zero, on top.
  ///
  /// Source: Bu 2025, arXiv 2511.04981, with the zero operator of Du et al. 2024, arXiv 2405.15319.
  public static let jumpZeroOutput = GrowthOperator(
    name: "jump-zero-output",
    summary: "jump-random with output projections zero",
    reference: "Bu 2025, arXiv 2511.04981",
    preservation: .exact,
    minimumDepth: 0
  ) { site throws(GrowthError) in
    try site.inserting(site.missing(), at: site.depth, decorations: [.zeroOutput])
  }
}

extension GrowthSite {
  /// As many new layers as are missing from the depth to reach.
  fileprivate func missing() throws(GrowthError) -> [LayerMap.Origin] {
    [LayerMap.Origin](repeating: .fresh, count: try checkedTarget() - depth)
  }
}
