import Growing
import LanguageModels
import Recipes
import Testing

@testable import Training

/// What a plan costs, against counts by hand.
@Suite struct PlanOverviewTests {
  /// A repeatable choice of numbers.
  private struct Choices {
    var state: UInt64

    mutating func next(in range: ClosedRange<Int>) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return range.lowerBound + Int(state >> 33) % range.count
    }
  }

  private func recipe(_ choices: inout Choices) -> Recipe {
    let keyHeads = choices.next(in: 1...3)
    let heads = keyHeads * choices.next(in: 1...2)
    let block = choices.next(in: 1...2)
    let methods = ["midas", "gradstack", "lidas-interposed", "spread", "jump-random", "solar"]
    return Recipe(
      name: "r",
      corpus: Recipe.Corpus(tokens: "none"),
      model: Recipe.Model(
        layers: 4 * block,
        width: heads * 2 * choices.next(in: 1...4),
        headCount: heads,
        keyValueHeadCount: keyHeads,
        feedForwardWidth: choices.next(in: 1...9),
        contextLength: choices.next(in: 1...9),
        tiedEmbedding: choices.next(in: 0...1) == 0
      ),
      training: Recipe.Training(
        steps: choices.next(in: 50...99),
        batchSize: choices.next(in: 1...5)
      ),
      growth: Recipe.Growth(method: methods[choices.next(in: 0...5)], blockSize: block)
    )
  }

  @Test(arguments: 0..<60)
  func parametersAndOperationsAreThoseCountedByHand(seed: Int) throws {
    var choices = Choices(state: UInt64(seed))
    let recipe = recipe(&choices)
    let vocabulary = choices.next(in: 2...50)
    let overview = try PlanOverview(recipe, vocabularySize: vocabulary)
    let model = recipe.model
    let headSize = model.width / model.headCount
    let matrices =
      2 * model.width * model.headCount * headSize
      + 2 * model.width * model.keyValueHeadCount * headSize
      + 3 * model.width * model.feedForwardWidth
    // Scores and mixing see half of the square, the diagonal included.
    let visible = model.contextLength * (model.contextLength + 1) / 2
    var total = 0.0
    for stage in overview.stages {
      let embedding = vocabulary * model.width * (model.tiedEmbedding ? 1 : 2)
      #expect(
        stage.parameters
          == embedding + model.width + stage.layers * (matrices + 2 * model.width)
      )
      let forward =
        2 * model.contextLength * (vocabulary * model.width + stage.layers * matrices)
        + stage.layers * 4 * model.headCount * headSize * visible
      let operations = 3 * forward * recipe.training.batchSize * stage.stepCount
      #expect(stage.operations == Double(operations))
      total += Double(operations)
    }
    #expect(overview.operations == total)
    #expect(overview.stages.reduce(0) { $0 + $1.stepCount } == recipe.training.steps)
    #expect(overview.stages.last?.layers == model.layers)
    #expect(overview.expectedSpeedUp >= 1)
    let plan = try recipe.growthPlan()
    let cost = TrainingCost(LlamaConfiguration(model, vocabularySize: vocabulary))
    let full = cost.operations(tokens: 1, layers: model.layers)
    let byShare =
      1
      / plan.relativeCost(
        stepCosts: plan.stages.map { cost.operations(tokens: 1, layers: $0.depth) / full }
      )
    #expect(abs(overview.expectedSpeedUp / byShare - 1) < 1e-12)
  }

  /// A plan that grows in width costs what plans of each stage's own model cost.
  @Test(arguments: 0..<30)
  func aStageCostsWhatItsOwnModelCosts(seed: Int) throws {
    var choices = Choices(state: UInt64(seed))
    var recipe = recipe(&choices)
    let group = recipe.model.headCount / recipe.model.keyValueHeadCount
    let headSize = recipe.model.width / recipe.model.headCount
    // The second growth is in depth, the others in width; the head's size stays.
    let block = recipe.growth.blockSize ?? 1
    (recipe.model.keyValueHeadCount, recipe.model.headCount) = (3, 3 * group)
    recipe.model.width = 3 * group * headSize
    recipe.model.layers = 2 * block
    recipe.growth.method = "sequence"
    recipe.growth.firstHeadCount = group
    recipe.growth.firstWidth = group * headSize
    recipe.growth.sequence = "heads:\(2 * group)+width:\(2 * group * headSize) midas+widen"
    let overview = try PlanOverview(recipe, vocabularySize: 20)
    #expect(overview.stages.map(\.layers) == [block, block, 2 * block])
    for (index, stage) in overview.stages.enumerated() {
      var alone = recipe
      alone.model.layers = stage.layers
      (alone.model.keyValueHeadCount, alone.model.headCount) = (index + 1, (index + 1) * group)
      alone.model.width = (index + 1) * group * headSize
      alone.training.steps = stage.stepCount
      alone.growth = Recipe.Growth()
      let expected = try PlanOverview(alone, vocabularySize: 20)
      #expect(stage.parameters == expected.stages[0].parameters)
      #expect(stage.operations == expected.operations)
      #expect(stage.sizes?.width == alone.model.width)
    }
    #expect(
      abs(overview.fullDepthOperations / overview.operations / overview.expectedSpeedUp - 1) < 1e-12
    )
    // Growing the model of a stage gives that of the next.
    let plan = try recipe.growthPlan()
    let model = LlamaConfiguration(recipe.model, vocabularySize: 20)
    for (index, growth) in plan.growths.enumerated() {
      #expect(
        try model.inStage(index, of: plan).grown(by: growth) == model.inStage(index + 1, of: plan)
      )
    }
    #expect(model.inStage(2, of: plan) == model)
  }

  @Test func layersAreWhatTheGrowthMakesThem() throws {
    let recipe = Recipe(
      name: "r",
      corpus: Recipe.Corpus(tokens: "none"),
      model: Recipe.Model(layers: 7),
      growth: Recipe.Growth(method: "sequence", sequence: "midas 0,1,*,2,3,3,*", blockSize: 2)
    )
    let stages = try PlanOverview(recipe, vocabularySize: 10).stages
    #expect(stages[0].layerKinds == [.fresh, .fresh])
    #expect(stages[0].layerMap == nil)
    #expect(stages[1].layerKinds == [.kept, .kept, .copied, .copied])
    #expect(stages[2].layerKinds == [.kept, .kept, .fresh, .kept, .kept, .copied, .fresh])
    #expect(stages[2].layerMap == "[0 1 * 2 3 3 *]")
  }
}
