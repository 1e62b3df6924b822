import Arrays
import EspalierTestSupport
import LanguageModels
import Optimization
import PJRT
import Recipes
import Tensors
import Testing

@testable import Training

/// Low-rank additions: trained apart, merged at all times.
@Suite struct LowRankTests {
  private static let chosen = ["layers.query", "layers.down"]
  private static let rank = 3
  private static let alpha = 12.0

  private static func optimizer(_ parity: LlamaParity) -> Recipe.Optimizer {
    var optimizer = parity.optimizer
    optimizer.kind = .lora
    optimizer.lora = .init(rank: rank, alpha: alpha, matrices: "query,down")
    // The rule gets the gradient of the matrix, and the twin below that of the factors; clipped they would differ.
    optimizer.gradientClipping = 0
    return optimizer
  }

  private static func training(_ parity: LlamaParity) throws -> TestTraining {
    let optimizer = Self.optimizer(parity)
    let step = TrainingStep(
      model: Llama(parity.configuration(tied: true)),
      optimizer: optimizer,
      batchSize: parity.golden.batchSize
    )
    let state = try DeviceState(layout: step.layout, devices: TestTraining.devices()) { entry in
      parity.weights[entry.name] ?? entry.startingArray(seed: 4)
    }
    return try TestTraining(step, state: state)
  }

  @Test("Only the factors of the chosen matrices are kept, and nothing but these matrices moves")
  func allElseIsHeld() throws {
    let parity = try LlamaParity.shared()
    var training = try Self.training(parity)
    let start = try training.state.arrays()
    for step in 0..<2 { _ = try training.step([parity.batch(step)], rate: 1e-2) }
    let end = try training.state.arrays()
    for entry in training.state.layout.modelEntries {
      #expect(
        (start[entry.name] != end[entry.name]) == Self.chosen.contains(entry.name),
        "\(entry.name)"
      )
    }
    let names = training.state.layout.optimizerEntries.map(\.name)
    #expect(names.count == 2 * 6 + 1)
    #expect(
      names.filter { $0.hasPrefix("inputFactor.layers") } == Self.chosen.map { "inputFactor.\($0)" }
    )
    #expect(end["steps.layers"] == HostArray([2, 2] as [Int32]))
    let query = try #require(start["inputFactor.layers.query"])
    #expect(query.shape == [2, parity.golden.model.width, Self.rank])
    #expect(start["outputFactor.layers.query"]?.floats.allSatisfy { $0 == 0 } == true)
  }

  /// The twin knows factors as parameters of the model, whose gradients are taken by differentiation.
  @Test("The merged matrices are those of a model to which trained factors are applied")
  func mergedIsApplied() throws {
    let parity = try LlamaParity.shared()
    var training = try Self.training(parity)
    let start = try training.state.arrays()
    var twin = try FactorTwin(
      parity,
      start: start,
      chosen: Self.chosen,
      optimizer: Self.optimizer(parity)
    )
    for step in 0..<4 {
      let found = try training.step([parity.batch(step)], rate: 1e-2)
      let expected = try twin.step(parity.batch(step), rate: 1e-2)
      #expect(Tolerance(.float32, roundings: 64).mismatch("loss", [found.loss], [expected]) == nil)
    }
    let end = try training.state.arrays()
    for name in Self.chosen {
      for side in ["inputFactor", "outputFactor"] {
        let (found, expected) = (end["\(side).\(name)"], try twin.factors["\(side).\(name)"])
        // Adam divides by roots of squares, which multiplies roundings where a gradient is near zero.
        let worst = try zip(#require(found).floats, #require(expected).floats)
          .map { abs($0 - $1) }.max()
        #expect(try #require(worst) < 2e-5, "\(side).\(name)")
      }
      let merged = try #require(end[name]).floats
      let applied = try Self.applied(name, start, end)
      #expect(
        Tolerance(.float32, roundings: 64).mismatch(name, merged.map(Double.init), applied) == nil
      )
      #expect(merged != start[name]?.floats)
    }
  }

  /// `W + s A B` of the first weights and the last factors, in double precision.
  private static func applied(
    _ name: String,
    _ start: [String: HostArray],
    _ end: [String: HostArray]
  ) throws -> [Double] {
    let (weights, a, b) = (
      try #require(start[name]), try #require(end["inputFactor.\(name)"]),
      try #require(end["outputFactor.\(name)"])
    )
    let (rows, columns) = (weights.shape[1], weights.shape[2])
    let (w, inputs, outputs) = (weights.floats, a.floats, b.floats)
    return w.indices.map { index in
      let (layer, row, column) = (
        index / (rows * columns), index / columns % rows, index % columns
      )
      let sum = (0..<rank).reduce(0.0) { sum, k in
        sum + Double(inputs[(layer * rows + row) * rank + k])
          * Double(outputs[(layer * rank + k) * columns + column])
      }
      return Double(w[index]) + alpha / Double(rank) * sum
    }
  }
}

