import Arrays
import EspalierTestSupport
import Growing
import LanguageModels
import PJRT
import Randomness
import Recipes
import Tensors
import Testing

@testable import Training

/// The programs that mix layers and learn how.
@Suite struct MapLearningTests {
  /// A drawn model of some layers, its tensors in double precision, and a growth of it.
  private struct Subject {
    let source: LlamaConfiguration
    let growth: GrowthStep
    let tensors: [HostArray]

    init(seed: Int, protected: Int = 0) throws {
      let stream = RandomStream(seed: UInt64(seed)).named("map learning")
      func draw(_ range: ClosedRange<Int>, _ index: UInt64) -> Int {
        range.lowerBound + Int(stream.uniform(at: index) * Double(range.count))
      }
      source = LlamaConfiguration(
        layerCount: draw(1...4, 0) + protected,
        width: 4 * draw(1...2, 1),
        headCount: 2,
        feedForwardWidth: draw(3...6, 2),
        vocabularySize: 7,
        contextLength: 4,
        tiesEmbedding: stream.uniform(at: 3) < 0.5
      )
      growth = try GrowthOperator.learnedMap.step(
        fromDepth: source.layerCount,
        blockSize: draw(1...3, 4),
        options: GrowthOptions(protectedFirst: protected)
      )
      tensors = source.parameterSpecifications(finalLayerCount: source.layerCount).map {
        specification in
        let center = specification.initialization == .ones ? 1.0 : 0
        // Near zero the norm behind the embedding bends too sharply for difference quotients.
        let deviation = specification.name == "embedding" ? 1 : 0.4
        let values = stream.named(specification.name)
          .normals(count: specification.shape.elementCount).map { center + deviation * $0 }
        return HostArray(values, shape: specification.shape)
      }
    }

    var mixing: LayerMixing { LayerMixing(source: source, grown: source.deepened(by: growth)) }

    /// The learning of the growth's map from batches of two rows.
    func learningStep(accumulation: Int = 1) -> MapLearningStep {
      MapLearningStep(
        growth,
        from: source,
        step: TrainingStep(
          model: Llama(mixing.grown),
          optimizer: Recipe.Optimizer(),
          batchSize: 2,
          accumulation: accumulation
        )
      )
    }

    /// Drawn numbers, one a number of the map.
    func numbers(_ name: String, deviation: Double) -> [[Double]] {
      let count = growth.map.sourceDepth
      let values = RandomStream(seed: 8).named(name).normals(count: growth.map.depth * count)
      return (0..<growth.map.depth).map { layer in
        values[layer * count..<(layer + 1) * count].map { deviation * $0 }
      }
    }

    func array(_ rows: [[Double]]) -> HostArray {
      HostArray(rows.flatMap { $0 }, shape: mixing.shape)
    }

    var doubleTypes: [TensorType] { tensors.map(\.type) }
  }

  private static let sequences = HostArray(
    [1, 4, 2, 0, 6, 3, 3, 5, 1, 2] as [Int32],
    shape: [2, 5]
  )

  @Test("The program mixes layers as the blends of the learnt growth do", arguments: 0..<8)
  func mixingIsTheBlend(seed: Int) throws {
    let subject = try Subject(seed: seed)
    let weights = subject.numbers("weights", deviation: 1)
    let mixing = subject.mixing
    let count = subject.tensors.count
    let program = try TestTraining.quickEngine().program(
      "mixing",
      parameters: subject.doubleTypes + [TensorType(.float64, mixing.shape)]
    ) { inputs in
      mixing.mixed(Array(inputs.prefix(count)), by: inputs[count]).tensors
    }
    let mixed = try program(subject.tensors + [subject.array(weights)])
    let step = try subject.growth.learned(weights)
    let layout = StateLayout(configuration: subject.source, optimizer: Recipe.Optimizer())
    for (index, entry) in layout.modelEntries.enumerated() {
      let tensor = NamedArray(entry.name, subject.tensors[index])
      let grown = try step.grown(tensor, role: entry.role) { _ in HostArray(zeros: entry.type) }
      let mismatch = Tolerance(.float64, roundings: 16)
        .mismatch(entry.name, mixed[index], grown.array)
      #expect(mismatch == nil)
    }
  }

