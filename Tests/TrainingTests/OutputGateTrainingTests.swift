import Arrays
import EspalierTestSupport
import Growing
import LanguageModels
import PJRT
import Recipes
import Tensors
import Testing

@testable import Training

/// What growths and training steps do with output gates in a state.
@Suite struct OutputGateTrainingTests {
  private static let gatesName = "layers.outputGates"

  private func step(
    _ state: DeviceState,
    _ execution: Llama.LayerExecution = .unrolled,
    accumulation: Int = 1,
    weightDecay: Double? = nil,
    schedulesGates: Bool = false
  ) throws -> TestTraining {
    let parity = try LlamaParity.shared()
    var settings = parity.optimizer
    if let weightDecay { settings.weightDecay = weightDecay }
    let step = TrainingStep(
      model: Llama(state.layout.configuration, layerExecution: execution),
      optimizer: settings,
      batchSize: parity.golden.batchSize,
      accumulation: accumulation,
      schedulesGates: schedulesGates
    )
    return try TestTraining(step, state: state)
  }

  private func refuseFresh(_ specification: ParameterSpecification, _ layer: Int) -> HostArray {
    Issue.record("layer \(layer) of \(specification.name) is a copy and not to be drawn")
    return HostArray(zeros: TensorType(.float32, specification.layerShape))
  }

  /// The golden model's state after a few steps and a growth: layers 0, 1 and a copy of 1.
  private func grown(by gates: GateGrowth?, steps: Int = 2) throws -> DeviceState {
    let parity = try LlamaParity.shared()
    var training = try parity.training()
    for number in 0..<steps { _ = try training.step([parity.batch(number)], rate: 1e-2) }
    var state = training.state
    try state.grow(by: growth(gates), fresh: refuseFresh)
    return state
  }

  private func growth(_ gates: GateGrowth?) throws -> GrowthStep {
    try GrowthStep(map: LayerMap(copying: [0, 1, 1], sourceDepth: 2)).gated(by: gates)
  }

  @Test func aGrowthBringsGatesAndTheirSlots() throws {
    for (gates, value) in [
      (GateGrowth.fixed(at: 0.25), Float(0.25)), (.trained(from: 0), 0), (.masked(steps: 4), 0),
    ] {
      let state = try grown(by: gates)
      let arrays = try state.arrays()
      #expect(state.layout.configuration.outputGates == gates.gates)
      #expect(state.layout.entries.map(\.type) == state.buffers.map(\.type))
      #expect(arrays[Self.gatesName]?.values(as: Float.self) == [1, 1, 1, 1, value, value])
      for moment in ["firstMoment", "secondMoment"] {
        let slot = try #require(arrays["\(moment).\(Self.gatesName)"])
        #expect(slot == HostArray(zeros: TensorType(.float32, [3, 2])))
      }
      // The layers have seen two updates, their gates none.
      #expect(arrays["steps.layers"] == HostArray([2, 2, 2] as [Int32]))
      #expect(
        arrays["steps.outputGates"]
          == (gates == .trained(from: 0) ? HostArray([0, 0, 0] as [Int32]) : nil)
      )
      let plain = try grown(by: nil).arrays()
      for (name, array) in plain { #expect(arrays[name] == array, "\(name)") }
    }
  }

  @Test func laterGrowthsCarryGatesAndFoldingDropsThem() throws {
    var state = try grown(by: .fixed(at: 0.5))
    let next = GrowthStep(
      map: try LayerMap(
        sourceDepth: 3,
        origins: [.copy(of: 0), .copy(of: 2), .fresh, .copy(of: 2)]
      )
    )
    let initializer = ParameterInitializer(seed: 1)
    try state.grow(by: next) { initializer.layer($1, of: $0) }
    let before = try state.arrays()
    #expect(before[Self.gatesName]?.values(as: Float.self) == [1, 1, 0.5, 0.5, 1, 1, 0.5, 0.5])
    let fold = try GrowthStep(map: .identity(depth: 4)).gated(by: .folded)
    try state.grow(by: fold, fresh: refuseFresh)
    #expect(state.layout.configuration.outputGates == nil)
    #expect(state.layout.entries.map(\.type) == state.buffers.map(\.type))
    let after = try state.arrays()
    #expect(Set(after.keys).isDisjoint(with: [Self.gatesName, "steps.outputGates"]))
    for (name, factors) in [
      ("layers.output", [1, 0.5, 1, 0.5]), ("firstMoment.layers.down", [1, 2, 1, 2]),
      ("secondMoment.layers.output", [1, 4, 1, 4]), ("layers.query", [1, 1, 1, 1]),
    ] as [(String, [Float])] {
      let (old, new) = (try #require(before[name]), try #require(after[name]))
      for (layer, factor) in factors.enumerated() {
        let expected = old.gatheringRows([layer]).values(as: Float.self).map { $0 * factor }
        #expect(new.gatheringRows([layer]).values(as: Float.self) == expected, "\(name) \(layer)")
      }
    }
    #expect(throws: GrowthError.nothingGated) {
      try state.grow(by: fold, fresh: refuseFresh)
    }
  }

