import Foundation
import Runs
import Testing

/// The folder with the two small run folders and the texts that are expected of them.
let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
  .appendingPathComponent("Fixtures").path

/// A run folder among the fixtures, as if it lay in `runs/`.
func fixtureRun(_ name: String) throws -> LoadedRun {
  var run = try LoadedRun.load(RunFolder(path: "\(fixtures)/\(name)"))
  run.folder = RunFolder(path: "runs/\(name)")
  return run
}

/// A run of two layers with the measurements that are given, and one stage unless stages are given.
func madeUpRun(
  name: String = "run",
  method: String = "none",
  seed: UInt64 = 0,
  steps: Int = 100,
  metrics: [MetricsRecord] = [],
  stages: [PlanRecord.Stage]? = nil,
  growths: [PlanRecord.Growth] = [],
  lineage: [LineageRecord] = [
    LineageRecord(id: "A0", parent: nil, stage: 0), LineageRecord(id: "A1", parent: nil, stage: 0),
  ],
  expectedSpeedUp: Double? = nil,
  outcome: OutcomeRecord = OutcomeRecord(status: .completed),
  recipe: String = "name: run\n"
) -> LoadedRun {
  LoadedRun(
    folder: RunFolder(path: "runs/\(name)"),
    record: RunRecord(
      name: name,
      method: method,
      seed: seed,
      arguments: ["espalier", "train"],
      startedAt: Date(timeIntervalSince1970: 1_767_225_600),
      machine: MachineRecord(
        operatingSystem: "Debian",
        kernel: "Linux",
        architecture: "x86_64",
        processor: "Example",
        coreCount: 2,
        memoryBytes: 1 << 33,
        features: []
      ),
      versions: VersionsRecord(
        espalier: "0.1.0",
        swift: "6.3",
        plugin: "plugin.so",
        platform: "cpu",
        pluginInterface: "0.72",
        devices: ["CPU:0"]
      ),
      model: ModelRecord(
        layers: lineage.count,
        width: 8,
        headCount: 2,
        keyValueHeadCount: 2,
        feedForwardWidth: 16,
        vocabularySize: 64,
        contextLength: 16,
        tiedEmbedding: true,
        parameterCount: 1000
      ),
      corpus: CorpusRecord(
        tokens: "corpus.tokens",
        checksum: "00",
        trainingTokens: 10,
        validationTokens: 1,
        trainingDocuments: 1,
        validationDocuments: 1
      ),
      plan: PlanRecord(
        totalSteps: steps,
        stages: stages
          ?? [PlanRecord.Stage(stage: 0, layers: lineage.count, firstStep: 0, stepCount: steps)],
        growths: growths
      ),
      lineage: lineage,
      expectedSpeedUp: expectedSpeedUp,
      outcome: outcome
    ),
    metrics: MetricsLog(records: metrics),
    recipe: recipe
  )
}

/// A measurement in which a step costs so many FLOPs and takes a second for each two of them.
func measurement(
  step: Int,
  loss: Double? = nil,
  validationLoss: Double? = nil,
  flopsPerStep: Double = 10,
  stage: Int = 0
) -> MetricsRecord {
  MetricsRecord(
    step: step,
    stage: stage,
    layers: 2,
    tokens: 4 * step,
    flops: flopsPerStep * Double(step),
    seconds: flopsPerStep * Double(step) / 2,
    loss: loss,
    validationLoss: validationLoss,
    learningRate: 0.1,
    tokensPerSecond: 1
  )
}
