extension GrowthPlan {
  /// Width, heads and feed-forward width of a stage.
  ///
  /// - Parameter stage: The index of a stage, from 0.
  /// - Returns: The sizes, or nil where no growth of the plan changes them.
  public func sizes(inStage stage: Int) -> ModelSizes? {
    precondition(stages.indices.contains(stage), "stage \(stage) of \(stages.count)")
    guard let firstSizes else { return nil }
    return growths[..<stage].reduce(firstSizes) { sizes, growth in
      growth.widening.map { $0.sizes.filled(from: sizes) } ?? sizes
    }
  }

  /// Checks that each growth in width makes something wider and nothing narrower.
  func checkSizes() throws(GrowthError) {
    for (index, growth) in growths.enumerated() {
      guard let widening = growth.widening else { continue }
      guard let before = sizes(inStage: index), let after = sizes(inStage: index + 1) else {
        throw .firstSizesNeeded
      }
      guard after.vocabularySize == nil, after.contextLength == nil else {
        throw .onlyWidthGrows(sizes: "\(widening.sizes)")
      }
      try after.checkGrowing(from: before)
      guard after != before else { throw .nothingWidens(sizes: "\(widening.sizes)") }
    }
  }
}
