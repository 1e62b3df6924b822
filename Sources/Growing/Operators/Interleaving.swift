extension GrowthOperator {
  /// Every layer repeated next to itself, ``GrowthOptions/factor`` times in all: `j -> floor(j / g)`.
  ///
  /// Relative positions in depth stay. The block size does not matter.
  ///
  /// Source: Du et al., "Stacking Your Transformers", arXiv 2405.15319 (split); "Orthogonal growth",
  /// arXiv 2510.08008, finds it better than stacking for converged checkpoints.
  public static let interleave = GrowthOperator(
    name: "interleave",
    summary: "repeats every layer next to itself, factor times in all",
    reference: "Du et al. 2024, arXiv 2405.15319; arXiv 2510.08008",
    preservation: .changed,
    uses: [.factor]
  ) { site throws(GrowthError) in
    let depth = try site.multipliedDepth()
    return try site.copying((0..<depth).map { $0 / site.options.factor })
  }

  /// The last layer of every block repeated in place: layers `b - 1`, `2b - 1` and so on.
  ///
  /// Source: interleaved stacking, doi 10.21437/Interspeech.2026-3071.
  public static let every = GrowthOperator(
    name: "every",
    summary: "repeats the last layer of every block in place",
    reference: "doi 10.21437/Interspeech.2026-3071",
    preservation: .changed
  ) { site throws(GrowthError) in
    try site.copying(site.repeatingBlockEnds().sources)
  }

  /// As many single layers as a block has repeated in place, evenly over the depth.
  ///
  /// New layer `j` of `L + b` is a copy of layer `floor(j L / (L + b))`.
  ///
  /// Source: interleaving as in `interleave`, with the new layers of one block.
  public static let spread = GrowthOperator(
    name: "spread",
    summary: "repeats single layers in place, evenly over the depth",
    reference: "after Du et al. 2024, arXiv 2405.15319",
    preservation: .changed
  ) { site throws(GrowthError) in
    try site.copying(site.spreadSources())
  }
}

extension GrowthSite {
  /// All layers, the last of every block twice, and which new layers are the second ones.
  ///
  /// - Throws: ``GrowthError/blockOutOfRange(operatorName:start:blockSize:depth:)`` for a block of more
  ///   layers than there are.
  func repeatingBlockEnds() throws(GrowthError) -> (sources: [Int], new: [Int]) {
    _ = try block(from: 0)
    var (sources, new): ([Int], [Int]) = ([], [])
    for layer in 0..<depth {
      sources.append(layer)
      guard (layer + 1).isMultiple(of: blockSize) else { continue }
      new.append(sources.count)
      sources.append(layer)
    }
    return (sources, new)
  }

  /// The sources of ``depth`` and ``blockSize`` more layers, evenly over the old ones.
  ///
  /// - Throws: ``GrowthError/tooDeep(limit:)``.
  func spreadSources() throws(GrowthError) -> [Int] {
    guard blockSize <= GrowthPlan.depthLimit else { throw .tooDeep(limit: GrowthPlan.depthLimit) }
    return (0..<depth + blockSize).map { $0 * depth / (depth + blockSize) }
  }
}
