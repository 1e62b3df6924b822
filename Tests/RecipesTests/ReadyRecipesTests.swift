import Foundation
import Testing

@testable import Recipes

/// The recipes under `Recipes/`.
@Suite struct ReadyRecipesTests {
  private static let root = RecipeTextTests.root

  @Test(arguments: [
    "demo-full-depth", "demo-midas", "demo-gradstack", "demo-stack", "demo-random",
  ])
  func readyRecipesAreValid(name: String) throws {
    let recipe = try Recipe.load(path: Self.root + "/Recipes/\(name).yaml")
    #expect(recipe.name == name)
    #expect(recipe.model.layers == 8)
    #expect((recipe.growth.method == "none") == (name == "demo-full-depth"))
    #expect(try Recipe.parse(recipe.yamlText(), file: "again.yaml") == recipe)
  }

  /// What is compared must differ in nothing but growth.
  @Test func readyRecipesDifferInGrowthOnly() throws {
    let names = try FileManager.default.contentsOfDirectory(atPath: Self.root + "/Recipes")
      .filter { $0.hasSuffix(".yaml") }
    #expect(names.count == 5)
    let recipes = try names.map { name in
      var recipe = try Recipe.load(path: Self.root + "/Recipes/" + name)
      recipe.name = "any"
      recipe.growth = Recipe.Growth()
      return recipe
    }
    #expect(Set(recipes).count == 1)
  }

  /// The arms of a study differ in what it compares, and in nothing else.
  @Test func recipesOfTheStudyDifferInWhatItCompares() throws {
    let folder = Self.root + "/Recipes/midas"
    let files = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    #expect(files.count == 14)
    var texts: Set<Recipe> = []
    for file in files {
      var recipe = try Recipe.load(path: "\(folder)/\(file)", refusingUnusedOptions: true)
      #expect("\(recipe.name).yaml" == file)
      let plan = try recipe.growthPlan()
      #expect(plan.finalDepth == recipe.model.layers && recipe.growth.blockSize == 3)
      // Every arm has grown before the learning rate falls.
      let decay = recipe.training.learningRate.decaySteps(of: recipe.training.steps)
      #expect(plan.stages.last.map { $0.firstStep <= recipe.training.steps - decay } == true)
      if recipe.name.hasSuffix("-large") { continue }
      (recipe.name, recipe.growth, recipe.model.loop) = ("any", Recipe.Growth(), .init())
      (recipe.model.layers, recipe.training.optimizer.kind) = (12, .adamW)
      recipe.training.blockCosine = .init()
      texts.insert(recipe)
    }
    #expect(texts.count == 1)
  }
}
