import Arrays
import EspalierTestSupport
import Growing
import Randomness
import Tensors
import Testing

@testable import LanguageModels

/// Whether growing in depth keeps the function, operator by operator, in double precision.
@Suite struct DepthGrowthTests {
  static let operators = GrowthOperator.all.filter { $0.addsLayers }.map(\.name)

  /// A small model of a drawn shape.
  private func model(seed: Int, layers: Int = 4) -> TestModel {
    let stream = RandomStream(seed: UInt64(seed)).named("shape")
    func pick(_ choices: [Int], _ index: UInt64) -> Int {
      choices[Int(stream.uniform(at: index) * Double(choices.count))]
    }
    let keyHeads = pick([1, 2], 0)
    let heads = keyHeads * pick([1, 2, 3], 1)
    var configuration = LlamaConfiguration(
      layerCount: layers,
      width: heads * pick([2, 4], 2),
      headCount: heads,
      keyValueHeadCount: keyHeads,
      feedForwardWidth: pick([3, 5, 8], 3),
      vocabularySize: pick([5, 7, 11], 4),
      contextLength: 6,
      tiesEmbedding: stream.uniform(at: 5) < 0.5
    )
    if stream.uniform(at: 6) < 0.5 { configuration.vary(window: 4) }
    return TestModel(configuration: configuration, elementType: .float64)
  }

  private func logits(_ model: TestModel, _ parameters: [HostArray]) throws -> [Double] {
    let tokens = model.tokens(rows: 2, length: 6)
    let program = try model.program("logits", [tokens.type]) { parameters, inputs in
      [model.model.logits(tokens: inputs[0], parameters: parameters)]
    }
    return try program(parameters + [tokens])[0].values(as: Double.self)
  }

  /// The parameters after a growth; fresh layers are drawn as far from nothing as the others.
  private func grown(
    _ parameters: [HostArray],
    of model: TestModel,
    by step: GrowthStep
  ) throws -> (TestModel, [HostArray]) {
    let deep = TestModel(
      configuration: try model.configuration.grown(by: step),
      elementType: .float64
    )
    let drawn = deep.parameters(seed: 99)
    let old = Dictionary(uniqueKeysWithValues: zip(model.specifications.map(\.name), parameters))
    let arrays = try deep.specifications.enumerated().map { index, spec in
      // Gates that the growth brings are one before it.
      let ones = HostArray(repeating: 1, type: TensorType(.float64, [step.map.sourceDepth, 2]))
      let array = NamedArray(spec.name, old[spec.name] ?? ones)
      return try step.grown(array, role: spec.role) { layer in
        let row = drawn[index].gatheringRows([layer])
        return HostArray(bytes: row.bytes, type: TensorType(.float64, spec.layerShape))
      }.array
    }
    return (deep, arrays)
  }

  /// The largest change of a logit, as a share of the largest logit.
  private func change(
    _ name: String,
    seed: Int,
    parameters adjust: (TestModel, [HostArray]) -> [HostArray] = { $1 }
  ) throws -> Double {
    let model = model(seed: seed)
    let parameters = adjust(model, model.parameters(seed: UInt64(seed)))
    let step = try GrowthOperator.named(name).step(fromDepth: 4, blockSize: 2, targetDepth: 8)
    let (deep, deepParameters) = try grown(parameters, of: model, by: step)
    let before = try logits(model, parameters)
    let after = try logits(deep, deepParameters)
    #expect(before.count == after.count)
    let largest = before.map(abs).max() ?? 0
    #expect(largest > 0.01)
    return (zip(before, after).map { abs($0 - $1) }.max() ?? 0) / largest
  }

  @Test(arguments: operators, 0..<3)
  func operatorKeepsTheFunctionIfItSaysSo(name: String, seed: Int) throws {
    let change = try change(name, seed: seed)
    switch try GrowthOperator.named(name).preservation {
    case .exact: #expect(change < 1e-10)
    case .nearly, .changed: #expect(change > 1e-3)
    }
  }

  /// With outputs a hundredth in size, what a nearly preserving growth changes falls by far more than
  /// what another changes, since it is of second order.
  @Test(arguments: operators.filter { (try? GrowthOperator.named($0).preservation) == .nearly })
  func nearlyPreservingGrowthIsOfSecondOrder(name: String) throws {
    func shrink(_ model: TestModel, _ parameters: [HostArray]) -> [HostArray] {
      zip(model.specifications, parameters).map { specification, array in
        guard specification.role == .layeredOutput else { return array }
        return HostArray(array.values(as: Double.self).map { $0 / 100 }, shape: array.shape)
      }
    }
    let halved = try change(name, seed: 1, parameters: shrink)
    let copied = try change("spread", seed: 1, parameters: shrink)
    #expect(halved < copied / 20)
    #expect(halved > 0)
  }

  @Test func everyParameterKnowsItsRole() {
    for ties in [true, false] {
      var configuration = model(seed: 0).configuration
      configuration.tiesEmbedding = ties
      let specifications = configuration.parameterSpecifications(finalLayerCount: 4)
      for specification in specifications {
        #expect(specification.axes.count == specification.shape.rank)
        #expect((specification.axes.first == .layers) == specification.isLayered)
      }
      let byRole = Dictionary(grouping: specifications, by: \.role).mapValues { $0.map(\.name) }
      #expect(byRole[.layeredOutput] == ["layers.output", "layers.down"])
      #expect(byRole[.layeredGain] == ["layers.attentionNorm", "layers.feedForwardNorm"])
      #expect(byRole[.sharedWeight] == ["embedding", "finalNorm"] + (ties ? [] : ["head"]))
    }
  }
}
