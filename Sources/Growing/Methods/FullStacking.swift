extension GrowthMethod {
  /// Full stacking: the whole network on top of itself, its depth doubled at each growth.
  ///
  /// New layer `j` is a copy of layer `j mod L`. From one block of `b` layers it reaches depths
  /// `b 2^n` only; other depths are refused, and the error names the nearest that work.
  ///
  /// Source: Gong, He, Li, Qin, Wang and Liu, "Efficient Training of BERT by Progressively Stacking",
  /// ICML 2019.
  public static let fullStacking = GrowthMethod(
    name: "stack",
    summary: "doubles the depth each stage by stacking the network on itself",
    reference: "Gong et al. 2019, ICML"
  ) { settings throws(GrowthError) in
    try settings.checkPositive()
    let (depth, block) = (settings.finalDepth, settings.blockSize)
    var depths = [block]
    while let last = depths.last, last < depth {
      let next = last.multipliedReportingOverflow(by: 2)
      depths.append(next.overflow ? Int.max : next.partialValue)
    }
    guard depths.last == depth else {
      throw .depthNotReachedByDoubling(depth: depth, blockSize: block, nearest: depths.suffix(2))
    }
    return try GrowthPlan(
      method: "stack",
      settings: settings,
      blockSize: block,
      firstDepth: block,
      maps: depths.dropLast().map { old in
        LayerMap(checked: (0..<2 * old).map { .copy(of: $0 % old) }, sourceDepth: old)
      }
    )
  }
}
