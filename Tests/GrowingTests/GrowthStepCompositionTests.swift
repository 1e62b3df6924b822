import Arrays
import Growing
import Testing

@Suite struct GrowthStepCompositionTests {
  /// A growth with decorations that compose.
  private func randomStep(
    from depth: Int,
    using generator: inout SeededGenerator
  ) throws -> GrowthStep {
    let map = try randomMap(from: depth, using: &generator)
    var decorations: [Int: [LayerDecoration]] = [:]
    for layer in 0..<map.depth {
      let choices: [[LayerDecoration]] = [
        [], [.zeroOutput], [.zeroNorm], [.scaledOutput(by: 0.5)],
        [.scaledOutput(by: 2), .scaledOutput(by: 0.25)],
      ]
      decorations[layer] = choices.randomElement(using: &generator)
    }
    return try GrowthStep(map: map, decorations: decorations)
  }

  /// Growing by two steps is growing by the composed one, whatever the tensor is.
  @Test(arguments: 0..<100)
  func growingTwiceIsGrowingByTheComposition(seed: Int) throws {
    var generator = SeededGenerator(seed: seed)
    let tensor = NamedArray("w", HostArray((1...8).map { Float($0) }, shape: [4, 2]))
    let first = try randomStep(from: 4, using: &generator)
    let second = try randomStep(from: first.map.depth, using: &generator)
    let composed = try first.composed(with: second)
    for role in TensorRole.allCases where role.isLayeredWeight || role == .layeredOptimizerSlot {
      let row = HostArray([16, 32] as [Float])
      let once = try composed.grown(tensor, role: role) { _ in row }
      let between = try first.grown(tensor, role: role) { _ in row }
      let twice = try second.grown(between, role: role) { _ in row }
      #expect(once == twice, "\(role)")
    }
  }

  /// An operator's growth, then the map back, gives every weight back that no decoration changed.
  @Test(
    arguments: GrowthOperator.all
      .filter { $0.preservation != .nearly && $0.addsLayers }.map(\.name)
      // These two resample all layers.
      .filter { ![GrowthOperator.linearMap.name, GrowthOperator.learnedMap.name].contains($0) }
  )
  func theMapBackUndoesAnOperator(name: String) throws {
    let tensor = NamedArray("w", HostArray((0..<8).map { Float($0) }, shape: [4, 2]))
    let step = try GrowthOperator.named(name).step(fromDepth: 4, blockSize: 2, targetDepth: 8)
    let back = try GrowthStep(map: step.map.inverse())
    for role in [TensorRole.layeredWeight, .layeredOutput, .layeredGain, .layeredOptimizerSlot] {
      let grown = try step.grown(tensor, role: role) { _ in HostArray([9, 9] as [Float]) }
      #expect(try back.grown(grown, role: role) { _ in HostArray([9, 9] as [Float]) } == tensor)
    }
  }

  @Test func whatHasNoCompositionIsRefused() throws {
    let first = try GrowthStep(
      map: LayerMap(copying: [0, 0], sourceDepth: 1),
      decorations: [1: [.noise(share: 1, seed: 0)]]
    )
    let moved = try GrowthStep(map: LayerMap(copying: [1, 0], sourceDepth: 2))
    let kept = try GrowthStep(map: LayerMap(copying: [0, 1], sourceDepth: 2))
    let blended = try GrowthStep(
      map: .identity(depth: 2),
      decorations: [0: [.blend(of: [LayerShare(layer: 1, weight: 1)])]]
    )
    let cleared = try kept.with(optimizerState: .clearAll)
    let rewarmed = try kept.with(learningRate: .rewarm(steps: 1))
    #expect(try first.composed(with: kept) == first)
    let gated = try kept.gated(by: .fixed(at: 1))
    for other in [moved, blended, cleared, rewarmed, gated, first] {
      let error = #expect(throws: GrowthError.self) { try first.composed(with: other) }
      #expect(error?.description.contains("\n") == false)
    }
  }
}
