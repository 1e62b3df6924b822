import Growing
import GrowthSelection

/// One way to grow that takes part in a comparison: a name and the growth it stands for.
public struct LagStrategy: Hashable, Sendable {
  /// The operator's name, with the layer it starts from behind a colon where one was given.
  public let name: String
  /// The growth.
  public let step: GrowthStep
  /// Whether the grown model computes the same function.
  public let preservation: FunctionPreservation

  /// The strategy of a name, such as `midas` or `copy-at:3`.
  ///
  /// The number behind the colon is the first layer of the block for `copy-at`, the gap for all others
  /// that take one.
  ///
  /// - Parameters:
  ///   - name: The name.
  ///   - growth: The growth that the strategy stands in for: its depths, its policies.
  ///   - blockSize: How many layers form a block.
  ///   - options: What the operator is told besides.
  /// - Throws: `GrowthError` for an unknown name, or a growth that does not lead to the same depth.
  init(
    _ name: String,
    inPlaceOf growth: GrowthStep,
    blockSize: Int,
    options: GrowthOptions
  ) throws(GrowthError) {
    let parts = name.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    var options = options
    if parts.count == 2, let place = Int(parts[1]) {
      if parts[0] == GrowthOperator.copyAt.name {
        options.start = place
      } else {
        options.gap = place
      }
    } else if parts.count == 2 {
      throw .unknownMethod(name: name, known: GrowthOperator.all.map(\.name))
    }
    let growing = try GrowthOperator.named(String(parts[0]))
    let step = try growing.step(
      fromDepth: growth.map.sourceDepth,
      blockSize: blockSize,
      targetDepth: growth.map.depth,
      options: options,
      optimizerState: growth.optimizerState,
      learningRate: growth.learningRate
    )
    guard step.map.depth == growth.map.depth else {
      throw .depthNotReached(
        method: name,
        depth: growth.map.depth,
        firstDepth: growth.map.sourceDepth,
        nearest: [step.map.depth]
      )
    }
    self.name = name
    self.step = step
    preservation = growing.preservation
  }

  /// The pool of a plan's first growth.
  ///
  /// - Parameters:
  ///   - names: The strategies' names; nil for every operator that leads to the same depth and a copied
  ///     block from every start, each different growth once.
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
    func strategy(_ name: String) throws(GrowthError) -> LagStrategy {
      try LagStrategy(name, inPlaceOf: growth, blockSize: plan.blockSize, options: options)
    }
    var pool: [LagStrategy] = []
    if let names {
      pool = try names.map(strategy)
    } else {
      let starts = (0..<growth.map.sourceDepth).map { "\(GrowthOperator.copyAt.name):\($0)" }
      for name in GrowthOperator.all.map(\.name) + starts {
        // An operator that does not lead to this depth is no mistake: the pool is what does.
        guard let strategy = try? strategy(name),
          !pool.contains(where: { $0.step == strategy.step })
        else { continue }
        pool.append(strategy)
      }
    }
    guard pool.count > 1 else { throw LagError.poolTooSmall(count: pool.count) }
    if let twice = pool.first(where: { one in pool.count { $0.name == one.name } > 1 }) {
      throw LagError.strategyTwice(name: twice.name)
    }
    return pool
  }
}
