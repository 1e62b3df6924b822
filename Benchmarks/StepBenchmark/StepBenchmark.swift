import ArgumentParser
import Arrays
import CLargeBlocks
import Foundation
import Kernels
import LanguageModels
import PJRT
import ProcessMemory
import Recipes
import Tensors
import Training

/// Espalier's side of `make bench`: training steps of a Llama, timed, by the protocol that
/// `Benchmarks/peers/protocol.py` describes.
@main
struct StepBenchmark: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "StepBenchmark",
    abstract: "Time training steps, alone or in turn with a peer.",
    discussion: "Benchmarks/compare.py runs it in alternating pairs with PyTorch and JAX."
  )

  @Option(help: "The number of layers.") var layers = 8
  @Option(help: "The size of the residual stream.") var width = 256
  @Option(help: "The number of heads.") var heads = 8
  @Option(help: "The inner size of the feed-forward part.") var ffn = 704
  @Option(help: "The size of the vocabulary.") var vocabulary = 8192
  @Option(help: "Sequences a step.") var batch = 8
  @Option(help: "Tokens a sequence.") var length = 256
  @Option(help: "Steps, unless interactive.") var steps = 10
  @Option(help: "Steps before the first that is reported.") var warmup = 3
  @Option(help: "unrolled, scan or rematerialized.") var execution = "unrolled"
  @Option(help: "float32 or bfloat16.") var precision = "float32"
  @Option(help: "adamw or muon.") var optimizer = "adamw"
  @Option(help: "The PJRT plugin's file.") var plugin = ".espalier/plugins/pjrt_c_api_cpu_plugin.so"
  @Option(help: "auto, xla or an instruction set of Espalier's kernels.") var kernels = "auto"
  @Option(help: "A folder that keeps compiled programs.") var cache: String?
  @Flag(help: "Wait for commands on the standard input.") var interactive = false

  func validate() throws {
    guard Llama.LayerExecution(rawValue: execution) != nil else {
      throw ValidationError("--execution needs unrolled, scan or rematerialized; got \(execution)")
    }
    guard Recipe.Precision(rawValue: precision) != nil else {
      throw ValidationError("--precision needs float32 or bfloat16; got \(precision)")
    }
    guard ["adamw", "muon"].contains(optimizer) else {
      throw ValidationError("--optimizer needs adamw or muon; got \(optimizer)")
    }
  }

  func run() throws {
    _ = espalier_keep_large_blocks()
    var subject = try Subject(self)
    for index in 0..<warmup {
      _ = try subject.step()
      if index == 0 { report(["event": "first"]) }
    }
    report([
      "event": "ready", "peer": "espalier", "mode": execution, "version": TrainingSession.version,
      "threads": ProcessInfo.processInfo.activeProcessorCount,
      "parameters": subject.parameterCount, "tokensPerStep": batch * length,
      "operationsPerStep": subject.operationsPerStep, "compileSeconds": subject.compileSeconds,
    ])
    var count = 0
    if interactive {
      while let line = readLine() {
        let words = line.split(separator: " ")
        switch (words.first, words.dropFirst().first.flatMap { Int($0) }) {
        case ("step", let number?):
          var total = 0.0
          for _ in 0..<number { total += try reportStep(&subject, &count) }
          report(["event": "done", "steps": number, "milliseconds": total])
        case ("memory", _):
          report(["event": "memory", "peakResidentBytes": peakResidentBytes()])
        case ("quit", _):
          report(["event": "end", "steps": count, "peakResidentBytes": peakResidentBytes()])
          return
        default:
          report(["event": "error", "message": "not a command: \(line)"])
        }
      }
    } else {
      for _ in 0..<steps { _ = try reportStep(&subject, &count) }
    }
    report(["event": "end", "steps": count, "peakResidentBytes": peakResidentBytes()])
  }

  private func reportStep(_ subject: inout Subject, _ count: inout Int) throws -> Double {
    let (milliseconds, loss) = try subject.step()
    report(["event": "step", "step": count, "milliseconds": milliseconds, "loss": loss])
    count += 1
    return milliseconds
  }

  private func report(_ fields: [String: Any]) {
    guard
      let data = try? JSONSerialization.data(withJSONObject: fields, options: [.sortedKeys])
    else { preconditionFailure("reports hold numbers and text only") }
    FileHandle.standardOutput.write(data + Data("\n".utf8))
  }

  /// The most memory this process ever held, by the kernel's count; 0 where there is no /proc.
  private func peakResidentBytes() -> Int {
    // A system without /proc reports nothing rather than something else.
    (try? ProcessMemory.peakBytes()) ?? 0
  }
}

