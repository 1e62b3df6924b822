import Arrays
import EspalierTestSupport
import Growing
import PJRT
import Tensors
import Testing

@testable import LanguageModels

/// The whole model's gradient against central differences in double precision, number by number.
@Suite struct GradientTests {
  static let segments = HostArray(
    [0, 0, 0, 1, 1, 1, 3, 4, 4, 4, 4, 6] as [Int32],
    shape: [2, 6]
  )

  static func tokens(_ subject: TestModel) -> HostArray {
    subject.tokens(rows: segments.shape[0], length: segments.shape[1])
  }

  static func subject(
    keyValueHeadCount: Int,
    tiesEmbedding: Bool,
    _ execution: Llama.LayerExecution,
    gates: OutputGates? = nil,
    layerOrder: [Int]? = nil,
    isVaried: Bool = false
  ) -> TestModel {
    var configuration = LlamaConfiguration(
      layerCount: 2,
      width: 8,
      headCount: 4,
      keyValueHeadCount: keyValueHeadCount,
      feedForwardWidth: 5,
      vocabularySize: 7,
      contextLength: 5,
      tiesEmbedding: tiesEmbedding
    )
    (configuration.outputGates, configuration.layerOrder) = (gates, layerOrder)
    if isVaried {
      configuration.vary(window: 3)
      // The norm of a head of two elements bends too sharply for difference quotients.
      configuration.ownHeadSize = 6
    }
    return TestModel(configuration: configuration, elementType: .float64, execution: execution)
  }

  struct Case: CustomTestStringConvertible {
    let keyValueHeadCount: Int
    let tiesEmbedding: Bool
    let separatesDocuments: Bool
    let execution: Llama.LayerExecution
    var gates: OutputGates?
    var layerOrder: [Int]?
    var isVaried = false

    var testDescription: String {
      "\(4 / keyValueHeadCount) groups, \(tiesEmbedding ? "tied" : "untied"), "
        + "\(separatesDocuments ? "documents apart" : "whole rows"), \(execution.rawValue)"
        + (gates == nil ? "" : ", gated") + (layerOrder == nil ? "" : ", tied layers")
        + (isVaried ? ", varied" : "")
    }
  }

  @Test(
    "Every partial derivative is the limit of difference quotients",
    arguments: [
      Case(keyValueHeadCount: 4, tiesEmbedding: true, separatesDocuments: true, execution: .scan),
      Case(
        keyValueHeadCount: 2,
        tiesEmbedding: false,
        separatesDocuments: true,
        execution: .unrolled
      ),
      Case(
        keyValueHeadCount: 1,
        tiesEmbedding: true,
        separatesDocuments: false,
        execution: .rematerialized
      ),
      Case(
        keyValueHeadCount: 2,
        tiesEmbedding: false,
        separatesDocuments: false,
        execution: .unrolled,
        gates: .trained
      ),
      Case(
        keyValueHeadCount: 4,
        tiesEmbedding: true,
        separatesDocuments: true,
        execution: .scan,
        gates: .trained,
        layerOrder: [0, 1, 0]
      ),
      Case(
        keyValueHeadCount: 2,
        tiesEmbedding: true,
        separatesDocuments: true,
        execution: .unrolled,
        isVaried: true
      ),
    ]
  )
  func gradientIsTheLimitOfDifferenceQuotients(_ example: Case) throws {
    let subject = Self.subject(
      keyValueHeadCount: example.keyValueHeadCount,
      tiesEmbedding: example.tiesEmbedding,
      example.execution,
      gates: example.gates,
      layerOrder: example.layerOrder,
      isVaried: example.isVaried
    )
    let (tokens, segments) = (Self.tokens(subject), Self.segments)
    let program = try subject.lossGradientAndLogits(
      tokens.type,
      separatesDocuments: example.separatesDocuments
    )
    let parameters = subject.parameters()
    let client = try TestPlugin.client()
    let given = example.separatesDocuments ? [tokens, segments] : [tokens]
    let others = try given.map { try client.buffer(from: $0) }
    var buffers = try parameters.map { try client.buffer(from: $0) }
    let gradients = try program(buffers + others).dropFirst().map { try $0.copyToHost() }

    for (place, specification) in subject.specifications.enumerated() {
      let original = buffers[place]
      let values = parameters[place].values(as: Double.self)
      func loss(moving index: Int, by step: Double) throws -> Double {
        var moved = values
        moved[index] += step
        let array = HostArray(moved, shape: specification.shape)
        buffers[place] = try client.buffer(from: array)
        return try program(buffers + others)[0].copyToHost().values(as: Double.self)[0]
      }
      let quotients = try values.indices.map { index in
        let h = 1e-5
        return try (loss(moving: index, by: h) - loss(moving: index, by: -h)) / (2 * h)
      }
      buffers[place] = original
      // Quotients are off by h² times a third derivative, and by the loss's rounding divided by h.
      let mismatch = Tolerance(share: 1e-8).mismatch(
        specification.name,
        gradients[place].values(as: Double.self),
        quotients
      )
      #expect(mismatch == nil)
    }
  }

  @Test(
    "However the layers are run, loss, gradient and logits are the same",
    arguments: [nil, OutputGates.trained]
  )
  func layerExecutionsAgree(gates: OutputGates?) throws {
    let results = try Llama.LayerExecution.allCases.map { execution in
      let subject = Self.subject(
        keyValueHeadCount: 2,
        tiesEmbedding: false,
        execution,
        gates: gates
      )
      let tokens = Self.tokens(subject)
      let program = try subject.lossGradientAndLogits(tokens.type, separatesDocuments: true)
      return try program(subject.parameters() + [tokens, Self.segments])
    }
    let tolerance = Tolerance(.float64, roundings: 64)
    for other in results.dropFirst() {
      for (index, (found, expected)) in zip(other, results[0]).enumerated() {
        #expect(tolerance.mismatch("result \(index)", found, expected) == nil)
      }
    }
  }
}
