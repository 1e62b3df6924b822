extension GrowthMethod {
  /// No growing: full depth from the first step on.
  ///
  /// It is the baseline of every comparison.
  ///
  /// The block size only names blocks in drawings, and is ignored where it does not divide the depth.
  public static let none = GrowthMethod(
    name: "none",
    summary: "full depth from the start",
    reference: "the baseline"
  ) { settings throws(GrowthError) in
    try settings.checkPositive()
    let dividesDepth = settings.finalDepth.isMultiple(of: settings.blockSize)
    return try GrowthPlan.fullDepth(
      layers: settings.finalDepth,
      steps: settings.totalSteps,
      blockSize: dividesDepth ? settings.blockSize : 1
    )
  }
}
