import Foundation
import Testing

@testable import Recipes

/// What readers of YAML other than ours make of a resolved recipe.
@Suite struct RecipeValuesTests {
  @Test(arguments: [
    (1e-5, "1.0e-05"), (1e-8, "1.0e-08"), (1.5e-7, "1.5e-07"), (0.003, "0.003"), (0, "0.0"),
    (1e16, "1.0e+16"), (2e-300, "2.0e-300"),
  ])
  func numbersAreNumbersInBothVersionsOfYAML(number: Double, text: String) {
    #expect(yamlNumber(number) == text)
    #expect(Double(text) == number)
  }

  /// YAML 1.1, "Floating-Point Language-Independent Type": digits, a point, and a sign in the exponent.
  @Test func everyNumberOfARecipeFitsYAML11() throws {
    var recipe = try Recipe.parse("corpus: {tokens: a.tokens}", file: "a.yaml")
    recipe.training.optimizer.epsilon = 1e-10
    recipe.training.optimizer.groups.gains.weightDecay = 1e-6
    recipe.growth.noise = 1e-20
    recipe.model.ropeBase = 1e20
    let numbers = Recipe.fields.filter { $0.needs.contains("needs a number") }
    #expect(numbers.count > 20)
    for field in numbers where field.write(recipe) != "null" {
      let text = field.write(recipe)
      #expect(
        text.wholeMatch(of: /[0-9]+\.[0-9]+([eE][-+][0-9]+)?/) != nil,
        "\(field.name): \(text)"
      )
    }
    #expect(try Recipe.parse(recipe.yamlText(), file: "b.yaml") == recipe)
  }

  @Test func valuesAreThoseOfTheText() throws {
    let recipe = try Recipe.parse("corpus: {tokens: a.tokens}\nseed: 7", file: "a.yaml")
    #expect(recipe.values["seed"] == "7")
    #expect(recipe.values.count == Recipe.fields.count)
    #expect(Recipe.changeableFields.isSubset(of: recipe.values.keys))
  }
}
