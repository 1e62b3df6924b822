import ArgumentParser
import CLargeBlocks
import Foundation
import Growing
import LanguageModels
import PJRT
import ProcessMemory
import Recipes
import Training

/// How long a training state takes to grow, and in how much memory.
@main
struct GrowthBenchmark: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "GrowthBenchmark",
    abstract: "Time the growth of a training state and measure its memory.",
    discussion: """
      The state is a Llama's weights and two optimizer slots; the sizes are those before growing. \
      Timed is growing alone: not the first state, nor compiling the deeper step. Memory is the \
      most that the process held while it grew, less what it held before there was a state, over \
      the bytes of the grown state.

        GrowthBenchmark --method stack --layers 6
        GrowthBenchmark --method midas --layers 9
        GrowthBenchmark --method stack --layers 6 --checkpoint
        GrowthBenchmark --fill duplicate --layers 12 --width 384 --heads 6 --ffn 1024 --checkpoint
      """
  )

  @Option(help: "The operator to grow by, as `espalier operators` lists them.") var method = "stack"
  @Option(help: "Double the width instead: duplicate, duplicate-uneven, pad or next-layer.")
  var fill: String?
  @Option(help: "The number of layers.") var layers = 6
  @Option(help: "The layers of a block.") var blockSize = 3
  @Option(help: "The size of the residual stream.") var width = 768
  @Option(help: "The number of heads.") var heads = 12
  @Option(help: "The inner size of the feed-forward part.") var ffn = 2048
  @Option(help: "The size of the vocabulary.") var vocabulary = 20480
  @Option(help: "How often to grow, each time from a new state.") var repetitions = 5
  @Option(help: "The PJRT plugin's file.") var plugin = ".espalier/plugins/pjrt_c_api_cpu_plugin.so"
  @Flag(help: "Grow a checkpoint as `espalier grow` does, in a temporary folder.")
  var checkpoint = false
  @Flag(help: "Print JSON.") var json = false

  private var model: LlamaConfiguration {
    LlamaConfiguration(
      layerCount: layers,
      width: width,
      headCount: heads,
      feedForwardWidth: ffn,
      vocabularySize: vocabulary,
      contextLength: 1024
    )
  }

  func validate() throws {
    guard repetitions > 0 else { throw ValidationError("--repetitions needs 1 or more") }
    guard fill == nil || widthOperator != nil else {
      throw ValidationError("--fill needs a name that `espalier grow --help` lists")
    }
  }

  func run() throws {
    _ = espalier_keep_large_blocks()
    setenv("TF_CPP_MIN_LOG_LEVEL", "3", 0)
    let result = checkpoint ? try growCheckpoints() : try growOnDevice()
    if json {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
      print(String(decoding: try encoder.encode(result), as: UTF8.self))
    } else {
      print(result.text)
    }
  }

  private var widthOperator: WidthOperator? { fill.flatMap(WidthOperator.init(rawValue:)) }

  /// What is measured: in width where a fill is named, else in depth.
  private func growthStep() throws -> GrowthStep {
    guard let widthOperator else {
      return try GrowthOperator.named(method).step(fromDepth: layers, blockSize: blockSize)
    }
    // Twice as wide in everything.
    let sizes = ModelSizes(width: 2 * width, headCount: 2 * heads, feedForwardWidth: 2 * ffn)
    return try GrowthStep(
      widening: Widening(to: sizes, fill: widthOperator),
      storedLayers: layers
    )
  }

  private func name(of step: GrowthStep) -> String {
    step.widening.map { "\($0.fill.rawValue), width \(width) to \(2 * width)" }
      ?? "\(method), \(layers) to \(step.map.depth) layers"
  }

  private func growOnDevice() throws -> GrowthResult {
    let step = try growthStep()
    let client = try Client.onOneDevice(of: Plugin(path: plugin))
    let trial = DeviceTrial(configuration: model, step: step, client: client)
    return try measured(
      "\(name(of: step)), on the device",
      grown: model.grown(by: step),
      trial.run
    )
  }

  private func growCheckpoints() throws -> GrowthResult {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("espalier-growth-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let step = try growthStep()
    let trial = CheckpointTrial(configuration: model, step: step, folder: folder)
    return try measured(
      "\(name(of: step)), a checkpoint",
      grown: model.grown(by: step),
      trial.run
    )
  }

  private func measured(
    _ name: String,
    grown: LlamaConfiguration,
    _ trial: () throws -> GrowthFigures
  ) throws -> GrowthResult {
    let before = try ProcessMemory.residentBytes()
    let figures = try (0..<repetitions).map { _ in try trial() }
    return GrowthResult(
      growth: name,
      parameters: grown.parameterCount,
      stateBytes: StateLayout(configuration: grown, optimizer: Recipe.Optimizer()).entries
        .reduce(0) { $0 + $1.type.byteCount },
      seconds: figures.map(\.seconds),
      residentBytesBefore: before,
      peakResidentBytes: figures.map(\.peakBytes).max() ?? 0
    )
  }
}
