extension GrowthMethod {
  /// MIDAS, middle gradual stacking: one block more each stage, a copy of the middle block.
  ///
  /// With `n` blocks the middle one is `B_m`, `m = ceil(n / 2)` counted from 1 at the embedding; its
  /// copy goes directly behind it.
  ///
  /// Source: Saunshi, Karp, Krishnan, Miryoosefi, Reddi and Kumar, "On the Inductive Bias of Stacking
  /// Towards Improving Reasoning", NeurIPS 2024, arXiv 2409.19044.
  public static let midas = GrowthMethod(
    name: "midas",
    summary: "copies the middle block behind itself, one block a stage",
    reference: "Saunshi et al. 2024, arXiv 2409.19044"
  ) { settings throws(GrowthError) in
    try gradual("midas", settings) { blocks, size in
      let end = middleBlockEnd(blocks: blocks, size: size)
      return .inserting((end - size..<end).map { .copy(of: $0) }, at: end, depth: blocks * size)
    }
  }

  /// The layer behind the middle block: `ceil(blocks / 2)` blocks from the embedding.
  static func middleBlockEnd(blocks: Int, size: Int) -> Int {
    (blocks + 1) / 2 * size
  }

  /// The plan of a method that starts with one block and adds one at each growth.
  ///
  /// - Parameters:
  ///   - method: The method's name.
  ///   - settings: The settings; the depth must be a whole number of blocks.
  ///   - map: The map of the growth from a number of blocks of a size.
  /// - Returns: The plan.
  /// - Throws: ``GrowthError`` for settings that give no plan.
  static func gradual(
    _ method: String,
    _ settings: GrowthSettings,
    map: (_ blocks: Int, _ size: Int) -> LayerMap
  ) throws(GrowthError) -> GrowthPlan {
    let blockCount = try settings.checkedBlockCount()
    return try GrowthPlan(
      method: method,
      settings: settings,
      blockSize: settings.blockSize,
      firstDepth: settings.blockSize,
      maps: (1..<blockCount).map { map($0, settings.blockSize) }
    )
  }
}

extension LayerMap {
  /// All old layers in order, with some layers put in before layer `gap`.
  static func inserting(_ inserted: [Origin], at gap: Int, depth: Int) -> LayerMap {
    let kept = (0..<depth).map { Origin.copy(of: $0) }
    return LayerMap(checked: kept[..<gap] + inserted + kept[gap...], sourceDepth: depth)
  }
}
