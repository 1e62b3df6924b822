import Arrays
import EspalierTestSupport
import LanguageModels
import Tensors
import Testing

@testable import Training

/// Steps on batches that say themselves what is to be predicted.
@Suite struct BatchLayoutTests {
  /// Inputs, targets, weights and prefix lengths of a golden batch.
  private static func marked(
    _ parity: LlamaParity,
    _ step: Int,
    weight: (_ row: Int, _ position: Int) -> Bool,
    prefix: (_ row: Int) -> Int = { _ in 0 }
  ) -> [HostArray] {
    let (rows, length) = (parity.golden.batchSize, parity.golden.model.contextLength)
    let tokens = parity.batch(step).values(as: Int32.self)
    let places = (0..<rows).flatMap { row in (0..<length).map { (row, $0) } }
    let whole: Shape = [rows, length]
    return [
      HostArray(places.map { tokens[$0 * (length + 1) + $1] }, shape: whole),
      HostArray(places.map { tokens[$0 * (length + 1) + $1 + 1] }, shape: whole),
      HostArray(places.map { weight($0, $1) ? Int32(1) : 0 }, shape: whole),
      HostArray((0..<rows).map { Int32(prefix($0)) }, shape: [rows]),
    ]
  }

  private static func training(
    _ parity: LlamaParity,
    accumulation: Int = 1,
    _ execution: Llama.LayerExecution = .unrolled
  ) throws -> TestTraining {
    let step = TrainingStep(
      model: Llama(parity.configuration(tied: true), layerExecution: execution),
      optimizer: parity.optimizer,
      batchSize: parity.golden.batchSize,
      accumulation: accumulation,
      targets: .marked
    )
    return try TestTraining(step, state: parity.state(tied: true, optimizer: step.optimizer))
  }

  @Test("Where every next token counts and nothing is a prefix, a step is the causal one")
  func allTargetsAreTheCausalStep() throws {
    let parity = try LlamaParity.shared()
    var causal = try parity.training()
    var marked = try Self.training(parity)
    for step in 0..<3 {
      let expected = try causal.step([parity.batch(step)], rate: 1e-3)
      let found = try marked.step(Self.marked(parity, step) { _, _ in true }, rate: 1e-3)
      let tolerance = Tolerance(.float32, roundings: 16)
      #expect(tolerance.mismatch("loss", [found.loss], [expected.loss]) == nil)
      #expect(tolerance.mismatch("norm", [found.norm], [expected.norm]) == nil)
    }
  }

  @Test("A batch in parts is the whole batch, also when parts have different numbers of targets")
  func partsAreTheWhole() throws {
    let parity = try LlamaParity.shared()
    let rows = parity.golden.batchSize
    // The second half of the rows has one target each, the first all behind the prefix.
    let batch = Self.marked(parity, 0) { row, position in
      row < rows / 2 ? position >= 2 : position == 5
    } prefix: { row in
      row < rows / 2 ? 3 : 6
    }
    var whole = try Self.training(parity)
    var parts = try Self.training(parity, accumulation: 2, .scan)
    for _ in 0..<2 {
      let expected = try whole.step(batch, rate: 1e-3)
      let found = try parts.step(batch, rate: 1e-3)
      let tolerance = Tolerance(.float32, roundings: 32)
      #expect(tolerance.mismatch("loss", [found.loss], [expected.loss]) == nil)
      #expect(tolerance.mismatch("norm", [found.norm], [expected.norm]) == nil)
    }
  }

  @Test("A batch in which nothing counts has no loss and changes no moment")
  func nothingCounts() throws {
    let parity = try LlamaParity.shared()
    var training = try Self.training(parity)
    let (loss, norm) = try training.step(Self.marked(parity, 0) { _, _ in false }, rate: 1e-3)
    #expect(loss == 0 && norm == 0)
  }
}
