extension GrowthOperator {
  /// The first block, repeated behind itself.
  ///
  /// Source: the counterpart of GradStack at the other end, one of the pool of landscape-aware growing
  /// (Karp et al. 2024, arXiv 2406.02469).
  public static let bottom = GrowthOperator(
    name: "bottom",
    summary: "repeats the first block behind itself",
    reference: "pool of Karp et al. 2024, arXiv 2406.02469",
    preservation: .changed
  ) { site throws(GrowthError) in
    try site.inserting(site.block(from: 0), at: site.blockSize)
  }

  /// The block that begins at ``GrowthOptions/start``, repeated behind itself: `[0..a+b) [a..L)`.
  ///
  /// Without a start it is the middle of all layers, rounded down.
  ///
  /// Source: the pool of landscape-aware growing (Karp et al. 2024, arXiv 2406.02469).
  public static let copyAt = GrowthOperator(
    name: "copy-at",
    summary: "repeats the block that begins at start behind itself",
    reference: "pool of Karp et al. 2024, arXiv 2406.02469",
    preservation: .changed,
    uses: [.start]
  ) { site throws(GrowthError) in
    let start = site.options.start ?? max(0, (site.depth - site.blockSize) / 2)
    return try site.inserting(site.block(from: start), at: start + site.blockSize)
  }

  /// The block that begins at ``GrowthOptions/start``, the first without one, copied to
  /// ``GrowthOptions/gap``, the top without one.
  ///
  /// Source: the pool of landscape-aware growing, which tells where a block is taken from what it is
  /// next to (Karp et al. 2024, arXiv 2406.02469).
  public static let copyTo = GrowthOperator(
    name: "copy-to",
    summary: "copies the block that begins at start to a gap",
    reference: "pool of Karp et al. 2024, arXiv 2406.02469",
    preservation: .changed,
    uses: [.start, .gap]
  ) { site throws(GrowthError) in
    try site.inserting(
      site.block(from: site.options.start ?? 0),
      at: site.options.gap ?? site.depth
    )
  }
}
