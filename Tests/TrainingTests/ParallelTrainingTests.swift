import Arrays
import EspalierTestSupport
import Foundation
import Growing
import LanguageModels
import PJRT
import Recipes
import Runs
import StableHLO
import Tensors
import Testing

@testable import Training

/// Runs that several devices of the processor train together.
@Suite struct ParallelTrainingTests {
  private static let engine = Result<Engine, any Error> {
    Engine(
      client: try .onDevices(4, of: Plugin(path: TestPlugin.path)),
      settings: ["xla_backend_optimization_level": "0"]
    )
  }

  /// One layer of width 8 that becomes two, trained for eight steps of four sequences.
  private func recipe(
    _ devices: Int,
    _ sharding: Recipe.Parallelism.Sharding = .fsdp,
    kernels: Recipe.Kernels = .xla,
    growth: String = "method: midas",
    training: String = "",
    measuring: Int = 8
  ) throws -> Recipe {
    try Recipe.parse(
      """
      name: tiny
      kernels: \(kernels.rawValue)
      parallelism: {devices: \(devices), sharding: \(sharding.rawValue)}
      corpus: {tokens: \(TestCorpus.tokenFile())}
      model: {layers: 2, width: 8, headCount: 2, feedForwardWidth: 12, contextLength: 8}
      training: {steps: 8, batchSize: 8\(training)}
      evaluation: {every: 4, sequences: \(measuring)}
      logging: {every: 1, samples: \(measuring == 8 ? 0 : 1), sampleTokens: 2}
      checkpoints: {every: 4}
      growth: {\(growth), blockSize: 1, schedule: {alpha: 0}}
      """,
      file: "tiny.yaml"
    )
  }

  /// Trains, or goes on with, a run until as many steps are taken.
  @discardableResult
  private func train(
    _ recipe: Recipe,
    in folder: RunFolder,
    upTo end: Int = 8
  ) throws -> RunRecord {
    if RunStore(folder).exists {
      // As a user does who goes on with other devices.
      try recipe.yamlText().write(toFile: folder.recipeFile, atomically: true, encoding: .utf8)
    }
    var session = try TrainingSession(
      newOrResuming: recipe,
      folder: folder,
      engine: Self.engine.get(),
      arguments: [],
      notice: { Issue.record("\($0)") }
    )
    var step = session.completedSteps
    let watch = RunWatch<TrainingEvent> { event in
      if case .advanced(let now, _, _) = event { step = now }
    } shouldStop: {
      step >= end
    }
    return try session.run(watch).record
  }

  /// The losses and norms of the steps, and the losses that were measured.
  private func measurements(_ folder: RunFolder) throws -> [[Double]] {
    try RunStore(folder).metrics().records.map { row in
      try [
        #require(row.loss), #require(row.gradientNorm), row.validationLoss ?? 0,
      ]
    }
  }

  private func model(_ folder: RunFolder) throws -> Data {
    let path = "\(folder.checkpointsFolder)/step-00000008/model.safetensors"
    return try Data(contentsOf: URL(fileURLWithPath: path))
  }

  private func expectEqualButForRounding(_ found: [[Double]], _ expected: [[Double]]) {
    #expect(found.count == expected.count)
    for (step, (found, expected)) in zip(found, expected).enumerated() {
      let pairs = zip(found, expected)
      #expect(pairs.allSatisfy { abs($0 - $1) <= 2e-5 * abs($1) }, "step \(step + 1)")
    }
  }

  @Test(
    "However many devices train, and whatever they share, the run is that of one, to the same bits again",
    arguments: [
      (2, Recipe.Parallelism.Sharding.data), (2, .zero1), (4, .fsdp),
    ]
  )
  func devicesTrainAsOne(devices: Int, sharding: Recipe.Parallelism.Sharding) throws {
    // A last batch of three rows, which cannot be cut into equal parts; and texts are written, by one device.
    let measuring = 11
    let recipe = try recipe(devices, sharding, kernels: .auto, measuring: measuring)
    let folder = try TemporaryFolder()
    let (alone, together, parts) = (
      RunFolder(path: folder / "alone"), RunFolder(path: folder / "together"),
      RunFolder(path: folder / "parts")
    )
    try train(self.recipe(1, measuring: measuring), in: alone)
    let record = try train(recipe, in: together)
    #expect(record.versions.kernels == "xla")
    try expectEqualButForRounding(measurements(together), measurements(alone))
    for end in [2, 6, 8] { try train(recipe, in: parts, upTo: end) }
    #expect(try model(parts) == model(together))
    #expect(try measurements(parts) == measurements(together))
  }

  @Test("A run goes on with two devices, with four and with one; growing is between them")
  func checkpointsKnowNoDevices() throws {
    let folder = try TemporaryFolder()
    let (alone, moved) = (RunFolder(path: folder / "alone"), RunFolder(path: folder / "moved"))
    try train(recipe(1), in: alone)
    for (end, devices, sharding) in [
      (2, 1, Recipe.Parallelism.Sharding.data), (3, 2, .fsdp), (6, 4, .zero1), (7, 2, .data),
      (8, 1, .data),
    ] {
      try train(recipe(devices, sharding), in: moved, upTo: end)
    }
    try expectEqualButForRounding(measurements(moved), measurements(alone))
  }

