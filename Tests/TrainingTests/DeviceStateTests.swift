import Arrays
import EspalierTestSupport
import Growing
import LanguageModels
import PJRT
import Recipes
import Testing

@testable import Training

/// A training state on the device: how it starts and how it grows.
@Suite struct DeviceStateTests {
  private static let configuration = LlamaConfiguration(
    layerCount: 2,
    width: 8,
    headCount: 2,
    feedForwardWidth: 5,
    vocabularySize: 7,
    contextLength: 4,
    tiesEmbedding: false
  )

  /// A state in which every number differs from every other.
  private func countingState(_ rule: Recipe.Optimizer.Rule = .adamW) throws -> DeviceState {
    var next = 0
    let layout = StateLayout(
      configuration: Self.configuration,
      optimizer: Recipe.Optimizer(kind: rule)
    )
    return try DeviceState(layout: layout, devices: TestTraining.devices()) { entry in
      let numbers = (next..<next + entry.type.shape.elementCount)
      next = numbers.upperBound
      return entry.type.elementType == .int32
        ? HostArray(numbers.map(Int32.init), shape: entry.type.shape)
        : HostArray(numbers.map(Float.init), shape: entry.type.shape)
    }
  }

  private func refuseFresh(_ specification: ParameterSpecification, _ layer: Int) -> HostArray {
    Issue.record("layer \(layer) of \(specification.name) is a copy and not to be drawn")
    return HostArray(zeros: TensorType(.float32, specification.layerShape))
  }

  /// Compares a grown state with the one before, row by row.
  private func expectRows(
    of grown: [String: HostArray],
    from old: [String: HostArray],
    _ layout: StateLayout,
    weights: [Int?],
    slots: [Int?],
    keepsSharedSlots: Bool = true
  ) throws {
    for entry in layout.entries {
      let before = try #require(old[entry.name])
      let after = try #require(grown[entry.name])
      let zeros = HostArray(zeros: after.type)
      #expect(after.type == entry.type)
      switch entry.role {
      case .sharedWeight: #expect(after == before, "\(entry.name)")
      case .sharedOptimizerSlot:
        #expect(after == (keepsSharedSlots ? before : zeros), "\(entry.name)")
      default:
        let sources = entry.role.isLayeredWeight ? weights : slots
        for (layer, source) in sources.enumerated() {
          let expected = source.map { before.gatheringRows([$0]) } ?? zeros.gatheringRows([layer])
          #expect(after.gatheringRows([layer]) == expected, "\(entry.name), layer \(layer)")
        }
      }
    }
  }

  @Test("A new state holds the drawn parameters and an optimizer that has seen nothing")
  func newStateHoldsDrawnParameters() throws {
    let state = try DeviceState(
      initializing: Self.configuration,
      optimizer: Recipe.Optimizer(),
      finalLayerCount: 6,
      seed: 11,
      devices: TestTraining.devices()
    )
    let arrays = try state.arrays()
    let initializer = ParameterInitializer(seed: 11)
    for specification in Self.configuration.parameterSpecifications(finalLayerCount: 6) {
      #expect(arrays[specification.name] == initializer.array(for: specification))
    }
    for entry in state.layout.optimizerEntries {
      #expect(arrays[entry.name] == HostArray(zeros: entry.type))
    }
    #expect(state.layout.entries.map(\.type) == state.buffers.map(\.type))
    #expect(state.modelBuffers.count == 12)
  }

  @Test(
    "Weights follow the map, and the optimizer's slots follow the policy",
    arguments: Recipe.Optimizer.Rule.allCases,
    [
      (.copy, [0, 1, 1, 0], true), (.resetCopies, [0, 1, 1, 0], true),
      (.zeroNew, [0, 1, nil, nil], true),
      (.clearAll, [nil, nil, nil, nil], false),
    ] as [(OptimizerStatePolicy, [Int?], Bool)]
  )
  func growthFollowsTheMap(
    _ rule: Recipe.Optimizer.Rule,
    _ growth: (policy: OptimizerStatePolicy, slots: [Int?], keepsSharedSlots: Bool)
  ) throws {
    let (policy, slots, keepsSharedSlots) = growth
    var state = try countingState(rule)
    let old = try state.arrays()
    let map = try LayerMap(copying: [0, 1, 1, 0], sourceDepth: 2)
    try state.grow(
      by: GrowthStep(map: map, optimizerState: policy),
      fresh: refuseFresh
    )
    #expect(state.layout.configuration == Self.configuration.withLayers(4))
    #expect(state.buffers.map(\.type) == state.layout.entries.map(\.type))
    try expectRows(
      of: state.arrays(),
      from: old,
      state.layout,
      weights: [0, 1, 1, 0],
      slots: slots,
      keepsSharedSlots: keepsSharedSlots
    )
  }

