import Foundation
import Growing
import PJRT
import Recipes
import Runs
import Tensors

extension RunRecord {
  /// The record of a run that is about to begin.
  init(
    _ job: TrainingJob,
    arguments: [String],
    engine: Engine,
    kernels: KernelChoice,
    folder: String
  ) {
    let client = engine.client
    self.init(
      name: job.recipe.name,
      method: job.plan.method,
      seed: job.recipe.seed,
      arguments: arguments,
      workingFolder: folder,
      startedAt: Date(),
      machine: .current(),
      versions: VersionsRecord(
        espalier: TrainingSession.version,
        plugin: client.plugin.path,
        platform: "\(client.platformName) \(client.platformVersion)",
        pluginInterface: "\(client.plugin.interfaceVersion)",
        devices: client.allDevices.prefix(job.recipe.parallelism.devices).map(\.description),
        kernels: kernels.description
      ),
      git: .current(folder: folder),
      recipe: job.recipe.values,
      model: ModelRecord(job.configuration(inStage: job.plan.stages.count - 1)),
      objective: ObjectiveRecord(job),
      corpus: CorpusRecord(
        tokens: job.corpus.path,
        checksum: job.corpus.fileChecksum,
        trainingTokens: job.corpus.tokenCount(of: .train),
        validationTokens: job.corpus.tokenCount(of: .validation),
        trainingDocuments: job.corpus.documentCount(of: .train),
        validationDocuments: job.corpus.documentCount(of: .validation),
        validationBytes: job.corpus.textByteCount(of: .validation),
        dividesDocument: job.corpus.dividesDocument ? true : nil,
        mixture: CorpusRecord.parts(of: job)
      ),
      plan: PlanRecord(job.plan),
      lineage: job.plan.finalLineage.appliedLayers.map(LineageRecord.init),
      expectedSpeedUp: job.expectedSpeedUp,
      relativeCost: 1 / job.expectedSpeedUp
    )
  }
}

extension RunRecord {
  /// Where a recipe is not what the run goes on as, fields that may change set aside.
  ///
  /// Records older than ``recipe`` know the seed and the number of steps.
  func changedFields(in recipe: Recipe) -> [ChangedField] {
    let expected =
      self.recipe ?? ["seed": "\(seed)", "training.steps": "\(plan.totalSteps)"]
    let found = recipe.values
    return expected.keys.sorted().compactMap { name in
      guard !Recipe.changeableFields.contains(name), let old = expected[name],
        let new = found[name], new != old
      else { return nil }
      return ChangedField(name: name, found: new, expected: old)
    }
  }

  /// Takes over that a run gets longer.
  ///
  /// - Parameters:
  ///   - job: The longer job.
  ///   - position: Where it goes on from.
  mutating func extend(to job: TrainingJob, from position: TrainingPosition) {
    let longer = ExtensionRecord(
      afterStep: position.step,
      formerSteps: plan.totalSteps,
      steps: job.plan.totalSteps
    )
    extensions = (extensions ?? []) + [longer]
    recipe = job.recipe.values
    note(position, of: job, .running)
  }

  /// Takes over the plan of a job that has decided on its growths.
  mutating func follow(_ job: TrainingJob) {
    plan = PlanRecord(job.plan)
    lineage = job.plan.finalLineage.appliedLayers.map(LineageRecord.init)
    expectedSpeedUp = job.expectedSpeedUp
    relativeCost = 1 / job.expectedSpeedUp
  }

  /// Takes over how far a job has come, and its plan.
  ///
  /// - Parameters:
  ///   - position: Where the run stands.
  ///   - job: What is trained.
  ///   - status: Whether it goes on, or how it ended.
  ///   - message: Why it failed.
  mutating func note(
    _ position: TrainingPosition,
    of job: TrainingJob,
    _ status: OutcomeRecord.Status,
    message: String? = nil
  ) {
    follow(job)
    let tokens = position.step * job.tokensPerStep
    choices = position.choices
    learnedMaps = position.learnedMaps
    finishedAt = status == .running ? nil : Date()
    outcome = OutcomeRecord(
      status: status,
      message: message,
      finalStep: position.step,
      finalLoss: position.lastLoss,
      finalValidationLoss: position.lastValidationLoss,
      trainingSeconds: position.trainingSeconds,
      compileSeconds: position.compileSeconds,
      flops: job.operations(throughStep: position.step),
      tokens: tokens,
      tokensPerSecond: position.trainingSeconds > 0
        ? Double(tokens) / position.trainingSeconds : 0
    )
  }
}

