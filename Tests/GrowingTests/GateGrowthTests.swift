import Arrays
import Foundation
import Growing
import Testing

/// Output gates as growths see them: schedules, kinds, plans.
@Suite struct GateGrowthTests {
  private func gates(_ gates: GateGrowth, after count: Int) -> [Double] {
    gates.newLayerGates(afterSteps: count).values
  }

  @Test func rampsHaveTheirValues() {
    let annealed = (0...5).map { gates(.annealed(steps: 4), after: $0)[0] }
    #expect(annealed == [0, 0.25, 0.5, 0.75, 1, 1])
    // The feed-forward part has the larger half of an odd number of steps.
    let masked = (0...6).map { gates(.masked(steps: 5), after: $0) }
    let thirds = [0, 1.0 / 3, 2.0 / 3, 1, 1, 1, 1]
    #expect(masked.map { $0[1] } == thirds)
    #expect(masked.map { $0[0] } == [0, 0, 0, 0, 0.5, 1, 1])
    #expect((0...1).map { gates(.masked(steps: 1), after: $0) } == [[0, 0], [1, 1]])
    #expect(gates(.fixed(at: 0.3), after: 9) == [0.3, 0.3])
    #expect(gates(.trained(from: 0), after: 0) == [0, 0])
  }

  /// Whatever its length, a ramp begins at 0, never falls, and ends at exactly 1.
  @Test(arguments: [1, 2, 3, 7, 10, 49, 1000])
  func rampsEndAtExactlyOne(steps: Int) {
    for ramp in [GateGrowth.annealed(steps: steps), .masked(steps: steps), .dropIn(steps: steps)] {
      #expect(gates(ramp, after: 0) == [0, 0])
      #expect(gates(ramp, after: steps) == [1, 1])
      for count in 0..<steps {
        let (now, next) = (gates(ramp, after: count), gates(ramp, after: count + 1))
        #expect(zip(now, next).allSatisfy { 0 <= $0 && $0 <= $1 && $1 <= 1 })
        #expect(now != [1, 1])
      }
    }
  }

  private func step(_ name: String, _ options: GrowthOptions = GrowthOptions()) throws -> GrowthStep
  {
    try GrowthOperator.named(name).step(fromDepth: 4, blockSize: 2, options: options)
  }

  @Test func schedulesSetTheGatesOfNewLayers() throws {
    let annealed = try step("annealed-gate", GrowthOptions(gateSteps: 8))
    #expect(annealed.map.description == "[0 1 0 1 2 3]")
    #expect(annealed.gates == .annealed(steps: 8))
    let gates = try #require(annealed.scheduledGates(ofStep: 105, growthStep: 100, seed: 1))
    #expect(gates.isSet == [false, false, true, true, false, false])
    // Step 105 is the sixth after the growth.
    #expect(gates.applied[2] == LayerGates(both: 0.75))
    #expect(gates.applied == gates.stored)
    for name in ["midas", "fixed-gate", "trained-gate"] {
      #expect(try step(name).scheduledGates(ofStep: 0, growthStep: 0, seed: 1) == nil)
    }
    let protected = try GrowthOperator.fixedGate.step(
      fromDepth: 4,
      blockSize: 2,
      options: GrowthOptions(scale: 0.25, protectedFirst: 1, protectedLast: 1)
    )
    #expect(protected.gates == .fixed(at: 0.25))
    #expect(protected.map.description == "[0 1 2 1 2 3]")
  }

  /// Each step and layer has a draw of its own, which depends on seed, step and layer alone, and layers are
  /// there as often as their probability says.
  @Test func layersDropInByTheirProbability() throws {
    let steps = 4000
    let dropIn = try step("drop-in", GrowthOptions(gateSteps: steps))
    func draw(_ step: Int, seed: UInt64 = 3) throws -> ScheduledGates {
      try #require(dropIn.scheduledGates(ofStep: step, growthStep: 50, seed: seed))
    }
    var (counts, both) = ([0, 0], 0)
    for step in 50..<50 + steps {
      let gates = try draw(step)
      let probability = Double(step - 49) / Double(steps)
      #expect(gates.stored[2] == LayerGates(both: probability))
      let active = [2, 3].map { gates.applied[$0] }
      #expect(active.allSatisfy { $0 == LayerGates(both: 0) || $0 == LayerGates(both: 1) })
      let isActive = active.map { $0.attention == 1 }
      for layer in 0..<2 where isActive[layer] { counts[layer] += 1 }
      if isActive == [true, true] { both += 1 }
    }
    // Sums of independent draws: a half and, of both at once, a third of all, within five deviations.
    let half = Double(steps) / 2
    for count in counts {
      #expect(abs(Double(count) - half) < 5 * (Double(steps) / 6).squareRoot())
    }
    #expect(abs(Double(both) - Double(steps) / 3) < 5 * (Double(steps) * 2 / 15).squareRoot())
    #expect(try draw(50 + steps - 1).applied[2...3] == [LayerGates(both: 1), LayerGates(both: 1)])
    #expect(try draw(77) == draw(77))
    let others = try (2000..<2100).filter { try draw($0).applied != draw($0, seed: 4).applied }
    #expect(others.count > 20)
  }

