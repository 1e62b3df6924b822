import Growing

extension LlamaConfiguration {
  /// Every setting with its name in messages.
  private static let fields: [(name: String, value: @Sendable (LlamaConfiguration) -> String)] = [
    ("layers", { "\($0.appliedLayerCount)" }),
    ("model.width", { "\($0.width)" }),
    ("model.headCount", { "\($0.headCount)" }),
    ("model.keyValueHeadCount", { "\($0.keyValueHeadCount)" }),
    ("model.headSize", { "\($0.headSize)" }),
    ("model.feedForwardWidth", { "\($0.feedForwardWidth)" }),
    ("vocabulary size", { "\($0.vocabularySize)" }),
    ("model.contextLength", { "\($0.contextLength)" }),
    ("model.tiedEmbedding", { "\($0.tiesEmbedding)" }),
    ("model.ropeBase", { "\($0.ropeBase)" }),
    ("model.normEpsilon", { "\($0.normEpsilon)" }),
    ("model.attentionBias", { $0.attentionBias?.rawValue ?? "none" }),
    ("model.queryKeyNorm", { $0.queryKeyNorm?.rawValue ?? "none" }),
    ("model.ropeScaling", { $0.ropeScaling?.description ?? "none" }),
    ("model.slidingWindow", { $0.slidingWindow.map { "\($0)" } ?? "null" }),
    ("output gates", { $0.outputGates?.rawValue ?? "none" }),
    ("layer order", { "\($0.layerOrder ?? [])" }),
    ("residual scales", { "\($0.residualScales ?? [])" }),
  ]

  /// In what this model differs from another: settings, by their names in recipes where they have one, with
  /// what this model has and what the other has.
  public func differences(
    from other: LlamaConfiguration
  ) -> [(field: String, found: String, expected: String)] {
    Self.fields.map { ($0.name, $0.value(self), $0.value(other)) }.filter { $0.1 != $0.2 }
  }

  /// The first property that cannot be, as in a file that was changed, and what is wrong with it.
  ///
  /// The upper limits keep all sizes that follow from these inside 64 bits.
  public var firstProblem: (property: String, reason: String)? {
    let sizes: [(String, Int, ClosedRange<Int>)] = [
      // A model that grows can begin without layers.
      ("layerCount", layerCount, 0...1 << 16),
      ("width", width, 1...1 << 20),
      ("headCount", headCount, 1...1 << 20),
      ("keyValueHeadCount", keyValueHeadCount, 1...1 << 20),
      ("feedForwardWidth", feedForwardWidth, 1...1 << 20),
      ("vocabularySize", vocabularySize, 1...1 << 24),
      ("contextLength", contextLength, 1...1 << 24),
      ("ownHeadSize", ownHeadSize ?? 1, 1...1 << 16),
      ("slidingWindow", slidingWindow ?? 1, 1...1 << 24),
    ]
    for (property, size, range) in sizes where !range.contains(size) {
      return (
        property, "needs a number from \(range.lowerBound) to \(range.upperBound); got \(size)"
      )
    }
    guard ownHeadSize != nil || width.isMultiple(of: headCount),
      headCount.isMultiple(of: keyValueHeadCount)
    else {
      return (
        "headCount",
        "needs to divide the width and to be a multiple of keyValueHeadCount; got \(headCount)"
      )
    }
    if let residualScales {
      guard residualScales.count == layerCount, residualScales.allSatisfy(\.isFinite) else {
        return ("residualScales", "needs \(layerCount) finite numbers; got \(residualScales)")
      }
    }
    if let problem = ropeScaling?.problem { return ("ropeScaling", problem) }
    guard let layerOrder else { return nil }
    do throws(GrowthError) {
      try LayerTying.check(layerOrder, storedLayers: layerCount)
      return nil
    } catch {
      return ("layerOrder", "\(error)")
    }
  }
}