extension CorpusRecord {
  /// The files of a job's mixture as run folders hold them; nil for none.
  fileprivate static func parts(of job: TrainingJob) -> [Part]? {
    let parts = zip(job.recipe.corpus.mixtureParts, job.mixedFiles).map {
      Part(tokens: $0.tokens, checksum: $1.fileChecksum, percentage: $0.percentage)
    }
    return parts.isEmpty ? nil : parts
  }
}

extension LineageRecord {
  /// A layer of the last stage as run folders hold it.
  init(_ layer: Lineage.Layer) {
    self.init(id: layer.id, parent: layer.parent, stage: layer.stage)
  }
}

extension ObjectiveRecord {
  /// The objective as run folders hold it; nil for the causal one.
  init?(_ job: TrainingJob) {
    guard job.objective != .causal else { return nil }
    self.init(
      kind: job.recipe.training.objective.kind.rawValue,
      extraTokens: job.configuration.vocabularySize - job.corpus.vocabularySize
    )
  }
}

extension PlanRecord {
  /// A plan as run folders hold it.
  init(_ plan: GrowthPlan) {
    self.init(
      totalSteps: plan.totalSteps,
      stages: plan.stages.map { stage in
        let sizes = plan.sizes(inStage: stage.index)
        return Stage(
          stage: stage.index,
          layers: stage.depth,
          firstStep: stage.firstStep,
          stepCount: stage.stepCount,
          width: sizes?.width,
          headCount: sizes?.headCount,
          feedForwardWidth: sizes?.feedForwardWidth
        )
      },
      growths: zip(plan.growths, plan.stages.dropFirst()).map { growth, stage in
        Growth(
          afterStep: stage.firstStep,
          origins: growth.map.sources,
          decorations: DecorationRecord.all(of: growth),
          optimizerState: growth.optimizerState.rawValue,
          layerOrder: growth.layerOrder,
          gates: growth.gates.map(GateRecord.init),
          fill: growth.widening?.fill.rawValue
        )
      },
      firstLayerOrder: plan.firstLayerOrder
    )
  }
}

extension DecorationRecord {
  /// A growth's decorations as run folders hold them, by layer; nil where it has none.
  static func all(of growth: GrowthStep) -> [DecorationRecord]? {
    guard !growth.decorations.isEmpty else { return nil }
    return growth.decorations.sorted { $0.key < $1.key }.flatMap { layer, decorations in
      decorations.map { DecorationRecord($0, ofLayer: layer) }
    }
  }

  /// A decoration as run folders hold it.
  init(_ decoration: LayerDecoration, ofLayer layer: Int) {
    switch decoration {
    case .zeroOutput: self.init(layer: layer, kind: "zero-output")
    case .zeroNorm: self.init(layer: layer, kind: "zero-norm")
    case .scaledOutput(let factor):
      self.init(layer: layer, kind: "scaled-output", factor: factor)
    case .noise(let share, let seed):
      self.init(layer: layer, kind: "noise", deviation: share, seed: seed)
    case .blend(let shares):
      self.init(
        layer: layer,
        kind: "blend",
        shares: shares.map { Share(layer: $0.layer, weight: $0.weight) }
      )
    }
  }
}

extension GateRecord {
  /// What a growth does with gates, as run folders hold it.
  init(_ gates: GateGrowth) {
    switch gates {
    case .fixed(let value): self.init(kind: "fixed", value: value)
    case .trained(let value): self.init(kind: "trained", value: value)
    case .annealed(let steps): self.init(kind: "annealed", steps: steps)
    case .masked(let steps): self.init(kind: "masked", steps: steps)
    case .dropIn(let steps): self.init(kind: "drop-in", steps: steps)
    case .folded: self.init(kind: "folded")
    }
  }
}
