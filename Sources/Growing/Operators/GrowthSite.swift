/// What an operator works on: the layers between the protected ones, with the options for them.
public struct GrowthSite: Hashable, Sendable {
  /// The operator's name, for messages.
  public let operatorName: String
  /// How many layers there are between the protected ones; at least the operator's
  /// ``GrowthOperator/minimumDepth``.
  public let depth: Int
  /// How many neighbouring layers form a block; at least one.
  public let blockSize: Int
  /// How many layers there shall be between the protected ones in the end, if that is known.
  public let targetDepth: Int?
  /// The options; ``GrowthOptions/start`` and ``GrowthOptions/gap`` count from the first layer that is
  /// not protected.
  public let options: GrowthOptions

  init(
    operatorName: String,
    wholeDepth: Int,
    minimumDepth: Int = 1,
    blockSize: Int,
    wholeTarget: Int?,
    options: GrowthOptions
  ) throws(GrowthError) {
    let (first, last) = (options.protectedFirst, options.protectedLast)
    guard wholeDepth >= 0 else { throw .negativeDepth(wholeDepth) }
    guard wholeDepth >= minimumDepth else { throw .nothingToCopy(operatorName: operatorName) }
    guard blockSize > 0 else { throw .notPositive(setting: "block size", value: blockSize) }
    guard first >= 0, last >= 0, first <= wholeDepth - minimumDepth,
      last <= wholeDepth - minimumDepth - first
    else {
      throw .nothingToGrow(depth: wholeDepth, protectedFirst: first, protectedLast: last)
    }
    self.operatorName = operatorName
    self.blockSize = blockSize
    depth = wholeDepth - first - last
    targetDepth = wholeTarget.map { $0 - first - last }
    var inner = options
    inner.start = options.start.map { $0 - first }
    inner.gap = options.gap.map { $0 - first }
    self.options = inner
  }

  /// The growth of the whole network: the protected layers around an operator's growth.
  func wrapped(
    _ inner: GrowthStep,
    _ optimizerState: OptimizerStatePolicy,
    _ learningRate: GrowthLearningRate
  ) throws(GrowthError) -> GrowthStep {
    let (first, last) = (options.protectedFirst, options.protectedLast)
    let origins =
      (0..<first).map { LayerMap.Origin.copy(of: $0) }
      + inner.map.origins.map { $0.shifted(by: first) }
      + (first + depth..<first + depth + last).map { .copy(of: $0) }
    var decorations: [Int: [LayerDecoration]] = [:]
    for (layer, list) in inner.decorations {
      decorations[layer + first] = list.map { $0.shifted(by: first) }
    }
    return try GrowthStep(
      map: LayerMap(sourceDepth: first + depth + last, origins: origins),
      decorations: decorations,
      mapLearning: inner.mapLearning,
      optimizerState: optimizerState,
      learningRate: learningRate
    ).gated(by: inner.gates)
  }
}

extension GrowthSite {
  /// A growth by a list of sources.
  ///
  /// - Parameters:
  ///   - sources: For each new layer, the old layer it is copied from.
  ///   - decorations: What is done to layers of the grown network.
  /// - Returns: The growth.
  /// - Throws: ``GrowthError/originOutOfRange(layer:source:sourceDepth:)``.
  public func copying(
    _ sources: [Int],
    decorations: [Int: [LayerDecoration]] = [:]
  ) throws(GrowthError) -> GrowthStep {
    try GrowthStep(
      map: LayerMap(copying: sources, sourceDepth: depth),
      decorations: decorations
    )
  }

