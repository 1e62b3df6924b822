import EspalierTestSupport
import Foundation

@testable import Runs

/// A finished MIDAS run of four layers in two stages.
func exampleRecord() -> RunRecord {
  RunRecord(
    name: "small-midas",
    method: "midas",
    seed: 7,
    arguments: ["espalier", "train", "recipes/small.yaml"],
    workingFolder: "/home/me/project",
    startedAt: Date(timeIntervalSince1970: 1_767_225_600),
    finishedAt: Date(timeIntervalSince1970: 1_767_225_661),
    machine: MachineRecord(
      operatingSystem: "Debian GNU/Linux 12 (bookworm)",
      kernel: "Linux 6.1.0",
      architecture: "x86_64",
      processor: "Example 3000",
      coreCount: 2,
      memoryBytes: 8_589_934_592,
      features: ["avx2", "fma"]
    ),
    versions: VersionsRecord(
      espalier: "0.1.0",
      swift: "6.3",
      plugin: ".espalier/plugins/pjrt_c_api_cpu_plugin.so",
      platform: "cpu",
      pluginInterface: "0.72",
      devices: ["TFRT_CPU_0"],
      kernels: "swift (avx2)"
    ),
    git: GitRecord(commit: String(repeating: "a1", count: 20), isDirty: true),
    model: ModelRecord(
      layers: 4,
      width: 8,
      headCount: 2,
      keyValueHeadCount: 1,
      feedForwardWidth: 16,
      vocabularySize: 64,
      contextLength: 16,
      tiedEmbedding: true,
      parameterCount: 4096
    ),
    objective: ObjectiveRecord(kind: "mixture", extraTokens: 3),
    corpus: CorpusRecord(
      tokens: "corpus.tokens",
      checksum: "00ff",
      trainingTokens: 1000,
      validationTokens: 100,
      trainingDocuments: 9,
      validationDocuments: 1,
      validationBytes: 400,
      dividesDocument: true
    ),
    plan: PlanRecord(
      totalSteps: 30,
      stages: [
        PlanRecord.Stage(stage: 0, layers: 2, firstStep: 0, stepCount: 10),
        PlanRecord.Stage(stage: 1, layers: 4, firstStep: 10, stepCount: 20),
      ],
      growths: [
        PlanRecord.Growth(afterStep: 10, origins: [0, 1, 0, nil], optimizerState: "copy")
      ]
    ),
    lineage: [
      LineageRecord(id: "A0", parent: nil, stage: 0),
      LineageRecord(id: "A1", parent: nil, stage: 0),
      LineageRecord(id: "A2", parent: "A0", stage: 1),
      LineageRecord(id: "A3", parent: nil, stage: 1),
    ],
    expectedSpeedUp: 1.2,
    relativeCost: 0.8333,
    outcome: OutcomeRecord(
      status: .completed,
      finalStep: 30,
      finalLoss: 2.5,
      finalValidationLoss: 2.75,
      trainingSeconds: 60,
      compileSeconds: 1.5,
      flops: 1.5e9,
      tokens: 960,
      tokensPerSecond: 16
    )
  )
}

/// The measurement of a step, with numbers that differ from step to step.
func exampleMeasurement(step: Int) -> MetricsRecord {
  MetricsRecord(
    step: step,
    stage: step > 10 ? 1 : 0,
    layers: step > 10 ? 4 : 2,
    tokens: 32 * step,
    flops: 5e7 * Double(step),
    compiledFlops: 5.5e7 * Double(step),
    growthFlops: 2e6 * Double(step),
    optimizerFlops: 1e6 * Double(step),
    seconds: 2 * Double(step),
    loss: 4 - 0.05 * Double(step),
    validationLoss: step % 10 == 0 ? 4.1 - 0.05 * Double(step) : nil,
    causalValidationLoss: step % 10 == 0 ? 4.2 - 0.05 * Double(step) : nil,
    learningRate: 1e-3,
    gradientNorm: 0.5,
    tokensPerSecond: 16,
    shareOfPeak: 0.25,
    samples: step % 10 == 0 ? [SampleRecord(prompt: "In the", text: " beginning")] : nil
  )
}

/// A folder that is there while the body runs, and gone afterwards.
func withTemporaryFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
  let folder = try TemporaryFolder()
  return try withExtendedLifetime(folder) { try body(folder.path) }
}

/// The bytes of a file.
func bytes(of path: String) throws -> Data {
  try Data(contentsOf: URL(fileURLWithPath: path))
}

/// Puts bytes into a file.
func put(_ data: Data, into path: String) throws {
  try data.write(to: URL(fileURLWithPath: path))
}
