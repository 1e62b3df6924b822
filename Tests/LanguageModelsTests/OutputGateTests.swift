import Arrays
import EspalierTestSupport
import Growing
import Randomness
import Tensors
import Testing

@testable import LanguageModels

/// What gates do to the function a model computes, in double precision over drawn shapes.
@Suite struct OutputGateTests {
  /// A model of a drawn shape; some have tied layers.
  private func model(seed: Int, gates: OutputGates?) -> TestModel {
    let stream = RandomStream(seed: UInt64(seed)).named("gated shape")
    func pick(_ choices: [Int], _ index: UInt64) -> Int {
      choices[Int(stream.uniform(at: index) * Double(choices.count))]
    }
    let keyHeads = pick([1, 2], 0)
    let heads = keyHeads * pick([1, 2], 1)
    var configuration = LlamaConfiguration(
      layerCount: 3,
      width: heads * pick([2, 4], 2),
      headCount: heads,
      keyValueHeadCount: keyHeads,
      feedForwardWidth: pick([3, 5, 8], 3),
      vocabularySize: pick([5, 7], 4),
      contextLength: 5,
      tiesEmbedding: seed.isMultiple(of: 2)
    )
    configuration.outputGates = gates
    if seed.isMultiple(of: 3) { configuration.layerOrder = [0, 1, 2, 1] }
    return TestModel(
      configuration: configuration,
      elementType: .float64,
      execution: Llama.LayerExecution.allCases[seed % 3]
    )
  }

  private func logits(_ model: TestModel, _ parameters: [HostArray]) throws -> [Double] {
    let tokens = model.tokens(rows: 2, length: 5)
    let program = try model.program("logits", [tokens.type]) { parameters, inputs in
      [model.model.logits(tokens: inputs[0], parameters: parameters)]
    }
    return try program(parameters + [tokens])[0].values(as: Double.self)
  }

  /// The parameters without their gates.
  private func plain(_ model: TestModel, _ parameters: [HostArray]) -> [HostArray] {
    zip(model.specifications, parameters).filter { $0.0.role != .layeredGate }.map(\.1)
  }

  private func expectEqual(_ found: [Double], _ expected: [Double]) {
    let size = expected.map(abs).max() ?? 0
    #expect(size > 0.01 && found.count == expected.count)
    #expect(zip(found, expected).allSatisfy { abs($0 - $1) < 1e-12 * max(size, 1) })
  }

