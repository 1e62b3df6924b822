import EspalierTestSupport
import Foundation
import Growing
import Recipes
import Runs
import Tensors
import Testing

@testable import Training

/// Whole runs in this process: what they tell, how they go on, and how they decide on growths.
@Suite struct SessionTests {
  /// One layer that becomes two after four of eight steps.
  private static func recipe(
    _ growth: String = "method: midas",
    precision: String = "float32"
  ) throws -> Recipe {
    try Recipe.parse(
      """
      name: tiny
      corpus: {tokens: \(TestCorpus.tokenFile())}
      model: {layers: 2, width: 8, headCount: 2, feedForwardWidth: 8, contextLength: 8}
      training: {steps: 8, batchSize: 2, precision: \(precision)}
      evaluation: {every: 4, sequences: 3}
      logging: {every: 2}
      checkpoints: {every: 4}
      growth: {\(growth), blockSize: 1, schedule: {alpha: 0}}
      """,
      file: "tiny.yaml"
    )
  }

  private static let adaptive = "method: adaptive, adaptive: {lag: 2, pool: random midas spread}"
  private static let learned = "method: learned-map, mapSteps: 3"

  /// Trains a new run, or goes on with one, until as many steps are taken.
  @discardableResult
  private func train(
    _ growth: String,
    in folder: RunFolder,
    upTo end: Int = 8,
    precision: String = "float32",
    observer: @escaping (TrainingEvent) -> Void = { _ in }
  ) throws -> RunRecord {
    var session = try TrainingSession(
      newOrResuming: Self.recipe(growth, precision: precision),
      folder: folder,
      engine: TestTraining.quickEngine(),
      arguments: [],
      notice: { Issue.record("\($0)") }
    )
    var step = session.completedSteps
    let watch = RunWatch<TrainingEvent> { event in
      if case .advanced(let now, _, _) = event { step = now }
      observer(event)
    } shouldStop: {
      step >= end
    }
    return try session.run(watch).record
  }

  /// What was measured, without times.
  private func losses(_ folder: RunFolder) throws -> [[Double?]] {
    try RunStore(folder).metrics().records.map {
      [Double($0.step), $0.loss, $0.validationLoss, $0.flops, $0.growthFlops]
    }
  }

  private func model(_ folder: RunFolder) throws -> Data {
    let path = "\(folder.checkpointsFolder)/step-00000008/model.safetensors"
    return try Data(contentsOf: URL(fileURLWithPath: path))
  }

  @Test(arguments: ["method: midas", adaptive, learned], [2, 4, 5])
  func aSessionThatIsStoppedEndsWithTheSameBits(growth: String, end: Int) throws {
    let folder = try TemporaryFolder()
    let (whole, parts) = (RunFolder(path: folder / "whole"), RunFolder(path: folder / "parts"))
    let record = try train(growth, in: whole)
    #expect(record.outcome.status == .completed)
    let stopped = try train(growth, in: parts, upTo: end)
    #expect(stopped.outcome.status == .interrupted && stopped.outcome.finalStep == end)
    let resumed = try train(growth, in: parts)
    #expect(resumed.choices == record.choices && resumed.learnedMaps == record.learnedMaps)
    #expect(resumed.outcome.finalValidationLoss == record.outcome.finalValidationLoss)
    #expect(try model(parts) == model(whole))
    // A stop is no reason to measure, so the rows are those of a run that nobody stopped.
    #expect(try losses(parts) == losses(whole))
    #expect(try losses(whole).map { $0[0] } == [2, 4, 6, 8])
  }

