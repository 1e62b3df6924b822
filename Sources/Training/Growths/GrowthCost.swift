import Growing
import LanguageModels

/// The FLOPs, by the formula, of what is run to decide on growths and trains nothing that stays.
struct GrowthCost {
  /// The cost of training.
  let training: TrainingCost
  /// Parameters of one layer.
  let layerParameterCount: Int
  /// Tokens a step trains on.
  let tokensPerStep: Int

  /// The costs of a model of any depth.
  init(_ configuration: LlamaConfiguration, training: TrainingCost, tokensPerStep: Int) {
    self.training = training
    self.tokensPerStep = tokensPerStep
    layerParameterCount = configuration.withLayers(1)
      .parameterSpecifications(finalLayerCount: 1)
      .reduce(0) { $0 + ($1.isLayered ? $1.layerShape.elementCount : 0) }
  }

  /// Some training steps at a depth.
  func operations(steps: Int, layers: Int) -> Double {
    training.operations(tokens: steps * tokensPerStep, layers: layers)
  }

  /// Learning the layer map of a growth; nothing where it has none to learn.
  ///
  /// A step trains the grown model on a batch and, twice, multiplies the map with all layers: forward, and
  /// backward for the map alone.
  func operations(learningMapOf growth: GrowthStep) -> Double {
    guard let learning = growth.mapLearning else { return 0 }
    let products = 4 * Double(growth.map.depth * growth.map.sourceDepth * layerParameterCount)
    return operations(steps: learning.steps, layers: growth.depth)
      + Double(learning.steps) * products
  }

  /// Learning the layer maps of all growths of a plan.
  func operations(learningMapsOf plan: GrowthPlan) -> Double {
    plan.growths.reduce(0) { $0 + operations(learningMapOf: $1) }
  }
}

extension TrainingJob {
  /// What deciding on growths costs.
  var growthCost: GrowthCost {
    GrowthCost(configuration, training: cost, tokensPerStep: tokensPerStep)
  }
}
