import Arrays
import Growing
import Testing

@Suite struct GrowthStepTests {
  /// Survivor, fresh, survivor, copy of the first.
  private func step(_ policy: OptimizerStatePolicy) throws -> GrowthStep {
    GrowthStep(
      map: try LayerMap(
        sourceDepth: 2,
        origins: [.copy(of: 0), .fresh, .copy(of: 1), .copy(of: 0)]
      ),
      optimizerState: policy
    )
  }

  private let weight = NamedArray(
    "layers.norm",
    HostArray([1, 2, 3, 4] as [Float], shape: [2, 2])
  )

  private func refuseFresh(_ layer: Int) throws -> HostArray {
    Issue.record("no fresh row is needed, but layer \(layer) was asked for")
    return HostArray(zeros: TensorType(.float32, [2]))
  }

  @Test(arguments: OptimizerStatePolicy.allCases)
  func layeredWeightsAreGatheredAndFreshRowsFilled(policy: OptimizerStatePolicy) throws {
    var asked: [Int] = []
    let grown = try step(policy).grown(weight, role: .layeredWeight) { layer in
      asked.append(layer)
      return HostArray([70, 80] as [Float])
    }
    #expect(grown.name == "layers.norm")
    #expect(grown.array == HostArray([1, 2, 70, 80, 3, 4, 1, 2] as [Float], shape: [4, 2]))
    #expect(asked == [1])
  }

  @Test(
    arguments: [
      (OptimizerStatePolicy.copy, [1, 2, 0, 0, 3, 4, 1, 2]),
      (.resetCopies, [1, 2, 0, 0, 3, 4, 1, 2]), (.zeroNew, [1, 2, 0, 0, 3, 4, 0, 0]),
      (.clearAll, [0, 0, 0, 0, 0, 0, 0, 0]),
    ] as [(OptimizerStatePolicy, [Float])]
  )
  func slotsFollowThePolicy(policy: OptimizerStatePolicy, expected: [Float]) throws {
    let grown = try step(policy).grown(weight, role: .layeredOptimizerSlot, fresh: refuseFresh)
    #expect(grown.array == HostArray(expected, shape: [4, 2]))
  }

  @Test(
    arguments: [
      (OptimizerStatePolicy.copy, [7, 0, 9, 7]), (.resetCopies, [7, 0, 9, 7]),
      (.zeroNew, [7, 0, 9, 0]),
      (.clearAll, [0, 0, 0, 0]),
    ] as [(OptimizerStatePolicy, [Int32])]
  )
  func stepCountsAreSlotsLikeTheOthers(policy: OptimizerStatePolicy, expected: [Int32]) throws {
    let counts = NamedArray("layers.steps", HostArray([7, 9] as [Int32]))
    let grown = try step(policy).grown(counts, role: .layeredOptimizerSlot, fresh: refuseFresh)
    #expect(grown.array == HostArray(expected))
  }

  @Test func sharedTensorsStayAndOnlyClearAllEmptiesTheirSlots() throws {
    let shared = NamedArray("embedding", HostArray([1, 2, 3] as [Float]))
    for policy in OptimizerStatePolicy.allCases {
      let step = try step(policy)
      #expect(try step.grown(shared, role: .sharedWeight, fresh: refuseFresh) == shared)
      let slot = try step.grown(shared, role: .sharedOptimizerSlot, fresh: refuseFresh)
      let expected: [Float] = policy == .clearAll ? [0, 0, 0] : [1, 2, 3]
      #expect(slot.array == HostArray(expected))
      #expect(step.keepsSharedSlots == (policy != .clearAll))
      let kept = TensorRole.allCases.filter(step.keeps)
      let slots: [TensorRole] = policy == .clearAll ? [] : [.sharedOptimizerSlot]
      #expect(kept == [.sharedWeight] + slots)
    }
  }

  @Test(arguments: [Shape([3, 2]), Shape([]), Shape([0])])
  func tensorWithoutTheLayerAxisIsNamed(shape: Shape) throws {
    let tensor = NamedArray("layers.query", HostArray(zeros: TensorType(.float32, shape)))
    let step = try step(.copy)
    for role in [TensorRole.layeredWeight, .layeredOptimizerSlot] {
      #expect(
        throws: GrowthError.wrongLayerAxis(
          tensor: "layers.query",
          shape: shape.dimensions,
          layers: 2
        )
      ) {
        try step.grown(tensor, role: role, fresh: refuseFresh)
      }
    }
  }

  @Test func freshRowOfAnotherTypeIsRefused() throws {
    let step = try step(.copy)
    let error = #expect(throws: GrowthError.self) {
      try step.grown(weight, role: .layeredWeight) { _ in HostArray([1, 2, 3] as [Float]) }
    }
    #expect(
      error?.description
        == "layers.norm: the fresh row of layer 1 needs type float32[2]; got float32[3]"
    )
  }

  @Test func whatTheFreshClosureThrowsIsKept() throws {
    struct OutOfRows: Error {}
    let step = try step(.copy)
    #expect(throws: OutOfRows.self) {
      try step.grown(weight, role: .layeredWeight) { _ in throw OutOfRows() }
    }
  }

  @Test func emptyRowsGrowToo() throws {
    let tensor = NamedArray("empty", HostArray(zeros: TensorType(.float32, [2, 0, 3])))
    let grown = try step(.copy).grown(tensor, role: .layeredOptimizerSlot, fresh: refuseFresh)
    #expect(grown.array.shape == [4, 0, 3])
  }

  /// Growing and undoing the growth gives back every weight and, with copied slots, every slot.
  @Test(arguments: 0..<100)
  func growthAndItsInverseRestoreTheState(seed: Int) throws {
    var generator = SeededGenerator(seed: seed)
    let depth = Int.random(in: 1...6, using: &generator)
    let values = (0..<depth * 3).map { _ in Float.random(in: -1...1, using: &generator) }
    let tensor = NamedArray("w", HostArray(values, shape: [depth, 3]))
    let map = try randomGrowth(from: depth, using: &generator)
    let back = GrowthStep(map: try map.inverse())
    for policy in [OptimizerStatePolicy.copy, .zeroNew] {
      let forth = GrowthStep(map: map, optimizerState: policy)
      for role in [TensorRole.layeredWeight, .layeredOptimizerSlot] {
        let grown = try forth.grown(tensor, role: role) { _ in HostArray([9, 9, 9] as [Float]) }
        #expect(grown.array.shape == [map.depth, 3])
        #expect(try back.grown(grown, role: role, fresh: refuseFresh) == tensor)
      }
    }
  }

  /// Growing by two steps is growing by the composed one.
  @Test(arguments: 0..<100)
  func growingTwiceIsGrowingByTheComposition(seed: Int) throws {
    var generator = SeededGenerator(seed: seed)
    let tensor = NamedArray("w", HostArray((0..<8).map { Float($0) }, shape: [4, 2]))
    let first = try randomMap(from: 4, using: &generator)
    let second = try randomMap(from: first.depth, using: &generator)
    let row = HostArray([9, 9] as [Float])
    let once = try GrowthStep(map: first.composed(with: second))
      .grown(tensor, role: .layeredWeight) { _ in row }
    let between = try GrowthStep(map: first).grown(tensor, role: .layeredWeight) { _ in row }
    let twice = try GrowthStep(map: second).grown(between, role: .layeredWeight) { _ in row }
    #expect(once == twice)
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
}
