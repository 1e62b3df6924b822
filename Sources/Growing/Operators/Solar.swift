extension GrowthOperator {
  /// Depth up-scaling: two copies of the network, the first without its last `m` layers, the second
  /// without its first `m`, one on top of the other: `[0..L-m) [m..L)`.
  ///
  /// `m` follows from the depth to reach, at most `2L`: `m = L - target / 2`, so 32 layers become 48
  /// with `m = 8` as in the paper. Without a target it is half as deep again.
  ///
  /// Source: Kim et al., "SOLAR 10.7B", arXiv 2312.15166, section 2.
  public static let solar = GrowthOperator(
    name: "solar",
    summary: "two copies on top of each other without the ends that meet",
    reference: "Kim et al. 2023, arXiv 2312.15166",
    preservation: .changed
  ) { site throws(GrowthError) in
    let depth = site.depth
    let wanted = site.targetDepth == nil ? depth * 3 / 2 : try site.checkedTarget()
    let target = min(wanted, 2 * depth)
    guard target.isMultiple(of: 2), target > depth else {
      throw .oddTarget(operatorName: site.operatorName, depth: depth, target: target)
    }
    let dropped = depth - target / 2
    return try site.copying(Array(0..<depth - dropped) + Array(dropped..<depth))
  }
}
