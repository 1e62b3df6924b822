import Corpus
import Growing
import LanguageModels
import Recipes

extension Objective {
  /// The objective that a recipe asks for.
  ///
  /// - Parameter recipe: A valid recipe.
  /// - Throws: ``TrainingError/contextTooShortForSpans(contextLength:rate:)``.
  init(_ recipe: Recipe) throws(TrainingError) {
    let settings = recipe.training.objective
    switch settings.kind {
    case .causal:
      self = .causal
    case .answers:
      self = .answers(extraTokenCount: settings.answers.extraTokens)
    case .masked:
      self = .masked(TokenMasking(rate: settings.masking.rate))
    case .mixture:
      let mixture = ObjectiveMixture(
        causalShare: settings.shares.causal,
        prefixShare: settings.shares.prefix,
        spanShare: settings.shares.spanCorruption,
        spanCorruption: SpanCorruption(
          rate: settings.spanCorruption.rate,
          meanSpanLength: settings.spanCorruption.meanLength
        )
      )
      let contextLength = recipe.model.contextLength
      guard mixture.fits(contextLength: contextLength) else {
        throw .contextTooShortForSpans(
          contextLength: contextLength,
          rate: settings.spanCorruption.rate
        )
      }
      self = .mixture(mixture)
    }
  }
}

extension LlamaConfiguration {
  /// The model that a recipe describes, for a text of so many different tokens.
  ///
  /// The objective's own tokens come on top of the text's.
  init(_ recipe: Recipe, objective: Objective, tokenCount: Int) {
    let contextLength = recipe.model.contextLength
    self.init(
      recipe.model,
      vocabularySize: tokenCount + objective.extraTokenCount(contextLength: contextLength)
    )
  }
}

extension TrainingCost {
  /// The cost of training a model for an objective.
  init(_ configuration: LlamaConfiguration, objective: Objective) {
    self.init(
      configuration,
      meanVisibleCount: objective.meanVisibleCount(contextLength: configuration.contextLength)
    )
  }

  /// The costs of the models of a plan's stages.
  static func ofStages(
    _ configuration: LlamaConfiguration,
    plan: GrowthPlan,
    objective: Objective
  ) -> [TrainingCost] {
    plan.stages.map {
      TrainingCost(configuration.inStage($0.index, of: plan), objective: objective)
    }
  }
}
