import Arrays
import EspalierTestSupport
import Tensors
import Testing

@testable import LanguageModels

/// Logits, losses and gradients against those of PyTorch.
@Suite struct ParityTests {
  static let tolerance = Tolerance(.float32, roundings: 64)

  static func subject(tied: Bool, _ execution: Llama.LayerExecution) throws -> TestModel {
    let model = try LlamaParity.shared().golden.model
    return TestModel(
      configuration: LlamaConfiguration(
        layerCount: model.layers,
        width: model.width,
        headCount: model.headCount,
        keyValueHeadCount: model.keyValueHeadCount,
        feedForwardWidth: model.feedForwardWidth,
        vocabularySize: model.vocabularySize,
        contextLength: model.contextLength,
        tiesEmbedding: tied,
        ropeBase: model.ropeBase,
        normEpsilon: model.normEpsilon
      ),
      elementType: .float32,
      execution: execution
    )
  }

  static func parameters(of subject: TestModel) throws -> [HostArray] {
    let weights = try LlamaParity.shared().weights
    return try subject.specifications.map { try #require(weights[$0.name]) }
  }

  @Test(
    "Logits, loss and every gradient of the first batch are PyTorch's",
    arguments: ["tied", "untied", "packed"]
  )
  func everythingOfTheFirstBatchIsPyTorchs(_ name: String) throws {
    let parity = try LlamaParity.shared()
    let subject = try Self.subject(tied: name != "untied", .unrolled)
    let batch = parity.batch(0)
    let program = try subject.lossGradientAndLogits(
      batch.type,
      separatesDocuments: name == "packed"
    )
    let others = name == "packed" ? [batch, parity.segments] : [batch]
    let results = try program(Self.parameters(of: subject) + others)
    try Self.expect(results, toBe: name, subject)
  }

  @Test(
    "The layers run as a loop give PyTorch's numbers too, with documents apart or in one",
    arguments: [Llama.LayerExecution.scan, .rematerialized]
  )
  func layersInALoopGivePyTorchsNumbers(_ execution: Llama.LayerExecution) throws {
    let parity = try LlamaParity.shared()
    let subject = try Self.subject(tied: true, execution)
    let batch = parity.batch(0)
    let program = try subject.lossGradientAndLogits(batch.type, separatesDocuments: true)
    let parameters = try Self.parameters(of: subject)
    let oneDocument = HostArray(zeros: batch.type)
    try Self.expect(program(parameters + [batch, oneDocument]), toBe: "tied", subject)
    try Self.expect(program(parameters + [batch, parity.segments]), toBe: "packed", subject)
  }

  /// Compares the loss, the gradients and the logits with the golden ones of a case.
  private static func expect(
    _ results: [HostArray],
    toBe name: String,
    _ subject: TestModel
  ) throws {
    let parity = try LlamaParity.shared()
    let golden = parity.golden
    let (loss, gradients) =
      switch name {
      case "tied": (golden.tied.losses[0], golden.tied.firstGradients)
      case "untied": (golden.untied.losses[0], golden.untied.firstGradients)
      default: (golden.packed.loss, golden.packed.firstGradients)
      }
    #expect(tolerance.mismatch("\(name) loss", results[0].doubles, [loss]) == nil)
    for (specification, gradient) in zip(subject.specifications, results.dropFirst()) {
      let label = "\(name) \(specification.name)"
      let summary = try #require(gradients[specification.name])
      #expect(summary.mismatch(label, gradient, within: tolerance) == nil)
      if name == "tied" {
        let whole = try #require(parity.values["gradient.tied.\(specification.name)"])
        #expect(tolerance.mismatch(label, gradient, whole) == nil)
      }
    }
    let logits = try #require(results.last)
    let summary = try #require(golden.logits[name])
    #expect(summary.mismatch("\(name) logits", logits, within: tolerance) == nil)
    let first = try #require(parity.values["logits.\(name).sequence0"])
    let sequence = HostArray(
      Array(logits.values(as: Float.self).prefix(first.shape.elementCount)),
      shape: first.shape
    )
    #expect(tolerance.mismatch("\(name) logits", sequence, first) == nil)
  }
}
