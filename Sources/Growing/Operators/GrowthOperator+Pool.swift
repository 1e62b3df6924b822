extension GrowthOperator {
  /// The names in a text, with blanks or commas between them.
  ///
  /// - Parameter text: Names such as `midas copy-at:2 random`.
  /// - Returns: The names, which may be none of an operator's.
  public static func names(in text: String) -> [String] {
    text.split { $0.isWhitespace || $0 == "," }.map(String.init)
  }

  /// The operators that a text names, to choose from or to compare.
  ///
  /// - Parameter text: Names as ``names(in:)`` takes them.
  /// - Returns: At least two operators.
  /// - Throws: As ``named(_:)``, ``GrowthError/poolTooSmall(count:)`` or ``GrowthError/strategyTwice(name:)``.
  public static func pool(parsing text: String) throws(GrowthError) -> [GrowthOperator] {
    let pool = try names(in: text).map(named)
    try checkPool(pool.map(\.name))
    return pool
  }

  /// Checks that there is something to choose from.
  ///
  /// - Parameter names: The operators' names.
  /// - Throws: ``GrowthError/poolTooSmall(count:)`` or ``GrowthError/strategyTwice(name:)``.
  public static func checkPool(_ names: [String]) throws(GrowthError) {
    guard names.count > 1 else { throw .poolTooSmall(count: names.count) }
    if let twice = names.first(where: { name in names.count { $0 == name } > 1 }) {
      throw .strategyTwice(name: twice)
    }
  }

  /// The growth between the depths of another one, and with its policies and its width.
  ///
  /// - Parameters:
  ///   - growth: The growth that this one stands in for.
  ///   - blockSize: How many layers form a block.
  ///   - options: What the operator is told besides.
  /// - Returns: A growth to the same depth.
  /// - Throws: ``GrowthError`` for an operator that adds no layers or does not lead to the same depth.
  public func step(
    inPlaceOf growth: GrowthStep,
    blockSize: Int,
    options: GrowthOptions
  ) throws(GrowthError) -> GrowthStep {
    guard addsLayers else { throw .addsNoLayers(operatorName: name) }
    let step = try step(
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
    return step.widened(by: growth.widening)
  }
}
