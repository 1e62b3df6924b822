import EspalierTestSupport
import Foundation
import PJRT
import Recipes
import Runs
import Tensors
import Testing

@testable import Training

/// Runs that two processes train together, each on two devices.
@Suite(.serialized) struct SeveralProcessesTests {
  /// One layer of width 8 that becomes two, trained for eight steps of eight sequences on four devices.
  private static func recipe(
    _ sharding: Recipe.Parallelism.Sharding = .fsdp,
    growth: String = "method: midas",
    logging: String = ""
  ) throws -> Recipe {
    try Recipe.parse(
      """
      name: tiny
      kernels: xla
      parallelism: {devices: 4, sharding: \(sharding.rawValue)}
      corpus: {tokens: \(TestCorpus.tokenFile())}
      model: {layers: 2, width: 8, headCount: 2, feedForwardWidth: 12, contextLength: 8}
      training: {steps: 8, batchSize: 8}
      evaluation: {every: 4, sequences: 11}
      logging: {every: 1\(logging)}
      checkpoints: {every: 4}
      growth: {\(growth), blockSize: 1, schedule: {alpha: 0}}
      """,
      file: "tiny.yaml"
    )
  }

  private static let settings = ["xla_backend_optimization_level": "0"]

  /// Trains with one process that has all four devices.
  private func trainAlone(_ recipe: Recipe, in folder: RunFolder) throws {
    let client = try Client.onDevices(4, of: Plugin(path: TestPlugin.path))
    var session = try TrainingSession(
      new: recipe,
      folder: folder,
      engine: Engine(client: client, settings: Self.settings),
      arguments: []
    )
    _ = try session.run(RunWatch { _ in })
  }

  /// Trains, or goes on, with two processes; the second one has the folder only to go on.
  ///
  /// - Returns: How far each came.
  @discardableResult
  private func trainTogether(
    _ recipe: Recipe,
    in folder: RunFolder,
    askingToStop: @escaping @Sendable (_ rank: Int, _ step: Int) -> Bool = { _, _ in false }
  ) async throws -> [Int] {
    let isNew = !RunStore(folder).exists
    let ends = try await PretendedHosts.both { rank, client in
      let engine = Engine(client: client, cacheFolder: nil, settings: Self.settings)
      var session: TrainingSession
      if isNew {
        session = try TrainingSession(
          new: recipe,
          folder: rank == 0 ? folder : RunFolder(path: folder.path + "-never"),
          engine: engine,
          arguments: []
        )
      } else {
        session = try TrainingSession(resuming: folder, engine: engine) { Issue.record("\($0)") }
      }
      var step = session.completedSteps
      let watch = RunWatch<TrainingEvent> { event in
        if case .advanced(let now, _, _) = event { step = now }
      } shouldStop: {
        askingToStop(rank, step)
      }
      return try session.run(watch).record.outcome.finalStep
    }
    #expect(PretendedHosts.mistakes() == [])
    #expect(!FileManager.default.fileExists(atPath: folder.path + "-never"))
    return ends
  }

  private func outcome(_ folder: RunFolder) throws -> ([[Double?]], Data) {
    let rows = try RunStore(folder).metrics().records
      .map { [$0.loss, $0.gradientNorm, $0.validationLoss] }
    let path = "\(folder.checkpointsFolder)/step-00000008"
    let files = try ["model", "optimizer"].map {
      try Data(contentsOf: URL(fileURLWithPath: "\(path)/\($0).safetensors"))
    }
    return (rows, files[0] + files[1])
  }

  @Test(
    "Two processes of two devices train as one of four does, to the same bits",
    arguments: [Recipe.Parallelism.Sharding.data, .zero1, .fsdp]
  )
  func twoProcessesTrainAsOne(sharding: Recipe.Parallelism.Sharding) async throws {
    let folder = try TemporaryFolder()
    let recipe = try Self.recipe(sharding)
    let (alone, together) = (
      RunFolder(path: folder / "alone"), RunFolder(path: folder / "together")
    )
    try trainAlone(recipe, in: alone)
    #expect(try await trainTogether(recipe, in: together) == [8, 8])
    #expect(try outcome(together) == outcome(alone))
    #expect(try RunStore(together).record().versions.devices.count == 4)
  }

  @Test(
    "Whichever process is asked to stop, all stop after the same step, and go on to the same bits"
  )
  func allStopTogether() async throws {
    let folder = try TemporaryFolder()
    let recipe = try Self.recipe()
    let (alone, parts) = (RunFolder(path: folder / "alone"), RunFolder(path: folder / "parts"))
    try trainAlone(recipe, in: alone)
    for (rank, step, end) in [(1, 1, 3), (0, 5, 7)] {
      let ends = try await trainTogether(recipe, in: parts) { $0 == rank && $1 >= step }
      #expect(ends == [end, end])
      #expect(try RunStore(parts).record().outcome.status == .interrupted)
    }
    #expect(try await trainTogether(recipe, in: parts) == [8, 8])
    #expect(try outcome(parts) == outcome(alone))
  }

  @Test(
    "Growths that are tried and learnt, texts and norms ask all processes alike",
    arguments: [
      "method: adaptive, adaptive: {lag: 2, pool: random midas spread}",
      "method: learned-map, mapSteps: 3",
    ]
  )
  func everythingIsAskedOfAll(growth: String) async throws {
    let folder = try TemporaryFolder()
    let recipe = try Self.recipe(
      growth: growth,
      logging: ", tensorboard: true, samples: 1, sampleTokens: 2"
    )
    let (alone, together) = (
      RunFolder(path: folder / "alone"), RunFolder(path: folder / "together")
    )
    try trainAlone(recipe, in: alone)
    #expect(try await trainTogether(recipe, in: together) == [8, 8])
    #expect(try outcome(together) == outcome(alone))
    let events = try FileManager.default.contentsOfDirectory(atPath: together.tensorBoardFolder)
    #expect(events.count == 1)
  }
}
