import Growing
import LanguageModels
import Recipes
import Runs

// A model's sizes on their way from a recipe to run.json.

extension LlamaConfiguration {
  /// The model that a recipe describes.
  init(_ model: Recipe.Model, vocabularySize: Int) {
    self.init(
      layerCount: model.layers,
      width: model.width,
      headCount: model.headCount,
      keyValueHeadCount: model.keyValueHeadCount,
      feedForwardWidth: model.feedForwardWidth,
      vocabularySize: vocabularySize,
      contextLength: model.contextLength,
      tiesEmbedding: model.tiedEmbedding,
      ropeBase: model.ropeBase,
      normEpsilon: model.normEpsilon
    )
    tiedScale = model.loop.scale == .none ? nil : model.loop.scale
  }
}

extension Recipe.Model {
  /// The recipe's words for a model; layers are counted as often as they run.
  init(_ configuration: LlamaConfiguration) {
    let loop = configuration.layerOrder.flatMap(LayerLoop.init(order:)).map {
      Loop(
        first: $0.first,
        middle: $0.middle,
        repeats: $0.repeats,
        last: $0.last,
        scale: configuration.tiedScale ?? .none
      )
    }
    self.init(
      layers: configuration.appliedLayerCount,
      width: configuration.width,
      headCount: configuration.headCount,
      keyValueHeadCount: configuration.keyValueHeadCount,
      feedForwardWidth: configuration.feedForwardWidth,
      contextLength: configuration.contextLength,
      tiedEmbedding: configuration.tiesEmbedding,
      ropeBase: configuration.ropeBase,
      normEpsilon: configuration.normEpsilon,
      loop: loop ?? Loop()
    )
  }
}

extension ModelRecord {
  /// A model as run folders hold it.
  init(_ configuration: LlamaConfiguration) {
    self.init(
      layers: configuration.appliedLayerCount,
      width: configuration.width,
      headCount: configuration.headCount,
      keyValueHeadCount: configuration.keyValueHeadCount,
      feedForwardWidth: configuration.feedForwardWidth,
      vocabularySize: configuration.vocabularySize,
      contextLength: configuration.contextLength,
      tiedEmbedding: configuration.tiesEmbedding,
      parameterCount: configuration.parameterCount
    )
  }
}
