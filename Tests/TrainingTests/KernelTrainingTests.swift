import Arrays
import EspalierTestSupport
import Growing
import Kernels
import LanguageModels
import Randomness
import Recipes
import Tensors
import Testing

@testable import Training

/// Training by kernels against training by plain StableHLO.
///
/// Both round differently, so their courses drift apart as those of any two correct programs do; how fast,
/// the same model shows when one of its initial numbers is moved by its last bit.
@Suite(.enabled(if: KernelTraining.library != nil, "there are no kernels for this processor"))
struct KernelTrainingTests {
  @Test("Over 200 steps kernels give the same losses within float noise, and the same bits again")
  func courseOfLosses() throws {
    let training = KernelTraining()
    let plain = try training.losses(steps: 200, by: nil)
    let moved = try training.losses(steps: 200, by: nil, movingLastBits: true)
    let found = try training.losses(steps: 200, by: KernelTraining.library)
    let again = try training.losses(steps: 200, by: KernelTraining.library)
    #expect(found == again)
    #expect(plain[199] < plain[0] - 0.5)
    func drift(_ other: [Double]) -> Double {
      zip(plain, other).map { (($0 - $1) / $0).magnitude }.max() ?? 0
    }
    // Four units in the last place either way; a mistake in a gradient shows a thousand times as much.
    let noise = Tolerance(.float32, roundings: 64).share
    #expect(drift(found) <= noise)
    #expect(drift(moved) <= noise)
  }

  @Test("A few steps agree in every way of running a step", arguments: KernelTraining.variants)
  func variants(_ training: KernelTraining) throws {
    let plain = try training.losses(steps: 4, by: nil)
    let found = try training.losses(steps: 4, by: KernelTraining.library)
    for (step, (plain, found)) in zip(plain, found).enumerated() {
      let tolerance = Tolerance(.float32, roundings: 16)
      #expect(tolerance.mismatch("loss \(step)", [found], [plain]) == nil)
    }
  }
}

/// The training of a tiny model whose every product is large enough for a kernel.
struct KernelTraining: CustomTestStringConvertible, Sendable {
  var tied = true
  var keyHeads = 4
  var execution = Llama.LayerExecution.unrolled
  var accumulation = 1
  var separatesDocuments = false
  /// Whether a batch says what is to be predicted and how long prefixes are.
  var isMarked = false
  var gates: OutputGates?
  /// Whether attention has biases, norms and stretched positions.
  var isVaried = false
  var window: Int?

  static let variants = [
    KernelTraining(separatesDocuments: true),
    KernelTraining(tied: false, keyHeads: 1),
    KernelTraining(keyHeads: 2, execution: .scan),
    KernelTraining(execution: .rematerialized, separatesDocuments: true),
    KernelTraining(tied: false, execution: .scan, accumulation: 2, separatesDocuments: true),
    KernelTraining(keyHeads: 2, execution: .rematerialized, accumulation: 2),
    KernelTraining(isMarked: true),
    KernelTraining(
      keyHeads: 2,
      execution: .scan,
      accumulation: 2,
      separatesDocuments: true,
      isMarked: true
    ),
    KernelTraining(gates: .trained),
    KernelTraining(execution: .scan, separatesDocuments: true, gates: .held),
    KernelTraining(tied: false, execution: .rematerialized, accumulation: 2, gates: .trained),
    KernelTraining(keyHeads: 2, isVaried: true),
    KernelTraining(keyHeads: 2, separatesDocuments: true, isVaried: true, window: 24),
  ]

  /// The kernels for this processor; nil if there are none.
  static let library = try? KernelLibrary(client: TestPlugin.client(), workerCount: 2)

  var testDescription: String {
    "\(tied ? "tied" : "untied"), \(keyHeads) key heads, \(execution), \(accumulation) parts"
      + (separatesDocuments ? ", documents apart" : "") + (isMarked ? ", marked" : "")
      + (gates.map { ", gates \($0)" } ?? "") + (isVaried ? ", varied" : "")
      + (window.map { ", window \($0)" } ?? "")
  }

  private var configuration: LlamaConfiguration {
    var configuration = LlamaConfiguration(
      layerCount: 2,
      width: 64,
      headCount: 4,
      keyValueHeadCount: keyHeads,
      feedForwardWidth: 176,
      vocabularySize: 96,
      contextLength: 64,
      tiesEmbedding: tied,
      ropeBase: 10_000,
      normEpsilon: 1e-5
    )
    configuration.outputGates = gates
    configuration.slidingWindow = window
    guard isVaried else { return configuration }
    configuration.attentionBias = .all
    configuration.queryKeyNorm = .eachHead
    configuration.ropeScaling = .linear(factor: 2)
    return configuration
  }

