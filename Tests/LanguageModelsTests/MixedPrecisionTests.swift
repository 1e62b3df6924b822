import Arrays
import EspalierTestSupport
import Growing
import PJRT
import Tensors
import Testing

@testable import LanguageModels

/// Models that compute in bfloat16 on parameters in float32, beside the same models in float32.
@Suite struct MixedPrecisionTests {
  struct Case: CustomTestStringConvertible {
    var keyValueHeadCount = 4
    var tiesEmbedding = true
    var separatesDocuments = false
    var execution = Llama.LayerExecution.unrolled
    var gates: OutputGates?
    var layerOrder: [Int]?
    var isVaried = false

    var testDescription: String {
      "\(4 / keyValueHeadCount) groups, \(tiesEmbedding ? "tied" : "untied"), "
        + "\(separatesDocuments ? "documents apart" : "whole rows"), \(execution.rawValue)"
        + (gates == nil ? "" : ", gated") + (layerOrder == nil ? "" : ", tied layers")
        + (isVaried ? ", varied" : "")
    }

    static let all = [
      Case(), Case(keyValueHeadCount: 2, tiesEmbedding: false, separatesDocuments: true),
      Case(keyValueHeadCount: 1, execution: .rematerialized),
      Case(tiesEmbedding: false, execution: .scan, gates: .trained),
      Case(separatesDocuments: true, execution: .scan, layerOrder: [0, 1, 0]),
      Case(keyValueHeadCount: 2, separatesDocuments: true, isVaried: true),
    ]

    var configuration: LlamaConfiguration {
      var configuration = LlamaConfiguration(
        layerCount: 2,
        width: 32,
        headCount: 4,
        keyValueHeadCount: keyValueHeadCount,
        feedForwardWidth: 48,
        vocabularySize: 64,
        contextLength: 23,
        tiesEmbedding: tiesEmbedding
      )
      (configuration.outputGates, configuration.layerOrder) = (gates, layerOrder)
      if isVaried { configuration.vary(window: 9) }
      return configuration
    }
  }

  /// The loss, its gradients and the logits.
  private func results(
    _ example: Case,
    computationType: ElementType?
  ) throws -> (names: [String], arrays: [HostArray]) {
    let subject = TestModel(configuration: example.configuration, elementType: .float32)
    let model = Llama(
      subject.configuration,
      layerExecution: example.execution,
      computationType: computationType
    )
    let tokens = subject.tokens(rows: 4, length: 24)
    let row = (0..<24).map { Int32($0 / 7) }
    let segments = HostArray(Array(repeatElement(row, count: 4).joined()), shape: tokens.shape)
    let others = example.separatesDocuments ? [tokens, segments] : [tokens]
    let program = try subject.program("mixed", others.map(\.type)) { parameters, inputs in
      let (total, count) = model.totalLoss(
        sequences: inputs[0],
        segments: inputs.dropFirst().first,
        parameters: parameters
      )
      let loss = total / count
      let logits = model.logits(
        tokens: inputs[0].sliced(0..<23, alongAxis: 1),
        segments: inputs.dropFirst().first?.sliced(0..<23, alongAxis: 1),
        parameters: parameters
      )
      return gradient(of: loss, withRespectTo: parameters).tensors + [loss, count, logits]
    }
    return (
      subject.specifications.map(\.name) + ["loss", "count", "logits"],
      // At the scale at which training begins; TestModel's own parameters are larger.
      try program(subject.parameters().map(Self.quarter) + others)
    )
  }

  private static func quarter(_ array: HostArray) -> HostArray {
    HostArray(array.values(as: Float.self).map { $0 / 4 }, shape: array.shape)
  }

  /// The root of the squared differences, as a share of the numbers' own.
  private func distance(_ found: HostArray, _ expected: HostArray) -> Double {
    let pairs = zip(found.doubles, expected.doubles)
    let size = expected.doubles.reduce(0) { $0 + $1 * $1 }
    return (pairs.reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } / size).squareRoot()
  }

  /// Gradients, loss and logits are rounded, and not more than that.
  ///
  /// Half a unit in the last place of bfloat16 is 1/512 of a number. A number passes some ten roundings on its way to
  /// the loss and as many back, which add up as the root of their number where they are independent: 20 roundings the
  /// same way bound both, and a mistake shows as much more. In the other direction, something has to be rounded.
  @Test(arguments: Case.all)
  func gradientsAreThoseOfFloat32ButForRounding(_ example: Case) throws {
    let (names, expected) = try results(example, computationType: nil)
    let (_, found) = try results(example, computationType: .bfloat16)
    #expect(found.map(\.type) == expected.map(\.type))
    for (name, (found, expected)) in zip(names, zip(found, expected)) {
      let distance = distance(found, expected)
      if name == "count" {
        #expect(distance == 0)
      } else if name == "loss" {
        #expect((0x1p-20...0x1p-8).contains(distance), "\(name): \(distance)")
      } else {
        #expect((0x1p-12...20 * 0x1p-9).contains(distance), "\(name): \(distance)")
      }
    }
  }

  /// A model in float32 is the program that it was before there was another type.
  @Test func float32IsUntouched() throws {
    let subject = TestModel(configuration: Case.all[5].configuration, elementType: .float32)
    func text(_ computationType: ElementType?) throws -> String {
      let model = Llama(subject.configuration, computationType: computationType)
      let types = subject.parameterTypes + [TensorType(.int32, [2, 24])]
      return try TracedFunction("model", parameters: types) { inputs in
        let parameters = LlamaParameters(
          configuration: subject.configuration,
          tensors: Array(inputs.dropLast())
        )
        let (total, _) = model.totalLoss(
          sequences: inputs[types.count - 1],
          parameters: parameters
        )
        return gradient(of: total, withRespectTo: parameters).tensors
      }.module.text
    }
    #expect(try text(nil) == text(.float32))
    #expect(try !text(nil).contains("bf16"))
    // Sums of products are kept in float32 where they are scores or logits.
    let mixed = try text(.bfloat16).split(separator: "\n").filter { $0.contains("dot_general") }
    #expect(mixed.count { $0.hasSuffix("xf32>") } == 3)
    #expect(mixed.allSatisfy { !$0.contains("f32>,") })
  }
}
