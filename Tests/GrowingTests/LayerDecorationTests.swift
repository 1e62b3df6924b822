import Arrays
import Foundation
import Growing
import Testing

@Suite struct LayerDecorationTests {
  private let weight = NamedArray(
    "layers.output",
    HostArray([1, 2, 3, 4, 5, 6] as [Float], shape: [2, 3])
  )

  private func grown(
    _ decorations: [Int: [LayerDecoration]],
    role: TensorRole = .layeredOutput,
    map: [Int] = [0, 1, 1]
  ) throws -> [Float] {
    let step = try GrowthStep(
      map: LayerMap(copying: map, sourceDepth: 2),
      decorations: decorations
    )
    return try step.grown(weight, role: role) { _ in HostArray([9, 9, 9] as [Float]) }
      .array.values()
  }

  @Test func zeroOutputEmptiesOutputsAlone() throws {
    #expect(try grown([2: [.zeroOutput]]) == [1, 2, 3, 4, 5, 6, 0, 0, 0])
    for role in [TensorRole.layeredWeight, .layeredGain, .layeredOptimizerSlot] {
      #expect(try grown([2: [.zeroOutput]], role: role) == [1, 2, 3, 4, 5, 6, 4, 5, 6])
    }
  }

  @Test func zeroNormEmptiesGainsAlone() throws {
    #expect(try grown([0: [.zeroNorm]], role: .layeredGain) == [0, 0, 0, 4, 5, 6, 4, 5, 6])
    for role in [TensorRole.layeredWeight, .layeredOutput, .layeredOptimizerSlot] {
      #expect(try grown([0: [.zeroNorm]], role: role) == [1, 2, 3, 4, 5, 6, 4, 5, 6])
    }
  }

  @Test func decorationsFollowEachOther() throws {
    let half = LayerDecoration.scaledOutput(by: 0.5)
    #expect(try grown([2: [half, half]]) == [1, 2, 3, 4, 5, 6, 1, 1.25, 1.5])
    let blend = LayerDecoration.blend(of: [
      LayerShare(layer: 0, weight: 2), LayerShare(layer: 1, weight: -1),
    ])
    #expect(try grown([1: [blend]]) == [1, 2, 3, -2, -1, 0, 4, 5, 6])
    #expect(try grown([1: [blend, half]]) == [1, 2, 3, -1, -0.5, 0, 4, 5, 6])
  }

  @Test func noiseIsRepeatableAndOfTheSizeAskedFor() throws {
    let values = (0..<4000).map { Float($0 % 7) }
    let large = NamedArray("layers.query", HostArray(values, shape: [1, 4000]))
    func noise(_ seed: UInt64, _ name: String = "layers.query") throws -> [Double] {
      let step = try GrowthStep(
        map: LayerMap(copying: [0, 0], sourceDepth: 1),
        decorations: [1: [.noise(share: 0.1, seed: seed)]]
      )
      let grown = try step.grown(NamedArray(name, large.array), role: .layeredWeight) { _ in
        HostArray(values)
      }.array.values(as: Float.self)
      #expect(Array(grown.prefix(4000)) == values)
      return zip(grown.suffix(4000), values).map { Double($0 - $1) }
    }
    let first = try noise(3)
    #expect(try noise(3) == first)
    #expect(try noise(4) != first)
    #expect(try noise(3, "layers.key") != first)
    // The deviation of 0, 1, ..., 6 is 2; that of 4000 draws strays by 1.1 % of itself.
    let deviation = (first.reduce(0) { $0 + $1 * $1 } / 4000).squareRoot()
    #expect(abs(deviation - 0.2) < 0.2 * 0.05)
    let mean = first.reduce(0, +) / 4000
    #expect(abs(mean) < 5 * 0.2 / 4000.squareRoot())
  }

