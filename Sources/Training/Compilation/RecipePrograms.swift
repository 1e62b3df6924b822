import Arrays
import Corpus
import Files
import Generation
import Growing
import Kernels
import LanguageModels
import PJRT
import Recipes
import Tensors

/// One of the programs that training by a recipe runs, yet to be traced.
struct RecipeProgram {
  /// What it does.
  let purpose: CompilationRecord.Purpose
  /// The stage it belongs to.
  let stage: GrowthStage
  /// What of the training state lies on a device besides the program's arguments, in bytes.
  let heldByteCount: Int
  /// Traces it.
  let traced: () throws -> TracedFunction
}

/// All the programs that training by a recipe runs.
struct RecipePrograms {
  private let resolved: ResolvedRecipe
  private let kernels: KernelLibrary?

  init(_ resolved: ResolvedRecipe, kernels: KernelLibrary?) {
    (self.resolved, self.kernels) = (resolved, kernels)
  }

  /// The programs in the order in which they are first run.
  var all: [RecipeProgram] {
    resolved.plan.stages.flatMap { stage in
      [training(stage), evaluation(stage)] + generation(stage)
    }
  }

  private func training(_ stage: GrowthStage) -> RecipeProgram {
    RecipeProgram(purpose: .training, stage: stage, heldByteCount: 0) {
      try resolved.trainingStep(of: stage, kernels: kernels).traced()
    }
  }

  private func evaluation(_ stage: GrowthStage) -> RecipeProgram {
    let recipe = resolved.recipe
    let layout = layout(stage)
    return RecipeProgram(
      purpose: .evaluation,
      stage: stage,
      heldByteCount: byteCount(layout.optimizerEntries)
    ) {
      try resolved.evaluationStep(
        layout.configuration,
        rows: min(recipe.training.batchSize, recipe.evaluation.sequences),
        kernels: kernels
      ).traced()
    }
  }

  /// The programs of the texts that are written while training, else those of `espalier generate` with the final model.
  private func generation(_ stage: GrowthStage) -> [RecipeProgram] {
    let samples = resolved.recipe.logging.samples
    let layout = layout(stage)
    let isLast = stage.index == resolved.plan.stages.count - 1
    guard resolved.objective.generates, layout.configuration.layerCount > 0, samples > 0 || isLast
    else { return [] }
    let steps = TextGenerator.steps(
      layout.configuration,
      rows: max(1, samples),
      kernels: kernels
    )
    return [(CompilationRecord.Purpose.reading, steps.reading), (.writing, steps.writing)].map {
      purpose,
      step in
      RecipeProgram(
        purpose: purpose,
        stage: stage,
        heldByteCount: samples > 0 ? byteCount(layout.entries[...]) : 0,
        traced: step.traced
      )
    }
  }

  private func layout(_ stage: GrowthStage) -> StateLayout {
    StateLayout(
      configuration: resolved.configuration(inStage: stage.index),
      optimizer: resolved.recipe.training.optimizer
    )
  }

  /// What one of the devices holds of some entries.
  private func byteCount(_ entries: ArraySlice<StateLayout.Entry>) -> Int {
    let parallelism = resolved.recipe.parallelism
    return entries.reduce(0) { sum, entry in
      switch parallelism.sharding(of: entry) {
      case .replicated: sum + entry.type.byteCount
      case .split: sum + entry.type.byteCount / parallelism.devices
      }
    }
  }
}

extension Objective {
  /// Whether models that learnt it can go on with texts.
  fileprivate var generates: Bool {
    if case .masked = self { return false }
    return true
  }
}
