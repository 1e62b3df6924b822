import Arrays
import Foundation
import Growing
import Testing

/// Growths whose blends are learnt: where learning begins, what it may change, and what becomes of it.
@Suite struct MapLearningTests {
  private func steps(
    _ generator: inout SeededGenerator
  ) throws -> (learned: GrowthStep, fixed: GrowthStep, options: GrowthOptions) {
    let options = GrowthOptions(
      protectedFirst: Int.random(in: 0...2, using: &generator),
      protectedLast: Int.random(in: 0...2, using: &generator),
      mapLearning: MapLearning(steps: Int.random(in: 1...9, using: &generator), learningRate: 0.5)
    )
    let ends = options.protectedFirst + options.protectedLast
    let depth = Int.random(in: 1...6, using: &generator) + ends
    let block = Int.random(in: 1...5, using: &generator)
    let policy = OptimizerStatePolicy.allCases.randomElement(using: &generator) ?? .copy
    func step(_ growing: GrowthOperator) throws -> GrowthStep {
      try growing.step(
        fromDepth: depth,
        blockSize: block,
        options: options,
        optimizerState: policy,
        learningRate: .rewarm(steps: 3)
      )
    }
    return (try step(.learnedMap), try step(.linearMap), options)
  }

  @Test(arguments: 0..<40)
  func learningBeginsWithTheLinearMap(seed: Int) throws {
    var generator = SeededGenerator(seed: seed)
    let (learned, fixed, options) = try steps(&generator)
    #expect(learned.mapLearning == options.mapLearning)
    #expect(learned.map == fixed.map)
    #expect(learned.layerWeights == fixed.layerWeights)
    // What has learnt nothing is the linear map itself, not only the same numbers.
    #expect(try learned.learned(learned.layerWeights) == fixed)
    let inner = options.protectedFirst..<learned.map.sourceDepth - options.protectedLast
    let grown = options.protectedFirst..<learned.map.depth - options.protectedLast
    for (layer, row) in learned.learnableWeights.enumerated() {
      #expect(row == row.indices.map { inner.contains($0) && grown.contains(layer) })
    }
  }

  /// The layers of a learnt growth are the sums of old ones that its numbers say; protected ones stay.
  @Test(arguments: 0..<40)
  func whatWasLearntBecomesTheBlends(seed: Int) throws {
    var generator = SeededGenerator(seed: seed)
    let (learned, fixed, _) = try steps(&generator)
    let weights = learned.layerWeights.map { row in
      row.map { _ in
        Bool.random(using: &generator) ? Double.random(in: -2...2, using: &generator) : 0
      }
    }
    let step = try learned.learned(weights)
    #expect(step.mapLearning == nil)
    #expect(step.map == fixed.map)
    #expect((step.optimizerState, step.learningRate) == (fixed.optimizerState, fixed.learningRate))
    let data = try JSONEncoder().encode(step)
    #expect(try JSONDecoder().decode(GrowthStep.self, from: data) == step)

    let count = learned.map.sourceDepth
    let values = (0..<2 * count).map { _ in Double.random(in: -1...1, using: &generator) }
    let tensor = NamedArray("w", HostArray(values, shape: [count, 2]))
    let grown = try step.grown(tensor, role: .layeredGain) { _ in HostArray([0.0, 0]) }
      .array.values(as: Double.self)
    for (layer, row) in learned.learnableWeights.enumerated() {
      let used = row.contains(true) ? weights[layer] : learned.layerWeights[layer]
      for column in 0..<2 {
        let sum = row.indices.reduce(0.0) { sum, source in
          row.contains(true) && !row[source]
            ? sum : sum + used[source] * values[2 * source + column]
        }
        #expect(abs(grown[2 * layer + column] - sum) < 1e-12)
      }
    }
  }

  @Test func aGrowthToLearnReadsBack() throws {
    let step = try GrowthOperator.learnedMap.step(
      fromDepth: 2,
      blockSize: 1,
      options: GrowthOptions(mapLearning: MapLearning(steps: 7, learningRate: 0.1))
    )
    let data = try JSONEncoder().encode(step)
    #expect(try JSONDecoder().decode(GrowthStep.self, from: data) == step)
    let broken = String(decoding: data, as: UTF8.self)
      .replacing(#""steps":7"#, with: #""steps":0"#)
    #expect(throws: GrowthError.notPositive(setting: "steps of learning a layer map", value: 0)) {
      try JSONDecoder().decode(GrowthStep.self, from: Data(broken.utf8))
    }
  }

  @Test func whatCannotBeLearntIsRefusedInOneSentence() throws {
    let map = try LayerMap(copying: [0, 0], sourceDepth: 1)
    let blend = [LayerDecoration.blend(of: [LayerShare(layer: 0, weight: 1)])]
    func message(
      _ learning: MapLearning = MapLearning(),
      map: LayerMap = map,
      decorations: [Int: [LayerDecoration]] = [1: blend],
      order: [Int]? = nil
    ) -> String? {
      #expect(throws: GrowthError.self) {
        try GrowthStep(
          map: map,
          decorations: decorations,
          layerOrder: order,
          mapLearning: learning
        )
      }?.description
    }
    #expect(
      message(MapLearning(steps: 0))
        == "steps of learning a layer map needs a positive number; got 0"
    )
    for rate in [-0.1, .nan, .infinity] {
      #expect(
        message(MapLearning(learningRate: rate))
          == "the learning rate of a layer map needs a finite number, and noise and rates one of 0 or "
          + "more; got \(rate)"
      )
    }
    #expect(message(order: [0, 1, 0])?.contains("layers of their own") == true)
    #expect(message(decorations: [1: blend + [.zeroNorm]])?.contains("something else") == true)
    #expect(message(decorations: [1: [.zeroNorm]])?.contains("something else") == true)
    #expect(message(decorations: [:])?.contains("something else") == true)
    let drawn = try LayerMap(sourceDepth: 1, origins: [.copy(of: 0), .fresh])
    #expect(message(map: drawn)?.contains("draws new layers") == true)

    let step = try GrowthOperator.learnedMap.step(fromDepth: 1, blockSize: 1)
    #expect(throws: GrowthError.invalidNumber(setting: "blend weight", value: .infinity)) {
      try step.learned([[1], [.infinity]])
    }
    #expect(throws: GrowthError.nothingToCopy(operatorName: "learned-map")) {
      try GrowthOperator.learnedMap.step(fromDepth: 0, blockSize: 1)
    }
    #expect(throws: GrowthError.tiedLayers(operatorName: "learned-map")) {
      try GrowthOperator.learnedMap.step(fromDepth: 2, layerOrder: [0, 0], blockSize: 1)
    }
    let error = #expect(throws: GrowthError.self) { try step.gated(by: .trained(from: 0)) }
    #expect(error?.description.contains("brings output gates") == true)
  }
}
