import ArgumentParser
import Arrays
import CLargeBlocks
import Checkpoints
import Corpus
import Evaluation
import Files
import Foundation
import Generation
import Growing
import Kernels
import LanguageModels
import PJRT
import Recipes
import SavedModels
import Tensors
import Training

/// Times asking a model beside training it, in alternating turns of one process.
///
/// - `scoring`: questions with solved examples before them, one token to score each, against a training step of the same
///   model by GFLOP/s.
/// - `generation`: greedy text with the cache of keys and values, against reading the whole text anew for each token, and
///   with weights in 8 bits.
@main
struct AskingBenchmark: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "AskingBenchmark",
    abstract: "Time scoring beside training, and generation with its cache beside reading anew."
  )

  @Option(help: "The number of layers.") var layers = 8
  @Option(help: "The size of the residual stream.") var width = 256
  @Option(help: "The number of heads.") var heads = 8
  @Option(help: "The inner size of the feed-forward part.") var ffn = 704
  @Option(help: "The size of the vocabulary.") var vocabulary = 8192
  @Option(help: "The tokens that the model sees.") var length = 256
  @Option(help: "Sequences a training step.") var batch = 8
  @Option(help: "Questions a turn.") var questions = 128
  @Option(help: "Tokens that are generated a turn.") var tokens = 224
  @Option(help: "Turns that count, each of all subjects.") var turns = 6
  @Option(help: "The tokenizer, of no more pieces than the vocabulary.")
  var tokenizer = "Tests/Fixtures/tokenizer/genesis-512.model"
  @Option(help: "A run or checkpoint: only its text is timed, not that of a drawn model.")
  var model: String?
  @Option(help: "How that model's weights are held; both ways, if not given.")
  var weights: WeightPrecision?
  @Option(help: "The PJRT plugin's file.") var plugin = ".espalier/plugins/pjrt_c_api_cpu_plugin.so"

  func run() throws {
    _ = espalier_keep_large_blocks()
    setenv("TF_CPP_MIN_LOG_LEVEL", "3", 0)
    if let model { return try timeText(of: model) }
    let folder = NSTemporaryDirectory() + "asking-\(ProcessInfo.processInfo.processIdentifier)"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let subjects = try Subjects(self, folder: folder)
    var times = [String: [Double]](minimumCapacity: 4)
    // The first turn compiles and warms up.
    for turn in 0...turns {
      for (name, seconds) in try subjects.turn() where turn > 0 {
        times[name, default: []].append(seconds)
      }
    }
    report(times, subjects)
  }

  /// Times greedy text of a saved model, in float32 and in 8 bits, turn by turn.
  private func timeText(of path: String) throws {
    let saved = try SavedModel(path: path) { FileHandle.standardError.write(Data("\($0)\n".utf8)) }
    let engine = Engine(client: try Client.onOneDevice(of: Plugin(path: plugin)))
    let precisions = weights.map { [$0] } ?? WeightPrecision.allCases
    let generators = try precisions.map {
      try TextGenerator(saved, tokenizer: saved.tokenizer(), engine: engine, precision: $0)
    }
    for turn in 0...turns {
      for (precision, generator) in zip(precisions, generators) {
        let start = ContinuousClock.now
        let text = try generator.continue(
          ["In the beginning"],
          settings: SamplingSettings(temperature: 0),
          limits: TextGenerator.Limits(tokenCount: tokens)
        )
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        guard turn > 0, let count = text.first?.tokens.count else { continue }
        print("\(precision) \(count) tokens \(seconds) s")
      }
    }
  }

  private func report(_ times: [String: [Double]], _ subjects: Subjects) {
    func median(_ name: String) -> Double {
      let sorted = (times[name] ?? [0]).sorted()
      return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
    }
    func range(_ first: String, _ second: String) -> String {
      let ratios = zip(times[first] ?? [], times[second] ?? []).map { $0 / $1 }.sorted()
      let ends = [ratios.first, ratios[ratios.count / 2], ratios.last].compactMap(\.self)
      return ends.map { String(format: "%.2f", $0) }.joined(separator: " / ")
    }
    let training = subjects.trainingOperations / median("training") / 1e9
    let scoring = subjects.scoringOperations / median("scoring") / 1e9
    print(
      String(format: "training step   %8.1f ms  %7.1f GFLOP/s", 1e3 * median("training"), training)
    )
    print(
      String(
        format: "scoring         %8.1f ms  %7.1f GFLOP/s  %.0f %% of training's",
        1e3 * median("scoring"),
        scoring,
        100 * scoring / training
      )
    )
    for name in ["cached", "int8", "anew"] {
      print(
        String(
          format: "%@          %8.1f ms  %7.1f tokens/s",
          name.padding(toLength: 6, withPad: " ", startingAt: 0),
          1e3 * median(name),
          Double(subjects.generatedCount) / median(name)
        )
      )
    }
    print("anew over cached, least / median / most: \(range("anew", "cached"))")
    print("cached over int8, least / median / most: \(range("cached", "int8"))")
  }
}

/// What is timed: one model, trained, asked, and let go on with a text.
private final class Subjects {
  let trainingOperations: Double
  let scoringOperations: Double
  private(set) var generatedCount = 0
  private var roundedCount = 0

