import Growing
import Kernels
import LanguageModels
import Recipes

// What a recipe's programs are made of; none of it needs the text.
extension ResolvedRecipe {
  /// The learning rate over the steps of the plan.
  var schedule: LearningRateSchedule {
    LearningRateSchedule(
      recipe.training.learningRate,
      stepCount: recipe.training.steps,
      plan: plan
    )
  }

  /// The model of a stage, with what is tied in it.
  func configuration(inStage stage: Int) -> LlamaConfiguration {
    configuration.inStage(stage, of: plan)
  }

  /// The model of given sizes, run as the recipe says.
  func model(_ configuration: LlamaConfiguration, kernels: KernelLibrary?) -> Llama {
    Llama(
      configuration,
      layerExecution: Llama.LayerExecution(recipe.model.layerExecution),
      kernels: kernels,
      computationType: recipe.training.precision == .bfloat16 ? .bfloat16 : nil,
      deviceCount: recipe.parallelism.devices,
      attention: attention
    )
  }

  /// The training step of a stage of the plan.
  func trainingStep(of stage: GrowthStage, kernels: KernelLibrary?) -> TrainingStep {
    trainingStep(
      configuration(inStage: stage.index),
      kernels: kernels,
      hasLayerRates: schedule.layerFactors(atStep: stage.firstStep) != nil,
      schedulesGates: plan.schedulesGates(inStage: stage.index)
    )
  }

  /// The training step of a model of given sizes.
  ///
  /// - Parameters:
  ///   - configuration: The sizes.
  ///   - kernels: The kernels it calls; nil leaves everything to XLA.
  ///   - hasLayerRates: Whether each layer has a learning rate of its own.
  ///   - schedulesGates: Whether a schedule sets output gates.
  /// - Returns: The step.
  func trainingStep(
    _ configuration: LlamaConfiguration,
    kernels: KernelLibrary?,
    hasLayerRates: Bool = false,
    schedulesGates: Bool = false
  ) -> TrainingStep {
    TrainingStep(
      model: model(configuration, kernels: kernels),
      optimizer: recipe.training.optimizer,
      batchSize: recipe.training.batchSize,
      accumulation: recipe.training.gradientAccumulation,
      separatesDocuments: recipe.corpus.separateDocuments,
      targets: BatchLayout.Targets(objective),
      hasLayerRates: hasLayerRates,
      schedulesGates: schedulesGates,
      blockCosine: recipe.training.blockCosine.weight > 0
        ? recipe.blockCosineSize.map { (recipe.training.blockCosine.weight, $0) } : nil,
      parallelism: recipe.parallelism
    )
  }

  /// The program that measures a model on so many rows.
  func evaluationStep(
    _ configuration: LlamaConfiguration,
    rows: Int,
    kernels: KernelLibrary?
  ) -> EvaluationStep {
    EvaluationStep(
      model: model(configuration, kernels: kernels),
      batchSize: rows,
      separatesDocuments: recipe.corpus.separateDocuments,
      targets: BatchLayout.Targets(objective),
      parallelism: recipe.parallelism
    )
  }
}

extension Llama.LayerExecution {
  /// What a recipe asks for.
  fileprivate init(_ execution: Recipe.Model.LayerExecution) {
    self =
      switch execution {
      case .unrolled: .unrolled
      case .scan: .scan
      case .rematerialized: .rematerialized
      }
  }
}