  @Test("The map's gradient is the limit of difference quotients", arguments: [0, 1])
  func gradientIsTheLimitOfDifferenceQuotients(protected: Int) throws {
    let subject = try Subject(seed: 5, protected: protected)
    let step = subject.learningStep()
    let count = subject.tensors.count
    let program = try TestTraining.quickEngine().program(
      "map_gradient",
      parameters: subject.doubleTypes
        + [TensorType(.float64, step.mixing.shape), Self.sequences.type]
    ) { inputs in
      let (loss, gradient) = step.lossAndGradient(
        Array(inputs.prefix(count)),
        additions: inputs[count],
        batches: [inputs[count + 1]]
      )
      return [loss, gradient]
    }
    // Where nothing is learnt nothing has been added either.
    let additions = zip(subject.numbers("additions", deviation: 0.1), step.learnable).map {
      zip($0, $1).map { $1 ? $0 : 0 }
    }
    func results(_ additions: [[Double]]) throws -> [[Double]] {
      try program(subject.tensors + [subject.array(additions), Self.sequences]).map(\.doubles)
    }
    let gradient = try results(additions)[1]
    var quotients: [Double] = []
    for layer in additions.indices {
      for old in additions[layer].indices {
        guard step.learnable[layer][old] else {
          quotients.append(0)
          continue
        }
        let losses = try [-2e-4, -1e-4, 1e-4, 2e-4].map { change in
          var moved = additions
          moved[layer][old] += change
          return try results(moved)[0][0]
        }
        quotients.append((8 * (losses[2] - losses[1]) - (losses[3] - losses[0])) / 12e-4)
      }
    }
    // A number moves all tensors of a layer, so third derivatives are large; these quotients are free of them,
    // and off by the step's fourth power times a fifth one and by the loss's rounding divided by the step.
    #expect(Tolerance(share: 1e-8).mismatch("gradient", gradient, quotients) == nil)
    #expect(gradient.contains { abs($0) > 1e-3 })
    #expect(gradient.contains(0) == (protected > 0))
  }

  /// What a map learns on one batch, its losses, and the old model's tensors afterwards.
  private func learn(
    _ subject: Subject,
    steps: Int,
    rate: Double,
    accumulation: Int = 1
  ) throws -> (losses: [Double], additions: [Double], models: [HostArray]) {
    let step = subject.learningStep(accumulation: accumulation)
    let client = try TestPlugin.client()
    var learning = try CompiledMapLearning(
      step,
      learningRate: rate,
      devices: TestTraining.devices(),
      engine: TestTraining.quickEngine()
    )
    let models = try subject.tensors.map {
      try DistributedTensor(
        client.buffer(from: HostArray($0.doubles.map(Float.init), shape: $0.shape)),
        of: TestTraining.quickEngine()
      )
    }
    var losses: [Double] = []
    for _ in 0..<steps {
      let old = learning.additions
      losses.append(try learning(model: models[...], batch: [Self.sequences]))
      for tensor in old { #expect(try tensor.parts[0].isDeleted) }
    }
    let slots = try learning.additions.map { try $0.copyToHost() }
    #expect(slots[3] == HostArray(scalar: Int32(steps)))
    return (losses, slots[0].doubles, try models.map { try $0.copyToHost() })
  }

  @Test("Learning lowers the loss, changes the map alone, and does so again to the bit")
  func learningLowersTheLoss() throws {
    let subject = try Subject(seed: 2, protected: 1)
    let (losses, additions, models) = try learn(subject, steps: 30, rate: 0.01)
    #expect(losses[29] < losses[0] - 0.05)
    for (model, tensor) in zip(models, subject.tensors) {
      #expect(model == HostArray(tensor.doubles.map(Float.init), shape: tensor.shape))
    }
    for (addition, isLearnt) in zip(additions, subject.growth.learnableWeights.flatMap { $0 }) {
      #expect((addition != 0) == isLearnt)
    }
    let again = try learn(subject, steps: 30, rate: 0.01)
    #expect(again.losses == losses && again.additions == additions)
    let still = try learn(subject, steps: 3, rate: 0)
    #expect(still.losses == [losses[0], losses[0], losses[0]])
    #expect(still.additions.allSatisfy { $0 == 0 })
  }

  @Test("A batch that is worked through in parts teaches the same")
  func partsTeachTheSame() throws {
    let subject = try Subject(seed: 3)
    let whole = try learn(subject, steps: 1, rate: 0.01)
    let parts = try learn(subject, steps: 1, rate: 0.01, accumulation: 2)
    #expect(Tolerance(.float32, roundings: 16).mismatch("loss", parts.losses, whole.losses) == nil)
    // A first step of Adam is the gradient over itself, but for its epsilon.
    #expect(
      Tolerance(share: 1e-3).mismatch("map", parts.additions, whole.additions) == nil
    )
  }

  @Test("The cost of learning is that counted by hand")
  func costIsThatCountedByHand() throws {
    let configuration = LlamaConfiguration(
      layerCount: 6,
      width: 8,
      headCount: 2,
      keyValueHeadCount: 1,
      feedForwardWidth: 5,
      vocabularySize: 11,
      contextLength: 4
    )
    let training = TrainingCost(configuration)
    let cost = GrowthCost(configuration: configuration, objective: .causal, tokensPerStep: 12)
    let source = configuration.withLayers(4)
    let growth = try GrowthOperator.learnedMap.step(
      fromDepth: 4,
      blockSize: 2,
      options: GrowthOptions(mapLearning: MapLearning(steps: 7))
    )
    // Query and output, key and value at half the width, three of the feed-forward unit, two gains.
    let parameters = 2 * 8 * 8 + 2 * 8 * 4 + 3 * 8 * 5 + 2 * 8
    let product = 2 * 6 * 4 * parameters
    #expect(
      cost.operations(learningMapOf: growth, of: source)
        == training.operations(tokens: 7 * 12, layers: 6) + Double(7 * 2 * product)
    )
    let fixed = try growth.learned(growth.layerWeights)
    #expect(cost.operations(learningMapOf: fixed, of: source) == 0)
  }
}