  @Test func whatDoesNotFitIsRefused() throws {
    let map = try LayerMap(copying: [0, 0], sourceDepth: 1)
    func message(_ decorations: [Int: [LayerDecoration]]) -> String? {
      #expect(throws: GrowthError.self) { try GrowthStep(map: map, decorations: decorations) }?
        .description
    }
    #expect(
      message([2: [.zeroOutput]]) == "a growth to 2 layers cannot change layer 2, counted from 0"
    )
    #expect(
      message([1: [.blend(of: [LayerShare(layer: 1, weight: 1)])]])
        == "layer 1 of the layer map copies layer 1, but the source has 1 layers, counted from 0"
    )
    #expect(message([1: [.blend(of: [])]])?.contains("at least one") == true)
    #expect(message([1: [.scaledOutput(by: .infinity)]])?.contains("finite") == true)
    #expect(message([1: [.noise(share: -0.1, seed: 0)]])?.contains("noise") == true)
    #expect(throws: GrowthError.notPositive(setting: "re-warming steps", value: 0)) {
      try GrowthStep(map: map, decorations: [:], learningRate: .rewarm(steps: 0))
    }
    #expect(throws: GrowthError.notPositive(setting: "boost steps", value: 0)) {
      try GrowthStep(map: map, decorations: [:], learningRate: .boost(factor: 2, steps: 0))
    }
    #expect(throws: GrowthError.invalidNumber(setting: "boost factor", value: .infinity)) {
      try GrowthStep(map: map, decorations: [:], learningRate: .boost(factor: .infinity, steps: 1))
    }
    let step = try GrowthStep(map: map, decorations: [1: [.zeroOutput]])
    let counts = NamedArray("w", HostArray([1] as [Int32], shape: [1]))
    let error = #expect(throws: GrowthError.self) {
      try step.grown(counts, role: .layeredOutput) { _ in HostArray([0] as [Int32]) }
    }
    #expect(error == .cannotDecorate(tensor: "w", elementType: "int32"))
  }

  @Test func aStepReadsBackAndIsCheckedOnReading() throws {
    let step = try GrowthStep(
      map: LayerMap(copying: [0, 1, 1], sourceDepth: 2),
      decorations: [
        0: [.blend(of: [LayerShare(layer: 1, weight: 0.25)])],
        2: [.noise(share: 0.5, seed: .max), .zeroOutput, .scaledOutput(by: 2), .zeroNorm],
      ],
      optimizerState: .zeroNew,
      learningRate: .rewarm(steps: 12)
    )
    let data = try JSONEncoder().encode(step)
    #expect(try JSONDecoder().decode(GrowthStep.self, from: data) == step)
    let plain = #"{"map":{"origins":[0],"sourceDepth":1},"optimizerState":"copy"}"#
    #expect(
      try JSONDecoder().decode(GrowthStep.self, from: Data(plain.utf8))
        == GrowthStep(map: .identity(depth: 1))
    )
    let broken = String(decoding: data, as: UTF8.self).replacing(#""2":["#, with: #""7":["#)
    #expect(throws: GrowthError.decorationOutOfRange(layer: 7, depth: 3)) {
      try JSONDecoder().decode(GrowthStep.self, from: Data(broken.utf8))
    }
  }

  @Test func rewarmingReachesTheScheduleInEqualParts() {
    let rewarm = GrowthLearningRate.rewarm(steps: 4)
    #expect((0..<6).map(rewarm.factor) == [0.25, 0.5, 0.75, 1, 1, 1])
    #expect(GrowthLearningRate.global.factor(atStepAfterGrowth: 0) == 1)
  }

  /// Of two copies the first place is the old layer's, so layer 2 is the new one here.
  @Test func newAndOldLayersHaveRatesOfTheirOwn() throws {
    var step = try GrowthStep(map: LayerMap(copying: [0, 1, 1], sourceDepth: 2))
      .with(learningRate: .boost(factor: 5, steps: 4))
    #expect(step.layerRateFactors(atStepAfterGrowth: 0) == [1, 1, 5])
    #expect(step.layerRateFactors(atStepAfterGrowth: 1) == [1, 1, 4])
    #expect(step.layerRateFactors(atStepAfterGrowth: 4) == [1, 1, 1])
    #expect(step.layerRateFactors(atStepAfterGrowth: 99) == [1, 1, 1])
    step = try step.with(learningRate: .freezeOld)
    #expect(step.layerRateFactors(atStepAfterGrowth: 7) == [0, 0, 1])
    for alike in [GrowthLearningRate.global, .rewarm(steps: 3)] {
      step = try step.with(learningRate: alike)
      #expect(step.layerRateFactors(atStepAfterGrowth: 0) == nil)
    }
    #expect(GrowthLearningRate.freezeOld.factor(atStepAfterGrowth: 3) == 1)
  }

  /// Multi-stage layerwise training: the last stage trains everything.
  @Test func oldLayersStandStillUntilTheLastStage() throws {
    let plan = try GrowthMethod(.gradStack).plan(
      GrowthSettings(finalDepth: 8, blockSize: 2, totalSteps: 80, learningRate: .freezeOld)
    )
    #expect(plan.growths.map(\.learningRate) == [.freezeOld, .freezeOld, .global])
  }
}
