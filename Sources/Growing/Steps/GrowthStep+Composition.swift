extension GrowthStep {
  /// This growth, then another one, as a single growth.
  ///
  /// - Parameter next: A growth from this one's depth with the same policies.
  /// - Returns: The growth from this one's source to the depth of `next`. Weights come out as by doing
  ///   one after the other; so do slots, except under ``OptimizerStatePolicy/zeroNew``, where a layer
  ///   that is new by either growth may survive the composition.
  /// - Throws: ``GrowthError/depthsDoNotMeet(first:next:)``, or ``GrowthError/cannotCompose(reason:)``
  ///   where no single growth does the same.
  public func composed(with next: GrowthStep) throws(GrowthError) -> GrowthStep {
    let map = try map.composed(with: next.map)
    guard next.optimizerState == optimizerState else {
      throw .cannotCompose(
        reason: "one has the optimizer state \(optimizerState.rawValue), the other "
          + next.optimizerState.rawValue
      )
    }
    guard widening == nil, next.widening == nil else {
      throw .cannotCompose(reason: "one grows in width")
    }
    guard next.learningRate == learningRate else {
      throw .cannotCompose(reason: "they treat the learning rate differently")
    }
    guard mapLearning == nil, next.mapLearning == nil else {
      throw .cannotCompose(reason: "one has a layer map that is still to be learnt")
    }
    guard gates == nil, next.gates == nil else {
      throw .cannotCompose(reason: "one of them changes output gates")
    }
    var composed: [Int: [LayerDecoration]] = [:]
    for (layer, source) in next.map.sources.enumerated() {
      let own = next.decorations[layer] ?? []
      // The noise of a layer depends on its place and a blend on the layers before it, so both must
      // find them as they were.
      let isBlended = own.contains { if case .blend = $0 { true } else { false } }
      guard !isBlended else {
        throw .cannotCompose(reason: "layer \(layer) of the second is a blend")
      }
      let inherited = source.map { decorations[$0] ?? [] } ?? []
      let isNoisy = inherited.contains { if case .noise = $0 { true } else { false } }
      guard !isNoisy || source == layer else {
        throw .cannotCompose(reason: "layer \(layer) of the second copies one with noise")
      }
      composed[layer] = inherited + own
    }
    return try GrowthStep(
      map: map,
      decorations: composed,
      layerOrder: next.layerOrder,
      optimizerState: optimizerState,
      learningRate: learningRate
    )
  }
}