  @Test(
    "Accumulated parts, objectives, other optimizers and growths by trying and learning are one device's",
    arguments: [
      ("method: midas", ", gradientAccumulation: 2"),
      ("method: midas", ", objective: {kind: mixture}"),
      ("method: midas", ", optimizer: {kind: muon}"),
      ("method: adaptive, adaptive: {lag: 2, pool: random midas spread}", ""),
      ("method: learned-map, mapSteps: 3", ""),
    ]
  )
  func everyKindOfTrainingIsOneDevices(growth: String, training: String) throws {
    let folder = try TemporaryFolder()
    let (alone, together) = (RunFolder(path: folder / "1"), RunFolder(path: folder / "2"))
    let one = try train(recipe(1, growth: growth, training: training), in: alone)
    let two = try train(recipe(2, growth: growth, training: training), in: together)
    #expect(two.choices?.map(\.chosen) == one.choices?.map(\.chosen))
    try expectEqualButForRounding(measurements(together), measurements(alone))
  }

  @Test func eachDeviceHoldsItsPart() throws {
    let engine = try Self.engine.get()
    func parts(_ sharding: Recipe.Parallelism.Sharding) throws -> [String: Shape] {
      let job = try TrainingJob(recipe(4, sharding))
      let state = try DeviceState(
        initializing: job.configuration(inStage: 1),
        optimizer: job.recipe.training.optimizer,
        finalLayerCount: 2,
        seed: 0,
        devices: job.devices(of: engine)
      )
      return Dictionary(
        uniqueKeysWithValues: zip(state.layout.entries, state.tensors).map {
          ($0.name, $1.parts[3].type.shape)
        }
      )
    }
    let (data, zero1, fsdp) = (try parts(.data), try parts(.zero1), try parts(.fsdp))
    for (name, shape) in data {
      let isOptimizers = name.contains("Moment")
      let whole = shape.elementCount
      // What layers alone count, and counts, are whole everywhere.
      let isCut = shape.rank > 1 || shape == [8]
      #expect(fsdp[name]?.elementCount == (isCut ? whole / 4 : whole), "\(name)")
      #expect(zero1[name]?.elementCount == (isCut && isOptimizers ? whole / 4 : whole), "\(name)")
      #expect(shape.rank < 2 || shape[0] != 2 || fsdp[name]?[0] == 2, "\(name)")
    }
  }

  @Test(
    "Devices tell each other gradients and, where parameters are cut, these; rows stay on their devices",
    arguments: [
      (Recipe.Parallelism.Sharding.data, Recipe.Model.LayerExecution.scan, 1),
      (.zero1, .unrolled, 1),
      (.fsdp, .unrolled, 1), (.fsdp, .scan, 2), (.fsdp, .rematerialized, 1),
    ]
  )
  func rowsStayOnTheirDevices(
    sharding: Recipe.Parallelism.Sharding,
    layerExecution: Recipe.Model.LayerExecution,
    accumulation: Int
  ) throws {
    var recipe = try recipe(2, sharding)
    recipe.model.layerExecution = layerExecution
    recipe.training.gradientAccumulation = accumulation
    let step = try TrainingJob(recipe).trainingStep(layers: 2, kernels: nil)
    let program = try Self.engine.get().compile(step.traced())
    let bytes = try program.executable.executable.optimizedProgram()
    let text = String(decoding: bytes, as: UTF8.self)
    #expect(text.contains("all-reduce"))
    #expect(!text.contains("all-to-all") && !text.contains("collective-permute"))
    #expect(text.contains("all-gather") == (sharding != .data))
  }

  @Test func theLongestAxisThatCanBeIsCut() {
    func sharding(_ shape: Shape, _ axes: [TensorAxis] = [], _ devices: Int = 4) -> TensorSharding {
      let entry = StateLayout.Entry(
        name: "tensor",
        type: TensorType(.float32, shape),
        role: .sharedWeight,
        axes: axes,
        quantity: .weight
      )
      return Recipe.Parallelism(devices: devices, sharding: .fsdp).sharding(of: entry)
    }
    #expect(sharding([8, 16]) == .split(axis: 1))
    #expect(sharding([8, 18]) == .split(axis: 0))
    #expect(sharding([8, 8]) == .split(axis: 0))
    #expect(sharding([6, 18]) == .replicated)
    #expect(sharding([]) == .replicated)
    #expect(sharding([0, 8]) == .replicated)
    #expect(sharding([8, 4], [.layers, .scales(.width)]) == .split(axis: 1))
    #expect(sharding([8], [.layers]) == .replicated)
    #expect(sharding([8, 16], [], 1) == .replicated)
  }

  @Test func devicesThatAreNotThereAreRefused() throws {
    let folder = try TemporaryFolder()
    let run = RunFolder(path: folder / "run")
    #expect {
      try train(recipe(8), in: run)
    } throws: {
      "\($0)"
        == "parallelism.devices: asks for 8, and the platform cpu has 4; choose at most so many"
    }
    #expect(!RunStore(run).exists)
    #expect {
      try train(recipe(2, kernels: .swift), in: run)
    } throws: {
      "\($0)"
        == "kernels: swift cannot be had: Espalier's kernels run on one device, not on 2 together; choose auto or xla"
    }
  }

  @Test func rowsAreSharedEvenly() throws {
    #expect {
      try Recipe.parse(
        """
        corpus: {tokens: x}
        training: {batchSize: 12, gradientAccumulation: 3}
        parallelism: {devices: 8}
        """,
        file: "tiny.yaml"
      )
    } throws: {
      "\($0)".contains(
        "training.batchSize: needs a multiple of training.gradientAccumulation (3) times parallelism.devices (8)"
      )
    }
  }
}