  @Test func stepsWithGatesReadBackAndOthersAreWrittenAsBefore() throws {
    for name in GrowthOperator.all.filter(\.setsGates).map(\.name) {
      let step = try step(name)
      let data = try JSONEncoder().encode(step)
      #expect(try JSONDecoder().decode(GrowthStep.self, from: data) == step)
    }
    let plain = String(decoding: try JSONEncoder().encode(try step("midas")), as: UTF8.self)
    #expect(!plain.contains("gates"))
    let broken = #"{"map":{"sourceDepth":1,"origins":[0,0]},"optimizerState":"copy","gates":"#
    for gates in [#"{"annealed":{"steps":0}}"#, #"{"masked":{"steps":-3}}"#] {
      #expect(throws: (any Error).self) {
        try JSONDecoder().decode(GrowthStep.self, from: Data((broken + gates + "}").utf8))
      }
    }
  }

  /// Gates of old layers follow the map, those of new ones begin as the step says, and fresh layers' with what
  /// they are drawn at unless it does.
  @Test func gatesAreGrown() throws {
    let old = NamedArray("gates", HostArray([0.5, 0.25, 0.75, 2] as [Float], shape: [2, 2]))
    let map = try LayerMap(
      sourceDepth: 2,
      origins: [.copy(of: 0), .copy(of: 0), .fresh, .copy(of: 1)]
    )
    func grown(_ gates: GateGrowth?) throws -> [Float] {
      try GrowthStep(map: map).gated(by: gates).grown(old, role: .layeredGate) { _ in
        HostArray([1, 1] as [Float])
      }.array.values()
    }
    #expect(try grown(nil) == [0.5, 0.25, 0.5, 0.25, 1, 1, 0.75, 2])
    #expect(try grown(.fixed(at: 0.125)) == [0.5, 0.25, 0.125, 0.125, 0.125, 0.125, 0.75, 2])
    #expect(try grown(.dropIn(steps: 3)) == [0.5, 0.25, 0, 0, 0, 0, 0.75, 2])
    // Noise is for matrices.
    let noisy = try GrowthStep(map: map, decorations: [1: [.noise(share: 1, seed: 0)]])
    let kept = try noisy.grown(old, role: .layeredGate) { _ in HostArray([1, 1] as [Float]) }
    #expect(kept.array.values(as: Float.self).prefix(4) == [0.5, 0.25, 0.5, 0.25])
  }

  @Test func foldingMultipliesGatesIn() {
    let folding = GateFolding(gates: HostArray([0.5, 2, 0, 1] as [Float], shape: [2, 2]))
    let tensor = NamedArray("w", HostArray([1, 2, 3, 4] as [Float], shape: [2, 2]))
    func folded(_ sublayer: Sublayer, _ quantity: WidthStep.Quantity) -> [Float] {
      folding.folded(tensor, of: sublayer, quantity: quantity).array.values()
    }
    #expect(folded(.attention, .weight) == [0.5, 1, 0, 0])
    #expect(folded(.feedForward, .weight) == [2, 4, 3, 4])
    #expect(folded(.attention, .gradient) == [2, 4, 0, 0])
    #expect(folded(.feedForward, .squaredGradient) == [0.25, 0.5, 3, 4])
  }

  private func plan(
    _ sequence: String,
    to depth: Int,
    steps: Int = 300,
    gateSteps: Int = 10
  ) throws -> GrowthPlan {
    try GrowthMethod.sequence(parsing: sequence).plan(
      GrowthSettings(
        finalDepth: depth,
        blockSize: 1,
        totalSteps: steps,
        options: GrowthOptions(gateSteps: gateSteps)
      )
    )
  }

  @Test func plansKnowTheGatesOfTheirStages() throws {
    let sequence = "midas annealed-gate midas drop-in fold-gates midas trained-gate loop-unroll"
    let plan = try plan(sequence, to: 14, steps: 900)
    #expect(plan.stages.map(\.depth) == [1, 2, 3, 4, 5, 5, 6, 7, 14])
    #expect(
      plan.stages.map { plan.outputGates(inStage: $0.index) }
        == [nil, nil, .held, .held, .held, nil, nil, .trained, .trained]
    )
    #expect(
      plan.stages.map { plan.schedulesGates(inStage: $0.index) }
        == [false, false, true, false, true, false, false, false, false]
    )
    #expect(plan.stages.map { plan.rampSteps(inStage: $0.index) } == [0, 0, 10, 0, 10, 0, 0, 0, 0])
    let stage = plan.stages[4]
    #expect(plan.scheduledGates(ofStep: stage.firstStep - 1, seed: 0) == nil)
    #expect(plan.scheduledGates(ofStep: stage.firstStep, seed: 0)?.stored[2].attention == 0.1)
    let data = try JSONEncoder().encode(plan)
    #expect(try JSONDecoder().decode(GrowthPlan.self, from: data) == plan)
    let repeated = try GrowthMethod(.trainedGate).plan(
      GrowthSettings(finalDepth: 4, blockSize: 1, totalSteps: 40)
    )
    #expect(repeated.growths.map(\.gates) == [GateGrowth?](repeating: .trained(from: 0), count: 3))
  }

  /// Folding and tying bring no new layers, and old ones are not frozen for nothing then.
  @Test(arguments: ["fold-gates", "loop-unroll"])
  func aGrowthWithoutNewLayersFreezesNone(name: String) throws {
    func factors(_ name: String) throws -> [Double]? {
      try GrowthOperator.named(name)
        .step(fromDepth: 2, blockSize: 1, learningRate: .freezeOld)
        .layerRateFactors(atStepAfterGrowth: 0)
    }
    #expect(try factors(name) == nil)
    #expect(try factors("midas") == [0, 1, 0])
  }

  @Test func whatGatesDoNotAllowIsRefusedInOneSentence() throws {
    func message(_ sequence: String, to depth: Int, gateSteps: Int = 10) -> String? {
      #expect(throws: GrowthError.self) {
        try plan(sequence, to: depth, gateSteps: gateSteps)
      }?.description
    }
    let nothing =
      "fold-gates needs output gates, but the model has none; grow it by an operator that brings some, "
      + "such as trained-gate, first"
    #expect(message("midas fold-gates", to: 2) == nothing)
    #expect(message("annealed-gate fold-gates fold-gates", to: 2) == nothing)
    #expect(
      message("annealed-gate trained-gate", to: 3)
        == "the growth needs gates that are trained, but those of the model are held; fold them first, by "
        + "fold-gates"
    )
    #expect(message("trained-gate midas fixed-gate", to: 4)?.contains("held") == true)
    #expect(
      message("midas drop-in", to: 3, gateSteps: 151)
        == "the gates of new layers open over 151 steps, but stage 3 has only 150; choose fewer gate steps "
        + "or train for more"
    )
    let alone = #expect(throws: GrowthError.self) {
      try GrowthMethod(.foldGates).plan(
        GrowthSettings(finalDepth: 4, blockSize: 1, totalSteps: 40)
      )
    }
    #expect(alone?.description == nothing)
    for options in [GrowthOptions(gateSteps: 0), GrowthOptions(gateSteps: -1)] {
      for name in ["annealed-gate", "masked-ramp", "drop-in"] {
        let error = #expect(throws: GrowthError.self) { try step(name, options) }
        #expect(error?.description.hasPrefix("gate steps needs a positive number") == true)
      }
    }
    for scale in [Double.nan, .infinity] {
      let error = #expect(throws: GrowthError.self) {
        try step("fixed-gate", GrowthOptions(scale: scale))
      }
      #expect(error?.description.contains("gate") == true)
    }
    let strategy = #expect(throws: GrowthError.self) {
      try GrowthOperator.foldGates.step(
        inPlaceOf: GrowthStep(map: .identity(depth: 2)),
        blockSize: 1,
        options: GrowthOptions()
      )
    }
    #expect(strategy?.description.hasPrefix("fold-gates adds no layers") == true)
  }
}