  /// In mixed precision the state is float32, and so is what is saved; growing and going on are as ever.
  @Test(arguments: [2, 5]) func mixedPrecisionEndsWithTheSameBits(end: Int) throws {
    let folder = try TemporaryFolder()
    func run(_ name: String, _ precision: String, stoppingAt end: Int? = nil) throws -> RunFolder {
      let run = RunFolder(path: folder / name)
      if let end { try train("method: midas", in: run, upTo: end, precision: precision) }
      let record = try train("method: midas", in: run, precision: precision)
      #expect(record.outcome.status == .completed)
      #expect(record.versions.kernels == "xla" || precision == "float32")
      return run
    }
    let whole = try run("whole", "bfloat16")
    let parts = try run("parts", "bfloat16", stoppingAt: end)
    #expect(try model(parts) == model(whole))
    #expect(try losses(parts) == losses(whole))
    let plain = try run("plain", "float32")
    #expect(try model(plain).count == model(whole).count)
    for (mixed, plain) in try zip(losses(whole), losses(plain)) {
      let (mixed, plain) = (try #require(mixed[1]), try #require(plain[1]))
      #expect(mixed != plain && abs(mixed - plain) < 0x1p-7 * plain)
    }
  }

  /// The state of a run that was stopped before it grew.
  private func stateBeforeGrowing(
    _ growth: String,
    _ folder: TemporaryFolder
  ) throws -> (job: TrainingJob, state: DeviceState) {
    let run = RunFolder(path: folder / "before")
    try train(growth, in: run, upTo: 4)
    let job = try TrainingJob(Self.recipe(growth))
    let engine = try TestTraining.quickEngine()
    let start = try TrainingCheckpoints(folder: run)
      .restoreLatest(job: job, engine: engine) { Issue.record("\($0)") }
    return (job, try #require(start).state)
  }

  /// Each trial is a probe from the state before growing, the least loss is the choice, and from there on
  /// the run is one with the chosen growth.
  @Test func theBestOfTheTrialsIsChosen() throws {
    let folder = try TemporaryFolder()
    let run = RunFolder(path: folder / "run")
    var tried: [String] = []
    let record = try train(Self.adaptive, in: run) { event in
      if case .trying(let strategy, let number, let count, let step, let lag) = event {
        tried.append("\(strategy) \(number)/\(count) \(step)/\(lag)")
      }
    }
    let choice = try #require(record.choices?.first)
    // With one layer there is nothing to spread: it grows as midas does and is not tried again.
    #expect(choice.trials.map(\.strategy) == ["random", "midas"])
    #expect(
      tried == ["random 1/2 1/2", "random 1/2 2/2", "midas 2/2 1/2", "midas 2/2 2/2"]
    )
    let (job, _) = try stateBeforeGrowing(Self.adaptive, folder)
    let probe = try LagProbe(job: job, engine: TestTraining.quickEngine(), lags: [0, 2])
    var losses: [Double] = []
    for trial in choice.trials {
      let strategy = try LagStrategy(
        GrowthOperator.named(trial.strategy),
        inPlaceOf: job.plan.growths[0],
        blockSize: 1,
        options: job.recipe.growth.options(seed: job.recipe.seed)
      )
      let start = try #require(
        try TrainingCheckpoints(folder: RunFolder(path: folder / "before"))
          .restoreLatest(job: job, engine: TestTraining.quickEngine()) { _ in }
      )
      let measured = try probe.losses(
        from: start.state,
        by: strategy.step,
        at: 4,
        watch: RunWatch { _ in }
      )
      #expect(measured.count == 2)
      losses.append(measured[1])
    }
    #expect(losses == choice.trials.map(\.validationLoss))
    let best = try #require(zip(losses, choice.trials).min { $0.0 < $1.0 }?.1)
    #expect(choice.chosen == best.strategy)
    let fixed = RunFolder(path: folder / "fixed")
    try train("method: \(choice.chosen)", in: fixed)
    #expect(try model(fixed) == model(run))
  }

  /// The map that was learnt grows the model to the loss that was measured while learning.
  @Test func aLearntMapGrowsWhatItMeasured() throws {
    let folder = try TemporaryFolder()
    let (job, state) = try stateBeforeGrowing(Self.learned, folder)
    let engine = try TestTraining.quickEngine()
    let probe = try LagProbe(job: job, engine: engine, lags: [0, 1])
    var steps: [Int] = []
    let watch = RunWatch<TrainingEvent> { event in
      if case .learningMap(2, let step, 3) = event { steps.append(step) }
    }
    let learned = try #require(
      try probe.learned(job.plan.growths[0], from: state, at: 4, watch: watch)
    )
    #expect(steps == [0, 1, 2])
    #expect(learned.growth.mapLearning == nil)
    #expect(learned.record.validationLossAfter != learned.record.validationLossBefore)
    let losses = try probe.losses(from: state, by: learned.growth, at: 4, watch: RunWatch { _ in })
    // The weights are mixed by a program in one case and on the host in the other.
    let tolerance = Tolerance(.float32, roundings: 64)
    #expect(
      tolerance.mismatch("loss", [losses[0]], [learned.record.validationLossAfter]) == nil
    )
    #expect(losses[1] != losses[0])
  }

  /// A trainer by itself: everything it tells, in order.
  @Test func aTrainerSaysWhatItDoes() throws {
    let folder = try TemporaryFolder()
    let run = RunFolder(path: folder / "run")
    try RunStore(run).makeFolder()
    let engine = try TestTraining.quickEngine()
    let job = try TrainingJob(Self.recipe())
    let state = try DeviceState(
      initializing: job.configuration(inStage: 0),
      optimizer: job.recipe.training.optimizer,
      finalLayerCount: 2,
      seed: job.recipe.seed,
      devices: TrainingDevices(firstOf: engine)
    )
    var (told, recorded): ([String], [Int]) = ([], [])
    var trainer = try Trainer(
      job,
      from: TrainingStart(state: state, position: TrainingPosition(), plan: job.plan),
      engine: engine,
      kernels: nil,
      folder: run,
      watch: RunWatch { told.append(Self.words($0)) }
    ) { position, _ in
      recorded.append(position.step)
    }
    #expect(try trainer.run() == .completed)
    #expect(
      told == [
        "compiling 1", "compiled 1", "1", "2", "row 2", "3", "4", "row 4 evaluated", "saved 4",
        "grew 1 to 2 at 4", "compiling 2", "compiled 2", "5", "6", "row 6", "7", "8",
        "row 8 evaluated", "saved 8",
      ]
    )
    #expect(recorded == [4, 8])
    #expect(trainer.position.step == 8 && trainer.position.stage == 1)
  }

  private static func words(_ event: TrainingEvent) -> String {
    switch event {
    case .compiling(let layers): "compiling \(layers)"
    case .compiled(let layers, _, _): "compiled \(layers)"
    case .advanced(let step, _, _): "\(step)"
    case .measured(let row): "row \(row.step)\(row.validationLoss == nil ? "" : " evaluated")"
    case .grew(let from, let to, let step, _): "grew \(from) to \(to) at \(step)"
    case .saved(let step, _): "saved \(step)"
    case .trying, .chose, .learningMap, .learnedMap, .levelledOff: "unexpected"
    }
  }
}
