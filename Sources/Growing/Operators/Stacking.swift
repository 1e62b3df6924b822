extension GrowthOperator {
  /// Full stacking: the whole network on top of itself, ``GrowthOptions/factor`` times in all.
  ///
  /// New layer `j` is a copy of layer `j mod L`. The block size does not matter.
  ///
  /// Source: Gong, He, Li, Qin, Wang and Liu, "Efficient Training of BERT by Progressively Stacking",
  /// ICML 2019 (factor 2); Du et al., "Stacking Your Transformers", arXiv 2405.15319 (factor 4).
  public static let fullStacking = GrowthOperator(
    name: "stack",
    summary: "puts the network on top of itself, factor times in all",
    reference: "Gong et al. 2019, ICML; Du et al. 2024, arXiv 2405.15319",
    preservation: .changed,
    uses: [.factor]
  ) { site throws(GrowthError) in
    let depth = try site.multipliedDepth()
    return try site.copying((0..<depth).map { $0 % site.depth })
  }
}

extension GrowthSite {
  /// The depth times ``GrowthOptions/factor``, for operators that multiply it.
  ///
  /// - Returns: More than ``depth``.
  /// - Throws: ``GrowthError/factorTooSmall(operatorName:factor:)`` or ``GrowthError/tooDeep(limit:)``.
  func multipliedDepth() throws(GrowthError) -> Int {
    guard options.factor > 1 else {
      throw .factorTooSmall(operatorName: operatorName, factor: options.factor)
    }
    let (product, overflow) = depth.multipliedReportingOverflow(by: options.factor)
    guard !overflow, product <= GrowthPlan.depthLimit else {
      throw .tooDeep(limit: GrowthPlan.depthLimit)
    }
    return product
  }
}