  private let step: CompiledTrainingStep
  private let batch: HostArray
  private var state: DeviceState
  private let scorer: ContinuationScorer
  private let requests: [ScoringRequest]
  private let generator: TextGenerator
  private let roundedGenerator: TextGenerator
  private let limits: TextGenerator.Limits

  init(_ options: AskingBenchmark, folder: String) throws {
    let client = try Client.onOneDevice(of: Plugin(path: options.plugin))
    let (engine, kernels) = (Engine(client: client), try KernelLibrary(client: client))
    let configuration = LlamaConfiguration(
      layerCount: options.layers,
      width: options.width,
      headCount: options.heads,
      feedForwardWidth: options.ffn,
      vocabularySize: options.vocabulary,
      contextLength: options.length
    )
    let training = TrainingStep(
      model: Llama(configuration, kernels: kernels),
      optimizer: Recipe.Optimizer(),
      batchSize: options.batch
    )
    step = try CompiledTrainingStep(training, engine: engine)
    state = try DeviceState(
      initializing: configuration,
      optimizer: training.optimizer,
      finalLayerCount: options.layers,
      seed: 0,
      devices: TrainingDevices(firstOf: engine)
    )
    func drawn(_ count: Int, _ start: Int) -> [Int32] {
      (start..<start + count).map { Int32(($0 &* 7919 &+ 13) % options.vocabulary) }
    }
    batch = HostArray(
      drawn(options.batch * (options.length + 1), 0),
      shape: training.batchTypes[0].shape
    )
    let cost = TrainingCost(configuration)
    trainingOperations = cost.operations(
      tokens: options.batch * options.length,
      layers: options.layers
    )
    let tokenizer = try Tokenizer(path: options.tokenizer)
    let saved = try Self.saved(configuration, tokenizer, folder: folder)
    scorer = try ContinuationScorer(saved, engine: engine, kernels: kernels)
    requests = (0..<options.questions).map {
      ScoringRequest(
        context: drawn(options.length, 1000 * $0),
        continuation: drawn(1, 1000 * $0 + 999)
      )
    }
    // A forward pass is a third of a step, and of the head only one place a question counts.
    let layers =
      Double(options.questions * options.length) * Double(options.layers) * cost.perTokenAndLayer
    scoringOperations = (layers + Double(options.questions) * cost.perTokenOfHead) / 3
    generator = try TextGenerator(saved, tokenizer: tokenizer, engine: engine)
    roundedGenerator = try TextGenerator(
      saved,
      tokenizer: tokenizer,
      engine: engine,
      precision: .int8
    )
    limits = TextGenerator.Limits(tokenCount: options.tokens)
  }

  /// Drawn parameters in a checkpoint, as a saved model.
  private static func saved(
    _ configuration: LlamaConfiguration,
    _ tokenizer: Tokenizer,
    folder: String
  ) throws -> SavedModel {
    let state = ModelState(
      configuration: configuration,
      lineage: Lineage(depth: configuration.layerCount),
      tokenizerChecksum: tokenizer.checksum
    )
    var fields =
      try JSONSerialization.jsonObject(with: JSONEncoder().encode(state)) as? [String: Any] ?? [:]
    fields["position"] = ["step": 1]
    try LocalFileSystem().createFolders(folder)
    let checkpoint = try CheckpointStore(folder: folder).write(
      Checkpoint(
        step: 1,
        model: configuration.parameterSpecifications.map {
          NamedArray($0.name, ParameterInitializer(seed: 0).array(for: $0))
        },
        optimizer: [],
        state: JSONSerialization.data(withJSONObject: fields)
      )
    )
    return try SavedModel(checkpoint)
  }

  /// The seconds of each subject.
  func turn() throws -> [(String, Double)] {
    let training = try seconds {
      let result = try step(&state, batch: [batch], rates: StepRates(shared: 1e-3))
      _ = try result.readLoss()
    }
    let scoring = try seconds { _ = try scorer.scores(requests) }
    var text: Continuation?
    func write(_ generator: TextGenerator) throws {
      text = try generator.continue(
        ["In the beginning"],
        settings: SamplingSettings(temperature: 0),
        limits: limits
      ).first
    }
    let rounded = try seconds { try write(roundedGenerator) }
    roundedCount = text?.tokens.count ?? 0
    let cached = try seconds { try write(generator) }
    let tokens = [Int32](repeating: 5, count: 8) + (text?.tokens ?? [])
    generatedCount = tokens.count - 8
    // The whole text so far for each token.
    let anew = try seconds {
      for count in 8..<tokens.count {
        let request = ScoringRequest(
          context: Array(tokens[..<count]),
          continuation: [tokens[count]]
        )
        _ = try scorer.scores([request])
      }
    }
    // Per token: another model may end its text elsewhere.
    let perToken = rounded / Double(max(1, roundedCount)) * Double(generatedCount)
    return [
      ("training", training), ("scoring", scoring), ("cached", cached), ("int8", perToken),
      ("anew", anew),
    ]
  }

  private func seconds(_ body: () throws -> Void) rethrows -> Double {
    let start = ContinuousClock.now
    try body()
    return (ContinuousClock.now - start) / .seconds(1)
  }
}

extension WeightPrecision: ExpressibleByArgument {}
