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
      normEpsilon: model.normEpsilon,
      // A size that follows from the width is not stated, so that equal models are equal.
      ownHeadSize: model.headSize.flatMap {
        $0 * model.headCount == model.width ? nil : $0
      },
      attentionBias: AttentionBias(rawValue: model.attentionBias.rawValue),
      queryKeyNorm: QueryKeyNorm(rawValue: model.queryKeyNorm.rawValue),
      ropeScaling: RopeScaling(model.ropeScaling),
      slidingWindow: model.slidingWindow
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
      headSize: configuration.ownHeadSize,
      feedForwardWidth: configuration.feedForwardWidth,
      contextLength: configuration.contextLength,
      tiedEmbedding: configuration.tiesEmbedding,
      ropeBase: configuration.ropeBase,
      normEpsilon: configuration.normEpsilon,
      attentionBias: configuration.attentionBias.flatMap {
        AttentionBias(rawValue: $0.rawValue)
      } ?? .none,
      queryKeyNorm: configuration.queryKeyNorm.flatMap {
        QueryKeyNorm(rawValue: $0.rawValue)
      } ?? .none,
      ropeScaling: RopeScaling(configuration.ropeScaling),
      slidingWindow: configuration.slidingWindow,
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
