import Growing
import Training

extension LagStrategy {
  /// The pool that stands in for a growth.
  ///
  /// - Parameters:
  ///   - names: The strategies' names; nil for every operator that leads to the same depth without learning
  ///     how, and a copied block from every start, each different growth once.
  ///   - growth: The growth.
  ///   - blockSize: How many layers form a block.
  ///   - options: What operators are told besides.
  /// - Returns: The strategies, however few.
  /// - Throws: `GrowthError` for a name that cannot take part.
  static func pool(
    _ names: [String]?,
    inPlaceOf growth: GrowthStep,
    blockSize: Int,
    options: GrowthOptions
  ) throws(GrowthError) -> [LagStrategy] {
    if let names {
      return try names.map { name throws(GrowthError) in
        try LagStrategy(
          GrowthOperator.named(name),
          inPlaceOf: growth,
          blockSize: blockSize,
          options: options
        )
      }
    }
    let starts = (0..<growth.map.sourceDepth).map { "\(GrowthOperator.copyAt.name):\($0)" }
    let all = try (GrowthOperator.all.map(\.name) + starts)
      .map { name throws(GrowthError) in try GrowthOperator.named(name) }
    return fitting(all, inPlaceOf: growth, blockSize: blockSize, options: options)
      .filter { $0.step.mapLearning == nil }
  }
}