  private static let batchSize = 4

  /// The losses of steps from the same weights on the same batches.
  ///
  /// - Parameters:
  ///   - steps: How many.
  ///   - kernels: What computes; nil for plain StableHLO.
  ///   - movingLastBits: Whether the embedding begins one unit in the last place away.
  /// - Returns: One loss a step.
  /// - Throws: What the plugin reports.
  func losses(
    steps: Int,
    by kernels: KernelLibrary?,
    movingLastBits: Bool = false
  ) throws -> [Double] {
    let step = TrainingStep(
      model: Llama(configuration, layerExecution: execution, kernels: kernels),
      optimizer: Recipe.Optimizer(),
      batchSize: Self.batchSize,
      accumulation: accumulation,
      separatesDocuments: separatesDocuments,
      targets: isMarked ? .marked : .next
    )
    let engine = Engine(
      client: try TestPlugin.client(),
      settings: ["xla_backend_optimization_level": "0"]
    )
    var training = try TestTraining(step, state: state(movingLastBits), engine: engine)
    return try (0..<steps).map { number in
      let batches = [batch(number)] + (separatesDocuments ? [segments(number)] : [])
      return try training.step(isMarked ? marked(batches, number) : batches, rate: 3e-3).loss
    }
  }

  private func state(_ movingLastBits: Bool) throws -> DeviceState {
    let layout = StateLayout(configuration: configuration, optimizer: Recipe.Optimizer())
    return try DeviceState(layout: layout, devices: TestTraining.devices()) { entry in
      guard let specification = layout.specifications.first(where: { $0.name == entry.name }) else {
        return HostArray(zeros: entry.type)
      }
      let start =
        entry.role == .layeredGate
        ? HostArray([0.7, 1.3, 0.4, -0.6] as [Float], shape: [2, 2])
        : ParameterInitializer(seed: 3).array(for: specification)
      guard movingLastBits, entry.name == "embedding" else { return start }
      return HostArray(start.values(as: Float.self).map(\.nextUp), shape: start.shape)
    }
  }

  /// Sequences in which each token follows from the one before, but for one in four.
  private func batch(_ step: Int) -> HostArray {
    var token: Int32 = 0
    return rows(RandomStream(seed: 9).indexed(UInt64(step))) { word, _ in
      token = word % 4 == 0 ? Int32(word / 4 % 96) : (token * 5 + 7) % 96
      return token
    }
  }

  /// Inputs, targets, weights and prefix lengths of sequences, and the inputs' documents.
  private func marked(_ batches: [HostArray], _ step: Int) -> [HostArray] {
    let length = configuration.contextLength
    let stream = RandomStream(seed: 11).indexed(UInt64(step))
    let whole: Shape = [Self.batchSize, length]
    func columns(of array: HostArray, from first: Int) -> HostArray {
      let values = array.values(as: Int32.self)
      let places = (0..<whole.elementCount).map { $0 / length * (length + 1) + $0 % length + first }
      return HostArray(places.map { values[$0] }, shape: whole)
    }
    let weights = (0..<whole.elementCount).map { Int32(stream.word(at: UInt64($0)) % 2) }
    let prefixes = (0..<Self.batchSize).map {
      Int32(stream.named("prefixes").wholeNumber(below: length + 1, at: UInt64($0)))
    }
    return [
      columns(of: batches[0], from: 0), columns(of: batches[0], from: 1),
      HostArray(weights, shape: whole), HostArray(prefixes, shape: [Self.batchSize]),
    ] + batches.dropFirst().map { columns(of: $0, from: 0) }
  }

  /// Documents of random lengths, packed.
  private func segments(_ step: Int) -> HostArray {
    var number: Int32 = 0
    return rows(RandomStream(seed: 10).indexed(UInt64(step))) { word, position in
      if position == 0 { number = 0 } else if word % 15 == 0 { number += 1 }
      return number
    }
  }

  private func rows(
    _ stream: RandomStream,
    _ number: (_ word: UInt64, _ position: Int) -> Int32
  ) -> HostArray {
    let length = configuration.contextLength + 1
    let numbers = (0..<Self.batchSize * length).map {
      number(stream.word(at: UInt64($0)), $0 % length)
    }
    return HostArray(numbers, shape: [Self.batchSize, length])
  }
}
