import Growing

/// One way to grow that takes part in a comparison: a name and the growth it stands for.
package struct LagStrategy: Hashable, Sendable {
  /// The operator's name, with the layer it starts from behind a colon where one was given.
  package let name: String
  /// The growth.
  package internal(set) var step: GrowthStep
  /// Whether the grown model computes the same function.
  package let preservation: FunctionPreservation

  /// A strategy in place of a growth.
  ///
  /// - Parameters:
  ///   - strategy: The operator and its place.
  ///   - growth: The growth that the strategy stands in for: its depths, its policies.
  ///   - blockSize: How many layers form a block.
  ///   - options: What the operator is told besides.
  /// - Throws: `GrowthError` for a growth that does not lead to the same depth.
  package init(
    _ strategy: GrowthOperator,
    inPlaceOf growth: GrowthStep,
    blockSize: Int,
    options: GrowthOptions
  ) throws(GrowthError) {
    name = strategy.name
    step = try strategy.step(inPlaceOf: growth, blockSize: blockSize, options: options)
    preservation = strategy.preservation
  }

  /// Those of some strategies that can stand in for a growth, each different growth once.
  package static func fitting(
    _ strategies: [GrowthOperator],
    inPlaceOf growth: GrowthStep,
    blockSize: Int,
    options: GrowthOptions
  ) -> [LagStrategy] {
    strategies.reduce(into: []) { pool, strategy in
      // An operator that does not lead to this depth is no mistake: the pool is what does.
      guard
        let candidate = try? LagStrategy(
          strategy,
          inPlaceOf: growth,
          blockSize: blockSize,
          options: options
        ), !pool.contains(where: { $0.step == candidate.step })
      else { return }
      pool.append(candidate)
    }
  }
}