  @Test("Fresh layers are drawn once for each parameter, and their slots are zero")
  func freshLayersAreDrawn() throws {
    var state = try countingState()
    let old = try state.arrays()
    let initializer = ParameterInitializer(seed: 5)
    let layered = Self.configuration.parameterSpecifications(finalLayerCount: 4)
      .filter(\.isLayered)
    var asked: [String] = []
    let map = try LayerMap(
      sourceDepth: 2,
      origins: [.fresh, .copy(of: 1), .fresh, .copy(of: 0)]
    )
    try state.grow(by: GrowthStep(map: map)) { specification, layer in
      asked.append("\(specification.name) \(layer)")
      return initializer.layer(10 + layer, of: specification)
    }
    #expect(asked == layered.flatMap { ["\($0.name) 0", "\($0.name) 2"] })
    var grown = try state.arrays()
    for specification in layered {
      let array = try #require(grown[specification.name])
      for layer in [0, 2] {
        var row = HostArray(
          zeros: TensorType(.float32, Shape([1] + specification.layerShape.dimensions))
        )
        row.replaceRow(0, with: initializer.layer(10 + layer, of: specification))
        #expect(array.gatheringRows([layer]) == row, "\(specification.name), layer \(layer)")
        grown[specification.name]?.replaceRow(
          layer,
          with: HostArray(zeros: TensorType(.float32, specification.layerShape))
        )
      }
    }
    try expectRows(
      of: grown,
      from: old,
      state.layout,
      weights: [nil, 1, nil, 0],
      slots: [nil, 1, nil, 0]
    )
  }

  @Test("The inverse map gives the state back, buffer by buffer")
  func inverseMapGivesTheStateBack() throws {
    var state = try countingState()
    let old = try state.arrays()
    let map = try LayerMap(
      sourceDepth: 2,
      origins: [.copy(of: 1), .fresh, .copy(of: 0), .copy(of: 1)]
    )
    try state.grow(by: GrowthStep(map: map)) { specification, _ in
      HostArray(repeating: -1, type: TensorType(.float32, specification.layerShape))
    }
    #expect(try state.arrays() != old)
    try state.grow(by: GrowthStep(map: map.inverse()), fresh: refuseFresh)
    #expect(try state.arrays() == old)
    #expect(state.layout.configuration == Self.configuration)
  }

  @Test("A growth to the same depth moves weights and slots alike")
  func growthToTheSameDepthMovesLayers() throws {
    var state = try countingState()
    let old = try state.arrays()
    let step = GrowthStep(map: try LayerMap(copying: [1, 0], sourceDepth: 2))
    try state.grow(by: step, fresh: refuseFresh)
    try expectRows(of: state.arrays(), from: old, state.layout, weights: [1, 0], slots: [1, 0])
  }

  @Test("Growing leaves the buffers of shared tensors where they are")
  func sharedTensorsAreNotMoved() throws {
    var state = try countingState()
    let before = state.buffers
    let step = GrowthStep(map: try LayerMap(copying: [0, 1, 1], sourceDepth: 2))
    try state.grow(by: step, fresh: refuseFresh)
    let shared: [TensorRole] = [.sharedWeight, .sharedOptimizerSlot]
    for (index, entry) in state.layout.entries.enumerated() {
      #expect(
        (state.buffers[index] === before[index]) == shared.contains(entry.role),
        "\(entry.name)"
      )
    }
  }

  @Test("Each buffer is freed before its successor is made")
  func buffersAreFreedOneByOne() throws {
    struct Reference { weak var buffer: Buffer? }
    var state = try countingState()
    let names = state.layout.entries.map(\.name)
    let old = state.buffers.map { Reference(buffer: $0) }
    let map = try LayerMap(sourceDepth: 2, origins: [.copy(of: 0), .fresh, .copy(of: 1)])
    var asked = 0
    try state.grow(by: GrowthStep(map: map)) { specification, _ in
      asked += 1
      if let index = names.firstIndex(of: specification.name) {
        #expect(old[index].buffer == nil, "\(specification.name)")
      }
      return HostArray(zeros: TensorType(.float32, specification.layerShape))
    }
    #expect(asked == 9)
  }

  @Test("A growth of another depth is refused")
  func growthOfAnotherDepthIsRefused() throws {
    var state = try countingState()
    let step = GrowthStep(map: .identity(depth: 3))
    #expect(throws: GrowthError.self) {
      try state.grow(by: step, fresh: refuseFresh)
    }
  }
}
