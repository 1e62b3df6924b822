import Foundation
import Growing
import LanguageModels
import Recipes
import Runs

/// What a recipe's plan costs, stage by stage, before anything is trained.
public struct PlanOverview: Codable, Hashable, Sendable {
  /// One stage of the plan.
  public struct Stage: Codable, Hashable, Sendable {
    /// The stage's number, from 1.
    public var number: Int
    /// The first step, from 0.
    public var firstStep: Int
    /// How many steps there are.
    public var stepCount: Int
    /// How many layers the model has; tied ones count as often as they run.
    public var layers: Int
    /// How many layers are stored, where some are tied; nil for all.
    public var storedLayers: Int?
    /// Width, heads and feed-forward width, where growths change them; nil where they stay.
    public var sizes: ModelSizes?
    /// How many parameters the model has.
    public var parameters: Int
    /// The training FLOPs of the stage by the formula.
    public var operations: Double
    /// The layer map of the growth into the stage, such as `[0 1 0 1]`; nil for the first stage and where
    /// only the width grows.
    public var layerMap: String?
    /// What the growth into the stage does with output gates; nil for nothing.
    public var gates: String?
    /// The width that the growth leads to; nil where it stays.
    public var widening: Widening?
    /// For each layer what it is in this stage.
    public var layerKinds: [LayerKind]
  }

  /// What a layer is to the growth into its stage.
  public enum LayerKind: String, Codable, Hashable, Sendable {
    /// It was there before.
    case kept
    /// It is a copy of another.
    case copied
    /// It starts from drawn values.
    case fresh
    /// It runs a stored layer once more.
    case tied
  }

  /// How growths are chosen while training.
  public struct Choice: Codable, Hashable, Sendable {
    /// The ways to grow; the plan's layer maps are the first one's.
    public var strategies: [String]
    /// The steps after growing at which they are judged.
    public var lag: Int
    /// The FLOPs of all trials by the formula, besides those of training.
    public var operations: Double
  }

  /// What learning layer maps takes.
  public struct Learning: Codable, Hashable, Sendable {
    /// The growths whose map is learnt.
    public var growths: Int
    /// The steps of learning, all growths together.
    public var steps: Int
    /// Their FLOPs by the formula, besides those of training.
    public var operations: Double
  }

  /// The recipe's name.
  public var name: String
  /// The growth method.
  public var method: String
  /// Tokens a step trains on.
  public var tokensPerStep: Int
  /// The stages in order.
  public var stages: [Stage]
  /// The training FLOPs of the plan.
  public var operations: Double
  /// The training FLOPs of as many steps at full depth.
  public var fullDepthOperations: Double
  /// How many times cheaper the plan is than training at full depth.
  public var expectedSpeedUp: Double
  /// How growths are chosen; nil where they are fixed.
  public var choice: Choice?
  /// What learning layer maps takes; nil where none is learnt, and under an adaptive method, whose choice
  /// includes it.
  public var learning: Learning?
  /// When growths come before their planned steps; nil where the steps are fixed.
  public var trigger: String?
  /// The plan as run folders hold it.
  public var plan: PlanRecord
  /// The layers of the last stage.
  public var lineage: [LineageRecord]

  /// Works a recipe's plan out.
  ///
  /// - Parameters:
  ///   - recipe: A valid recipe.
  ///   - vocabularySize: The tokens the text is made of.
  /// - Throws: `GrowthError` for a recipe without a plan, or ``TrainingError`` for an objective that does
  ///   not fit the context.
  public init(_ recipe: Recipe, vocabularySize: Int) throws {
    try self.init(ResolvedRecipe(recipe, tokenCount: vocabularySize))
  }

  private init(_ resolved: ResolvedRecipe) throws {
    let (recipe, plan) = (resolved.recipe, resolved.plan)
    name = recipe.name
    method = plan.method
    tokensPerStep = resolved.tokensPerStep
    stages = plan.stages.map { stage in
      let growth = stage.index > 0 ? plan.growths[stage.index - 1] : nil
      let model = resolved.configuration.inStage(stage.index, of: plan)
      return Stage(
        number: stage.number,
        firstStep: stage.firstStep,
        stepCount: stage.stepCount,
        layers: stage.depth,
        storedLayers: model.layerOrder == nil ? nil : model.layerCount,
        sizes: plan.sizes(inStage: stage.index),
        parameters: model.parameterCount,
        operations: resolved.operations(steps: stage.stepCount, of: stage),
        layerMap: growth.map { $0.changesLayers ? $0.layersText : nil }
          ?? plan.firstLayerOrder.map { "tied [\($0.map(String.init).joined(separator: " "))]" },
        gates: growth?.gates?.description,
        widening: growth?.widening,
        layerKinds: growth.map(Self.kinds)
          ?? Self.kinds(
            [LayerKind](repeating: .fresh, count: model.layerCount),
            inOrder: plan.firstLayerOrder
          )
      )
    }
    self.operations = stages.reduce(0) { $0 + $1.operations }
    fullDepthOperations = resolved.cost.operations(
      tokens: plan.totalSteps * tokensPerStep,
      layers: plan.finalDepth
    )
    expectedSpeedUp = fullDepthOperations / self.operations
    choice = try AdaptiveGrowth(recipe).map { adaptive in
      Choice(
        strategies: adaptive.pool.map(\.name),
        lag: adaptive.lag,
        operations: adaptive.operations(of: plan, cost: resolved.growthCost)
      )
    }
    learning = choice == nil ? Self.learning(plan, resolved.growthCost) : nil
    trigger = recipe.growthTrigger?.description
    self.plan = PlanRecord(plan)
    lineage = plan.finalLineage.appliedLayers.map(LineageRecord.init)
  }

  /// The plan of a job as far as it is decided.
  public init(_ job: TrainingJob) throws {
    try self.init(job.resolved)
  }

  private static func learning(_ plan: GrowthPlan, _ cost: GrowthCost) -> Learning? {
    let learned = plan.growths.compactMap(\.mapLearning)
    guard !learned.isEmpty else { return nil }
    return Learning(
      growths: learned.count,
      steps: learned.reduce(0) { $0 + $1.steps },
      operations: cost.operations(learningMapsOf: plan)
    )
  }

  private static func kinds(_ growth: GrowthStep) -> [LayerKind] {
    let stored = zip(growth.map.origins, growth.map.newLayers).map { origin, isNew in
      origin == .fresh ? LayerKind.fresh : isNew ? .copied : .kept
    }
    return kinds(stored, inOrder: growth.layerOrder)
  }

  /// What layers are as they run: a stored one the first time, tied to it afterwards.
  private static func kinds(_ stored: [LayerKind], inOrder order: [Int]?) -> [LayerKind] {
    guard let order else { return stored }
    var seen: Set<Int> = []
    return order.map { seen.insert($0).inserted ? stored[$0] : .tied }
  }

  /// Works the plan of a recipe out whose token file may not be there yet.
  ///
  /// - Parameter recipe: A valid recipe.
  /// - Returns: The overview.
  /// - Throws: `TokenFileError` where neither the file nor the recipe says how many tokens there are, or
  ///   ``TrainingError/vocabularySize(recipe:path:file:)`` where they disagree.
  public static func of(_ recipe: Recipe) throws -> PlanOverview {
    try PlanOverview(ResolvedRecipe(whatIsThereOf: recipe))
  }
}
