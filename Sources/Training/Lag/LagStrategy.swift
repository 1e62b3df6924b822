import Growing
import GrowthSelection

/// One way to grow that takes part in a comparison: a name and the growth it stands for.
public struct LagStrategy: Hashable, Sendable {
  /// The operator's name, with the layer it starts from behind a colon where one was given.
  public let name: String
  /// The growth.
  public internal(set) var step: GrowthStep
  /// Whether the grown model computes the same function.
  public let preservation: FunctionPreservation

  /// A strategy in place of a growth.
  ///
  /// - Parameters:
  ///   - strategy: The operator and its place.
  ///   - growth: The growth that the strategy stands in for: its depths, its policies.
  ///   - blockSize: How many layers form a block.
  ///   - options: What the operator is told besides.
  /// - Throws: `GrowthError` for a growth that does not lead to the same depth.
  init(
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
  static func fitting(
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

  /// The pool of a plan's first growth.
  ///
  /// - Parameters:
  ///   - names: The strategies' names; nil for every operator that leads to the same depth without learning
  ///     how, and a copied block from every start, each different growth once.
  ///   - plan: A plan that grows.
  ///   - options: What operators are told besides.
  /// - Returns: At least two strategies.
  /// - Throws: `GrowthError` for a name that cannot take part, or ``LagError`` for too few.
  static func pool(
    _ names: [String]?,
    of plan: GrowthPlan,
    options: GrowthOptions
  ) throws -> [LagStrategy] {
    guard let growth = plan.growths.first else { throw LagError.poolTooSmall(count: 0) }
    let pool: [LagStrategy]
    if let names {
      pool = try names.map { name in
        try LagStrategy(
          GrowthOperator.named(name),
          inPlaceOf: growth,
          blockSize: plan.blockSize,
          options: options
        )
      }
    } else {
      let starts = (0..<growth.map.sourceDepth).map { "\(GrowthOperator.copyAt.name):\($0)" }
      pool = fitting(
        try (GrowthOperator.all.map(\.name) + starts).map(GrowthOperator.named),
        inPlaceOf: growth,
        blockSize: plan.blockSize,
        options: options
      ).filter { $0.step.mapLearning == nil }
    }
    guard pool.count > 1 else { throw LagError.poolTooSmall(count: pool.count) }
    if let twice = pool.first(where: { one in pool.count { $0.name == one.name } > 1 }) {
      throw LagError.strategyTwice(name: twice.name)
    }
    return pool
  }
}
