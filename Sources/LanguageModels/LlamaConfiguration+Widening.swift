import Growing

extension LlamaConfiguration {
  /// The same model with larger sizes, and the growth that leads to it.
  ///
  /// New tokens get fresh rows whatever the operator, since copies of others would be tokens that
  /// cannot be told apart; the logits of the old tokens stay. A head's size stays, since rotary
  /// positions turn its elements in pairs whose angles depend on it.
  ///
  /// - Parameters:
  ///   - sizes: What to grow to.
  ///   - filling: How the new elements are filled.
  ///   - optimizerState: What happens to the optimizer's slots.
  /// - Returns: The larger model and the step.
  /// - Throws: `GrowthError` for a size that shrinks, that is beyond all bounds, or a number of heads
  ///   that key and value heads cannot follow.
  public func widened(
    to sizes: ModelSizes,
    by filling: WidthOperator,
    optimizerState: OptimizerStatePolicy = .copy
  ) throws(GrowthError) -> (configuration: LlamaConfiguration, step: WidthStep) {
    var grown = self
    grown.width = try Self.larger("width", width, sizes.width, limit: 1 << 20)
    grown.headCount = try Self.larger("headCount", headCount, sizes.headCount, limit: 1 << 16)
    grown.feedForwardWidth = try Self.larger(
      "feedForwardWidth",
      feedForwardWidth,
      sizes.feedForwardWidth,
      limit: 1 << 20
    )
    grown.vocabularySize = try Self.larger(
      "vocabularySize",
      vocabularySize,
      sizes.vocabularySize,
      limit: 1 << 24
    )
    grown.contextLength = try Self.larger(
      "contextLength",
      contextLength,
      sizes.contextLength,
      limit: 1 << 24
    )
    let group = headCount / keyValueHeadCount
    guard grown.headCount.isMultiple(of: group) else {
      throw .headsDoNotFit(headCount: grown.headCount, group: group)
    }
    grown.keepHeads(of: self)

    var maps: [ModelDimension: AxisMap] = [:]
    if grown.width > width {
      maps[.width] = filling.map(of: .width, from: width, to: grown.width)
    }
    if grown.headCount > headCount {
      let (old, new) = (keyValueHeadCount, grown.keyValueHeadCount)
      maps[.keyValueHeads] = filling.map(of: .keyValueHeads, from: old, to: new, unit: headSize)
      // The query heads of a group stay together, behind their key and value head.
      maps[.queryHeads] = filling.map(of: .queryHeads, from: old, to: new, unit: group * headSize)
    }
    if grown.feedForwardWidth > feedForwardWidth {
      maps[.feedForward] = filling.map(
        of: .feedForward,
        from: feedForwardWidth,
        to: grown.feedForwardWidth
      )
    }
    if grown.vocabularySize > vocabularySize {
      maps[.vocabulary] = .padding(vocabularySize, to: grown.vocabularySize)
    }
    let step = WidthStep(
      maps: maps,
      copiesNextLayer: filling == .nextLayer,
      optimizerState: optimizerState
    )
    return (grown, step)
  }

  private static func larger(
    _ name: String,
    _ old: Int,
    _ wanted: Int?,
    limit: Int
  ) throws(GrowthError) -> Int {
    guard let wanted else { return old }
    guard wanted >= old else { throw .cannotShrink(size: name, from: old, to: wanted) }
    guard wanted <= limit else { throw .tooWide(size: name, value: wanted, limit: limit) }
    return wanted
  }
}