  /// Gates that are held do not move, whatever the decay, and their gradient is not part of the norm.
  @Test(arguments: Llama.LayerExecution.allCases, [1, 2])
  func heldGatesStandStill(execution: Llama.LayerExecution, accumulation: Int) throws {
    let parity = try LlamaParity.shared()
    let state = try grown(by: .fixed(at: 0.75))
    let start = try state.arrays()
    var held = try step(state, execution, accumulation: accumulation, weightDecay: 0.5)
    let first = try held.step([parity.batch(0)], rate: 1e-2)
    _ = try held.step([parity.batch(1)], rate: 1e-2)
    let end = try held.state.arrays()
    #expect(end[Self.gatesName] == start[Self.gatesName])
    #expect(end["firstMoment.\(Self.gatesName)"] == start["firstMoment.\(Self.gatesName)"])
    #expect(end["layers.query"] != start["layers.query"])
    // Trained from the same values, the gates' own gradient is in the norm.
    var trained = try step(
      grown(by: .trained(from: 0.75)),
      execution,
      accumulation: accumulation,
      weightDecay: 0.5
    )
    let other = try trained.step([parity.batch(0)], rate: 1e-2)
    #expect(abs(other.loss - first.loss) < 1e-5)
    #expect(other.norm > first.norm * 1.001)
  }

  /// The first update of a new parameter by Adam is the learning rate, however long its layer has been trained;
  /// weight decay would take more.
  @Test func trainedGatesCountTheirOwnUpdates() throws {
    let parity = try LlamaParity.shared()
    var training = try step(grown(by: .trained(from: 0), steps: 6), weightDecay: 0.9)
    let start = try #require(try training.state.arrays()[Self.gatesName]).values(as: Float.self)
    _ = try training.step([parity.batch(7)], rate: 1e-2)
    let arrays = try training.state.arrays()
    let moved = try #require(arrays[Self.gatesName]).values(as: Float.self)
    for (before, after) in zip(start, moved) {
      #expect(abs(abs(after - before) - 1e-2) < 1e-4)
    }
    #expect(arrays["steps.outputGates"] == HostArray([1, 1, 1] as [Int32]))
    #expect(arrays["steps.layers"] == HostArray([7, 7, 7] as [Int32]))
  }

  /// A step runs with the gates it is given and leaves those it is told to: with gates of 0 the new layer is not
  /// there and gets no gradient, though an evaluation would find it half open.
  @Test(arguments: Llama.LayerExecution.allCases)
  func stepsRunWithScheduledGates(execution: Llama.LayerExecution) throws {
    let parity = try LlamaParity.shared()
    let growth = try growth(.dropIn(steps: 4))
    let steps = try (0..<40).map {
      try #require(growth.scheduledGates(ofStep: $0 + 1, growthStep: $0, seed: 9))
    }
    let closed = try #require(steps.first { $0.applied[2].attention == 0 })
    let open = try #require(steps.first { $0.applied[2].attention == 1 })

    // Without decay and memory, what has no gradient stays.
    let fresh = try grown(by: .dropIn(steps: 4), steps: 0)
    let start = try fresh.arrays()
    var training = try step(fresh, execution, weightDecay: 0, schedulesGates: true)
    let found = try training.step([parity.batch(3)], rate: 1e-2, gates: closed)
    let after = try training.state.arrays()
    #expect(after[Self.gatesName]?.values(as: Float.self) == [1, 1, 1, 1, 0.5, 0.5])
    for name in ["layers.query", "layers.down", "layers.feedForwardNorm"] {
      let (old, new) = (try #require(start[name]), try #require(after[name]))
      #expect(new.gatheringRows([2]) == old.gatheringRows([2]), "\(name)")
      #expect(new.gatheringRows([1]) != old.gatheringRows([1]), "\(name)")
    }
    var shallow = try parity.training(execution)
    let expected = try shallow.step([parity.batch(3)], rate: 1e-2)
    #expect(abs(found.loss - expected.loss) < 1e-5 * expected.loss)
    #expect(abs(found.norm - expected.norm) < 1e-4 * expected.norm)

    var whole = try step(
      grown(by: .dropIn(steps: 4), steps: 0),
      execution,
      schedulesGates: true
    )
    let withLayer = try whole.step([parity.batch(3)], rate: 1e-2, gates: open)
    var plain = try step(grown(by: nil, steps: 0), execution)
    let deep = try plain.step([parity.batch(3)], rate: 1e-2)
    #expect(abs(withLayer.loss - deep.loss) < 1e-5 * deep.loss)
    #expect(abs(deep.loss - expected.loss) > 1e-4)
  }
}