extension HostArray {
  fileprivate var floats: [Float] { values(as: Float.self) }
}

/// A model of fixed weights to which factors are applied that are trained by AdamW.
private struct FactorTwin {
  private let program: Program
  private let names: [String]
  private var state: [Buffer]
  private let fixed: [Buffer]

  init(
    _ parity: LlamaParity,
    start: [String: HostArray],
    chosen: [String],
    optimizer settings: Recipe.Optimizer
  ) throws {
    let configuration = parity.configuration(tied: true)
    let specifications = configuration.parameterSpecifications
    names = chosen.flatMap { ["inputFactor.\($0)", "outputFactor.\($0)"] }
    let factorTypes = try names.map { try #require(start[$0]).type }
    let optimizer = Optimizer(
      zip(names, factorTypes).map {
        .init(
          OptimizedParameter($0, $1, isLayered: true, counter: "layers"),
          rule: settings.adamW,
          weightDecay: settings.weightDecay
        )
      }
    )
    let client = try TestPlugin.client()
    fixed = try specifications.map { try client.buffer(from: #require(start[$0.name])) }
    state =
      try names.map { try client.buffer(from: #require(start[$0])) }
      + optimizer.slots.map { try client.buffer(from: HostArray(zeros: $0.type)) }
    let types =
      specifications.map(\.type) + factorTypes + optimizer.slots.map(\.type)
      + [parity.batch(0).type, TensorType(.float32, .scalar)]
    let (weightCount, factorCount) = (specifications.count, names.count)
    let scale = settings.lora.alpha / Double(settings.lora.rank)
    program = try TestTraining.quickEngine().program("twin", parameters: types) { inputs in
      let factors = Array(inputs[weightCount..<weightCount + factorCount])
      var tensors = Array(inputs.prefix(weightCount))
      for (place, name) in chosen.enumerated() {
        guard let index = specifications.firstIndex(where: { $0.name == name }) else { continue }
        let product = factors[2 * place].dot(factors[2 * place + 1], summing: 2, with: 1)
        tensors[index] = tensors[index] + product * scale
      }
      let (total, count) = Llama(configuration).totalLoss(
        sequences: inputs[inputs.count - 2],
        parameters: LlamaParameters(configuration: configuration, tensors: tensors)
      )
      let loss = total / count
      let next = optimizer.updated(
        factors,
        gradients: gradient(of: loss, withRespectTo: factors),
        slots: Array(inputs[(weightCount + factorCount)..<(inputs.count - 2)]),
        learningRate: inputs[inputs.count - 1]
      )
      return next.parameters + next.slots + [loss]
    }
  }

  /// Takes a step; the loss before it.
  mutating func step(_ batch: HostArray, rate: Double) throws -> Double {
    let client = program.executable.client
    let inputs = try [batch, HostArray(scalar: Float(rate))].map { try client.buffer(from: $0) }
    var outputs = try program(fixed + state + inputs)
    let loss = outputs.removeLast()
    state = outputs
    return Double(try loss.copyToHost().values(as: Float.self)[0])
  }

  var factors: [String: HostArray] {
    get throws {
      Dictionary(uniqueKeysWithValues: try zip(names, state).map { ($0, try $1.copyToHost()) })
    }
  }
}