/// What is timed: a compiled step and its state.
struct Subject {
  let parameterCount: Int
  let operationsPerStep: Double
  let compileSeconds: Double
  private let compiled: CompiledTrainingStep
  private let tokens: HostArray
  private var state: DeviceState

  init(_ options: StepBenchmark) throws {
    setenv("TF_CPP_MIN_LOG_LEVEL", "3", 0)
    let client = try Client.onOneDevice(of: Plugin(path: options.plugin))
    let configuration = LlamaConfiguration(
      layerCount: options.layers,
      width: options.width,
      headCount: options.heads,
      feedForwardWidth: options.ffn,
      vocabularySize: options.vocabulary,
      contextLength: options.length
    )
    let isMixed = options.precision == Recipe.Precision.bfloat16.rawValue
    let kernels = try Self.kernels(options.kernels, client: client, isMixed: isMixed)
    let step = TrainingStep(
      model: Llama(
        configuration,
        layerExecution: Llama.LayerExecution(rawValue: options.execution) ?? .unrolled,
        kernels: kernels,
        computationType: isMixed ? .bfloat16 : nil,
        attention: client.platformName == "cuda" && options.kernels == "auto" ? .cuDNN : .composed
      ),
      optimizer: Recipe.Optimizer(kind: options.optimizer == "muon" ? .muon : .adamW),
      batchSize: options.batch
    )
    let start = ContinuousClock.now
    let engine = Engine(client: client, cacheFolder: options.cache)
    compiled = try CompiledTrainingStep(step, engine: engine)
    compileSeconds = (ContinuousClock.now - start) / .seconds(1)
    parameterCount = configuration.parameterCount
    operationsPerStep = TrainingCost(configuration).operations(
      tokens: options.batch * options.length,
      layers: options.layers
    )
    state = try DeviceState(
      initializing: configuration,
      optimizer: step.optimizer,
      finalLayerCount: options.layers,
      seed: 0,
      devices: TrainingDevices(firstOf: engine)
    )
    let count = options.batch * (options.length + 1)
    tokens = HostArray(
      (0..<count).map { Int32(($0 &* 7919 &+ 13) % options.vocabulary) },
      shape: step.batchTypes[0].shape
    )
  }

  private static func kernels(
    _ name: String,
    client: Client,
    isMixed: Bool
  ) throws -> KernelLibrary? {
    switch name {
    case "xla": return nil
    case "auto":
      return client.platformName == "cpu" && !isMixed ? try KernelLibrary(client: client) : nil
    default:
      guard let set = KernelLibrary.sets.first(where: { $0.name == name }) else {
        let names = ["auto", "xla"] + KernelLibrary.sets.map(\.name)
        throw ValidationError(
          "--kernels needs one of \(names.joined(separator: ", ")); got \(name)"
        )
      }
      return try KernelLibrary(set, client: client)
    }
  }

  /// Runs one step and waits for it.
  mutating func step() throws -> (milliseconds: Double, loss: Double) {
    let start = ContinuousClock.now
    let result = try compiled(&state, batch: [tokens], rates: StepRates(shared: 1e-3))
    let loss = try result.readLoss()
    return ((ContinuousClock.now - start) / .milliseconds(1), loss)
  }
}
