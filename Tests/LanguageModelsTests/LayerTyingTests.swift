import Arrays
import EspalierTestSupport
import Growing
import Tensors
import Testing

@testable import LanguageModels

/// Tied layers against the same layers untied, in double precision.
@Suite struct LayerTyingTests {
  private static let order = [0, 1, 2, 1, 2, 1, 3]

  private func models(
    _ execution: Llama.LayerExecution,
    scale: TiedScale = .none
  ) throws -> (tied: TestModel, untied: TestModel, step: GrowthStep) {
    var tied = LlamaConfiguration(
      layerCount: 4,
      width: 8,
      headCount: 2,
      keyValueHeadCount: 1,
      feedForwardWidth: 6,
      vocabularySize: 7,
      contextLength: 5,
      tiesEmbedding: false
    )
    tied.tiedScale = scale
    tied.tieLayers(by: Self.order)
    let step = try GrowthOperator.untie.step(
      fromDepth: Self.order.count,
      layerOrder: Self.order,
      blockSize: 1
    )
    return (
      TestModel(configuration: tied, elementType: .float64, execution: execution),
      TestModel(
        configuration: tied.deepened(by: step),
        elementType: .float64,
        execution: execution
      ),
      step
    )
  }

  private func results(_ model: TestModel, _ parameters: [HostArray]) throws -> [[Double]] {
    let sequences = model.tokens(rows: 2, length: 6)
    let program = try model.lossGradientAndLogits(sequences.type, separatesDocuments: false)
    return try program(parameters + [sequences]).map { $0.values(as: Double.self) }
  }

  /// Untying keeps loss and logits, and the gradient of what was tied is the sum over its copies.
  ///
  /// A scale is part of the copies' output projections then, and of their gradients.
  @Test(arguments: Llama.LayerExecution.allCases, TiedScale.allCases)
  func gradientsOfTiedLayersAreSumsOverTheirCopies(
    execution: Llama.LayerExecution,
    scale: TiedScale
  ) throws {
    let (tied, untied, step) = try models(execution, scale: scale)
    let scales = tied.configuration.residualScales ?? [1, 1, 1, 1]
    #expect(scales[0] == 1 && scales[3] == 1)
    #expect((scales[1] < 1) == (scale != .none))
    func isScaled(_ name: String) -> Bool { name == "layers.output" || name == "layers.down" }
    let parameters = tied.parameters(seed: 3)
    let copies = try zip(tied.specifications, parameters).map { specification, array in
      try step.grown(NamedArray(specification.name, array), role: specification.role) { _ in
        Issue.record("nothing is fresh")
        return array
      }.array
    }.enumerated().map { index, array in
      guard isScaled(tied.specifications[index].name) else { return array }
      let size = array.shape.elementCount / Self.order.count
      let values = array.values(as: Double.self).enumerated().map {
        $1 * scales[Self.order[$0 / size]]
      }
      return HostArray(values, shape: array.shape)
    }
    let (shared, own) = (try results(tied, parameters), try results(untied, copies))
    func expectClose(_ found: [Double], _ expected: [Double], _ name: String) {
      let size = max(expected.map(abs).max() ?? 0, 1e-3)
      let difference = zip(found, expected).map { abs($0 - $1) }.max() ?? .infinity
      #expect(found.count == expected.count && difference < 1e-10 * size, "\(name)")
    }
    expectClose(shared[0], own[0], "loss")
    expectClose(shared.last ?? [], own.last ?? [], "logits")
    for (index, specification) in tied.specifications.enumerated() {
      let (found, parts) = (shared[index + 1], own[index + 1])
      guard specification.isLayered else {
        expectClose(found, parts, specification.name)
        continue
      }
      let size = specification.layerShape.elementCount
      var sums = [Double](repeating: 0, count: found.count)
      for (position, layer) in Self.order.enumerated() {
        let factor = isScaled(specification.name) ? scales[layer] : 1
        for element in 0..<size {
          sums[layer * size + element] += factor * parts[position * size + element]
        }
      }
      expectClose(found, sums, specification.name)
    }
  }

  /// The three ways of running layers agree, and running them again is another function.
  @Test func waysToRunAgreeAndALoopIsAnotherFunction() throws {
    let results = try Llama.LayerExecution.allCases.map { execution in
      let model = try models(execution).tied
      return try self.results(model, model.parameters(seed: 3))
    }
    for other in results.dropFirst() {
      for (one, other) in zip(results[0], other) {
        let size = max(one.map(abs).max() ?? 0, 1e-3)
        #expect(zip(one, other).allSatisfy { abs($0 - $1) < 1e-10 * size })
      }
    }
    let tied = try models(.unrolled).tied
    let once = TestModel(
      configuration: tied.configuration.withLayers(4),
      elementType: .float64
    )
    #expect(once.configuration.parameterCount == tied.configuration.parameterCount)
    let plain = try self.results(once, tied.parameters(seed: 3))
    #expect(abs(plain[0][0] - results[0][0][0]) > 1e-3)
  }
}