  /// All old layers in order, with some layers put in.
  ///
  /// - Parameters:
  ///   - inserted: Where the layers that are put in come from.
  ///   - gap: The old layer before which they are put; ``depth`` for the top.
  ///   - decorations: What is done to every layer that is put in.
  /// - Returns: The growth.
  /// - Throws: ``GrowthError/gapOutOfRange(operatorName:gap:depth:)`` or
  ///   ``GrowthError/originOutOfRange(layer:source:sourceDepth:)``.
  public func inserting(
    _ inserted: [LayerMap.Origin],
    at gap: Int,
    decorations: [LayerDecoration] = []
  ) throws(GrowthError) -> GrowthStep {
    guard (0...depth).contains(gap) else {
      throw .gapOutOfRange(operatorName: operatorName, gap: gap, depth: depth)
    }
    let kept = (0..<depth).map { LayerMap.Origin.copy(of: $0) }
    let new = (gap..<gap + inserted.count).map { ($0, decorations) }
    return try GrowthStep(
      map: LayerMap(sourceDepth: depth, origins: kept[..<gap] + inserted + kept[gap...]),
      decorations: decorations.isEmpty ? [:] : Dictionary(uniqueKeysWithValues: new)
    )
  }

  /// The old layers of a block, as origins.
  ///
  /// - Parameter start: The block's first layer.
  /// - Returns: ``blockSize`` copies.
  /// - Throws: ``GrowthError/blockOutOfRange(operatorName:start:blockSize:depth:)``.
  public func block(from start: Int) throws(GrowthError) -> [LayerMap.Origin] {
    guard start >= 0, blockSize <= depth, start <= depth - blockSize else {
      throw .blockOutOfRange(
        operatorName: operatorName,
        start: start,
        blockSize: blockSize,
        depth: depth
      )
    }
    return (start..<start + blockSize).map { .copy(of: $0) }
  }

  /// The layer behind the middle block: with `n` blocks, `ceil(n / 2)` blocks from the first layer.
  ///
  /// - Returns: A multiple of the block size.
  /// - Throws: ``GrowthError/depthNotMultipleOfBlock(depth:blockSize:)``.
  public func middleBlockEnd() throws(GrowthError) -> Int {
    (try blockCount() + 1) / 2 * blockSize
  }

  /// All old layers in order, with a copy of the middle block behind it, as MIDAS makes one.
  ///
  /// - Parameter decorations: What is done to every layer of the copy.
  /// - Returns: The growth.
  /// - Throws: ``GrowthError/depthNotMultipleOfBlock(depth:blockSize:)``.
  func copyingMiddleBlock(
    decorations: [LayerDecoration] = []
  ) throws(GrowthError) -> GrowthStep {
    let end = try middleBlockEnd()
    return try inserting(block(from: end - blockSize), at: end, decorations: decorations)
  }

  /// How many whole blocks there are.
  ///
  /// - Returns: At least 1.
  /// - Throws: ``GrowthError/depthNotMultipleOfBlock(depth:blockSize:)``.
  public func blockCount() throws(GrowthError) -> Int {
    guard depth.isMultiple(of: blockSize) else {
      throw .depthNotMultipleOfBlock(depth: depth, blockSize: blockSize)
    }
    return depth / blockSize
  }

  /// The depth to reach, for operators that go there at once.
  ///
  /// - Returns: More than ``depth``.
  /// - Throws: ``GrowthError/targetNeeded(operatorName:)`` or ``GrowthError/targetTooSmall(depth:target:)``.
  public func checkedTarget() throws(GrowthError) -> Int {
    guard let targetDepth else { throw .targetNeeded(operatorName: operatorName) }
    guard targetDepth > depth else { throw .targetTooSmall(depth: depth, target: targetDepth) }
    guard targetDepth <= GrowthPlan.depthLimit else {
      throw .tooDeep(limit: GrowthPlan.depthLimit)
    }
    return targetDepth
  }
}

extension LayerMap.Origin {
  fileprivate func shifted(by count: Int) -> LayerMap.Origin {
    switch self {
    case .copy(let source): .copy(of: source + count)
    case .fresh: .fresh
    }
  }
}

extension LayerDecoration {
  fileprivate func shifted(by count: Int) -> LayerDecoration {
    guard case .blend(let shares) = self else { return self }
    return .blend(of: shares.map { LayerShare(layer: $0.layer + count, weight: $0.weight) })
  }
}
