import Corpus
import Growing
import LanguageModels

/// The FLOPs, by the formula, of what is run to decide on growths and trains nothing that stays.
package struct GrowthCost {
  /// The final model.
  let configuration: LlamaConfiguration
  /// What it learns to predict.
  let objective: Objective
  /// Tokens a step trains on.
  let tokensPerStep: Int

  /// Some training steps of the model after a growth.
  ///
  /// - Parameters:
  ///   - steps: How many.
  ///   - growth: The growth.
  ///   - source: The model before it; its width is the one that counts.
  /// - Returns: The FLOPs.
  func operations(steps: Int, after growth: GrowthStep, of source: LlamaConfiguration) -> Double {
    TrainingCost(source.deepened(by: growth), objective: objective)
      .operations(tokens: steps * tokensPerStep, layers: growth.depth)
  }

  /// Learning the layer map of a growth; nothing where it has none to learn.
  ///
  /// A step trains the grown model on a batch and, twice, multiplies the map with all layers: forward, and
  /// backward for the map alone.
  ///
  /// - Parameters:
  ///   - growth: The growth.
  ///   - source: The model before it.
  /// - Returns: The FLOPs of all steps of learning.
  func operations(learningMapOf growth: GrowthStep, of source: LlamaConfiguration) -> Double {
    guard let learning = growth.mapLearning else { return 0 }
    let layer = source.parameterSpecifications
      .reduce(0) { $0 + ($1.isLayered ? $1.layerShape.elementCount : 0) }
    let products = 4 * Double(growth.map.depth * growth.map.sourceDepth * layer)
    return operations(steps: learning.steps, after: growth, of: source)
      + Double(learning.steps) * products
  }

  /// Learning the layer maps of all growths of a plan.
  package func operations(learningMapsOf plan: GrowthPlan) -> Double {
    plan.growths.enumerated().reduce(0) { sum, growth in
      let source = configuration.inStage(growth.offset, of: plan)
      return sum + operations(learningMapOf: growth.element, of: source)
    }
  }
}