  @Test(arguments: 0..<6)
  func gatesOfOneChangeNothingAndOthersDo(seed: Int) throws {
    let (gated, bare) = (model(seed: seed, gates: .held), model(seed: seed, gates: nil))
    let drawn = gated.parameters(seed: UInt64(seed))
    let ones = zip(gated.specifications, drawn).map { specification, array in
      specification.role == .layeredGate ? HostArray(repeating: 1, type: array.type) : array
    }
    let without = try logits(bare, plain(gated, drawn))
    #expect(try logits(gated, ones) == without)
    let size = without.map(abs).max() ?? 0
    #expect(
      try zip(logits(gated, drawn), without).contains { abs($0 - $1) > 1e-3 * size }
    )
  }

  /// Folding keeps the function whatever the gates are, 0 and negative ones too, tied layers or not.
  @Test(arguments: 0..<6)
  func foldingKeepsTheFunction(seed: Int) throws {
    let (gated, bare) = (model(seed: seed, gates: .trained), model(seed: seed, gates: nil))
    var parameters = gated.parameters(seed: UInt64(seed))
    let gates = HostArray([0.3, -1.2, 0, 1, 2.5, 0] as [Double], shape: [3, 2])
    parameters[10] = gates
    let step = try GrowthOperator.foldGates.step(
      fromDepth: gated.configuration.appliedLayerCount,
      layerOrder: gated.configuration.layerOrder,
      blockSize: 1
    )
    #expect(try gated.configuration.grown(by: step) == bare.configuration)
    let folding = GateFolding(gates: gates)
    let folded = zip(gated.specifications, parameters).map { specification, array in
      specification.outputOf.map {
        folding.folded(NamedArray(specification.name, array), of: $0, quantity: .weight).array
      } ?? array
    }
    expectEqual(try logits(bare, plain(gated, folded)), try logits(gated, parameters))
  }

  /// A layer whose gates are 0 is not there.
  @Test func aClosedLayerIsNotThere() throws {
    let deep = model(seed: 1, gates: .held)
    var shallow = deep.configuration.withLayers(2)
    shallow.outputGates = nil
    var parameters = deep.parameters(seed: 4)
    parameters[10] = HostArray([1, 1, 0, 0, 1, 1] as [Double], shape: [3, 2])
    let kept = zip(deep.specifications, parameters).filter { $0.0.role != .layeredGate }
      .map { $0.0.isLayered ? $0.1.gatheringRows([0, 2]) : $0.1 }
    expectEqual(
      try logits(deep, parameters),
      try logits(TestModel(configuration: shallow, elementType: .float64), kept)
    )
  }

  /// The moments of a folded projection are those of its own gradient.
  @Test func foldedMomentsAreThoseOfTheFoldedProjection() throws {
    let (gated, bare) = (model(seed: 1, gates: .trained), model(seed: 1, gates: nil))
    var parameters = gated.parameters(seed: 5)
    let gates = HostArray([0.5, 2, -0.25, 1, 3, -1.5] as [Double], shape: [3, 2])
    parameters[10] = gates
    let folding = GateFolding(gates: gates)
    func fold(
      _ arrays: [HostArray],
      _ quantity: WidthStep.Quantity
    ) -> [HostArray] {
      plain(
        gated,
        zip(gated.specifications, arrays).map { specification, array in
          specification.outputOf.map {
            folding.folded(NamedArray("w", array), of: $0, quantity: quantity).array
          } ?? array
        }
      )
    }
    func gradients(_ model: TestModel, _ parameters: [HostArray]) throws -> [HostArray] {
      let tokens = model.tokens(rows: 2, length: 6)
      let program = try model.lossGradientAndLogits(tokens.type, separatesDocuments: false)
      return Array(try program(parameters + [tokens]).dropFirst().dropLast())
    }
    let before = try gradients(gated, parameters)
    let after = try gradients(bare, fold(parameters, .weight))
    for (found, expected) in zip(fold(before, .gradient), after) {
      expectClose(found.values(as: Double.self), expected.values(as: Double.self))
    }
    let squares = before.map {
      HostArray($0.values(as: Double.self).map { $0 * $0 }, shape: $0.shape)
    }
    for (found, expected) in zip(fold(squares, .squaredGradient), after) {
      expectClose(
        found.values(as: Double.self),
        expected.values(as: Double.self).map { $0 * $0 }
      )
    }
  }

  private func expectClose(_ found: [Double], _ expected: [Double]) {
    let size = expected.map(abs).max() ?? 0
    #expect(size > 0 && found.count == expected.count)
    #expect(zip(found, expected).allSatisfy { abs($0 - $1) < 1e-10 * size })
  }

  /// Width leaves gates alone.
  @Test func gatesStayInWidth() throws {
    let gated = model(seed: 1, gates: .trained)
    let (wide, step) = try gated.configuration.widened(
      to: ModelSizes(width: gated.configuration.width * 2),
      by: .duplicate
    )
    #expect(wide.outputGates == .trained)
    let parameters = gated.parameters(seed: 6)
    let target = TestModel(configuration: wide, elementType: .float64)
    let drawn = target.parameters(seed: 7)
    let grown = try gated.specifications.enumerated().map { index, specification in
      try step.grown(
        NamedArray(specification.name, parameters[index]),
        axes: specification.axes,
        quantity: .weight,
        fresh: { drawn[index] }
      ).array
    }
    #expect(grown[10] == parameters[10])
    let tokens = gated.tokens(rows: 2, length: 5)
    func run(_ model: TestModel, _ parameters: [HostArray]) throws -> [Double] {
      let program = try model.program("logits", [tokens.type]) { parameters, inputs in
        [model.model.logits(tokens: inputs[0], parameters: parameters)]
      }
      return try program(parameters + [tokens])[0].values(as: Double.self)
    }
    expectClose(try run(target, grown), try run(gated, parameters))
  }
}
