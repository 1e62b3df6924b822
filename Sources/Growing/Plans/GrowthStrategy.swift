/// One way to grow among others: an operator and, where it was told, the place at which it acts.
///
///     let strategy = try GrowthStrategy(parsing: "copy-at:2")
///     let step = try strategy.step(fromDepth: 4, blockSize: 2)   // [0 1 2 3 2 3]
public struct GrowthStrategy: Sendable {
  /// The operator's name, with the place behind a colon where one was given.
  public let name: String
  /// What grows.
  public let growthOperator: GrowthOperator
  private let place: Int?

  /// The strategy of a name, such as `midas` or `copy-at:3`.
  ///
  /// The number behind the colon is the first layer of the block for `copy-at`, the gap for all others
  /// that take one.
  ///
  /// - Parameter name: The name.
  /// - Throws: ``GrowthError/unknownMethod(name:known:)``.
  public init(parsing name: String) throws(GrowthError) {
    let parts = name.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    place = parts.count == 2 ? Int(parts[1]) : nil
    guard parts.count == 1 || place != nil else {
      throw .unknownMethod(name: name, known: GrowthOperator.all.map(\.name))
    }
    growthOperator = try .named(String(parts[0]))
    self.name = name
  }

  /// The strategies that a text names, with blanks between them.
  ///
  /// - Parameter text: Names such as `midas copy-at:2 random`.
  /// - Returns: At least two strategies.
  /// - Throws: ``GrowthError/unknownMethod(name:known:)``, ``GrowthError/poolTooSmall(count:)`` or
  ///   ``GrowthError/strategyTwice(name:)``.
  public static func pool(parsing text: String) throws(GrowthError) -> [GrowthStrategy] {
    let pool = try text.split(whereSeparator: \.isWhitespace)
      .map { word throws(GrowthError) in try GrowthStrategy(parsing: String(word)) }
    try checkPool(pool.map(\.name))
    return pool
  }

  /// Checks that there is something to choose from.
  ///
  /// - Parameter names: The strategies' names.
  /// - Throws: ``GrowthError/poolTooSmall(count:)`` or ``GrowthError/strategyTwice(name:)``.
  public static func checkPool(_ names: [String]) throws(GrowthError) {
    guard names.count > 1 else { throw .poolTooSmall(count: names.count) }
    if let twice = names.first(where: { name in names.count { $0 == name } > 1 }) {
      throw .strategyTwice(name: twice)
    }
  }

  /// The growth from a depth.
  ///
  /// - Parameters:
  ///   - depth: How many layers there are.
  ///   - blockSize: How many neighbouring layers form a block.
  ///   - targetDepth: The depth to reach in the end; operators that go there at once need it.
  ///   - options: What else the operator is told; the strategy's place comes before theirs.
  ///   - optimizerState: What happens to the optimizer's slots.
  ///   - learningRate: What happens to the learning rate.
  /// - Returns: A growth to more layers.
  /// - Throws: ``GrowthError`` for settings the operator cannot follow.
  public func step(
    fromDepth depth: Int,
    blockSize: Int,
    targetDepth: Int? = nil,
    options: GrowthOptions = GrowthOptions(),
    optimizerState: OptimizerStatePolicy = .copy,
    learningRate: GrowthLearningRate = .global
  ) throws(GrowthError) -> GrowthStep {
    guard !growthOperator.worksOnTies else { throw .addsNoLayers(operatorName: name) }
    var options = options
    if let place {
      if growthOperator.name == GrowthOperator.copyAt.name {
        options.start = place
      } else {
        options.gap = place
      }
    }
    return try growthOperator.step(
      fromDepth: depth,
      blockSize: blockSize,
      targetDepth: targetDepth,
      options: options,
      optimizerState: optimizerState,
      learningRate: learningRate
    )
  }

  /// The growth between the depths of another one, and with its policies and its width.
  ///
  /// - Parameters:
  ///   - growth: The growth that this one stands in for.
  ///   - blockSize: How many layers form a block.
  ///   - options: What the operator is told besides.
  /// - Returns: A growth to the same depth.
  /// - Throws: ``GrowthError`` for a strategy that does not lead to the same depth.
  public func step(
    inPlaceOf growth: GrowthStep,
    blockSize: Int,
    options: GrowthOptions
  ) throws(GrowthError) -> GrowthStep {
    var step = try step(
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
    step.widening = growth.widening
    return step
  }
}
