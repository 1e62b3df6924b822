import Foundation
import Growing
import Testing

@testable import Recipes

/// The way from a recipe to a growth plan.
@Suite struct RecipeGrowthPlanTests {
  private func recipe(_ growth: Recipe.Growth, layers: Int = 8, steps: Int = 400) -> Recipe {
    Recipe(
      name: "r",
      corpus: Recipe.Corpus(tokens: "t"),
      model: Recipe.Model(layers: layers),
      training: Recipe.Training(steps: steps),
      growth: growth
    )
  }

  @Test func everySettingReachesThePlan() throws {
    let plan = try recipe(
      Recipe.Growth(
        method: "midas",
        blockSize: 2,
        schedule: .init(alpha: 2),
        optimizerState: .zeroNew
      ),
      steps: 3000
    ).growthPlan()
    #expect(plan.method == "midas")
    #expect(plan.blockSize == 2)
    #expect(plan.stages.map(\.depth) == [2, 4, 6, 8])
    #expect(plan.stages.map(\.stepCount) == [100, 400, 900, 1600])
    #expect(plan.growths.map(\.optimizerState) == [.zeroNew, .zeroNew, .zeroNew])
  }

  @Test func fullDepthNeedsNoBlockSize() throws {
    let plan = try recipe(Recipe.Growth()).growthPlan()
    #expect(plan.stages.map(\.depth) == [8])
    #expect(plan.totalSteps == 400)
  }

  @Test(
    arguments: GrowthMethod.all.map(\.name)
      .filter { !["every", "llama-pro", "untie", "fold-gates"].contains($0) }
  )
  func everyMethodCanBeAskedFor(method: String) throws {
    let checked = try recipe(Recipe.Growth(method: method, blockSize: 2, gateSteps: 9)).validated()
    #expect(try checked.growthPlan().method == method)
    #expect(try checked.growthPlan().finalDepth == 8)
  }

  @Test func aRecipeThatWasNotCheckedGetsAnError() {
    #expect(throws: GrowthError.notPositive(setting: "block size", value: 0)) {
      try recipe(Recipe.Growth(method: "midas")).growthPlan()
    }
    #expect(throws: GrowthError.unknownMethod(name: "x", known: GrowthMethod.all.map(\.name))) {
      try recipe(Recipe.Growth(method: "x")).growthPlan()
    }
  }

  /// A recipe is accepted exactly when it has a plan in which something grows.
  @Test(arguments: [1, 2, 3, 4, 6, 8, 12])
  func whatIsAcceptedHasAPlan(layers: Int) {
    for method in GrowthMethod.all.map(\.name) {
      for blockSize in 1...5 {
        for steps in [1, 2, 7, 50] {
          let recipe = recipe(
            Recipe.Growth(method: method, blockSize: blockSize),
            layers: layers,
            steps: steps
          )
          let isAccepted = (try? recipe.validated()) != nil  // Whether, not why, is asked here.
          let plan = try? recipe.growthPlan()
          let grows = plan.map { method == "none" || !$0.growths.isEmpty } ?? false
          #expect(isAccepted == grows, "\(method), \(layers) by \(blockSize) in \(steps)")
        }
      }
    }
  }

  /// The comments in the ready recipes state depths and steps.
  @Test(arguments: [
    ("demo-midas", "2 -> 4 -> 6 -> 8 layers, in 25, 50, 75 and 100 steps"),
    ("demo-gradstack", "2 -> 4 -> 6 -> 8 layers, in 25, 50, 75 and 100 steps"),
    ("demo-random", "2 -> 4 -> 6 -> 8 layers, in 25, 50, 75 and 100 steps"),
    ("demo-stack", "2 -> 4 -> 8 layers, in 42, 83 and 125 steps"),
  ])
  func commentsOfReadyRecipesAreTrue(name: String, comment: String) throws {
    let path = RecipeTextTests.root + "/Recipes/\(name).yaml"
    #expect(try String(contentsOfFile: path, encoding: .utf8).contains(comment))
    let stages = try Recipe.load(path: path).growthPlan().stages
    let depths = stages.map { "\($0.depth)" }.joined(separator: " -> ")
    let steps = stages.map { "\($0.stepCount)" }
    let all = steps.dropLast().joined(separator: ", ") + " and " + (steps.last ?? "")
    #expect(comment == "\(depths) layers, in \(all) steps")
  }
}
