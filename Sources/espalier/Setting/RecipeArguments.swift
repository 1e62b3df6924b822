import ArgumentParser
import Recipes

/// The recipe of every command that takes one, with other values for some of its fields.
struct RecipeArguments: ParsableArguments {
  @Argument(help: ArgumentHelp("The recipe, a YAML file.", valueName: "recipe"))
  var recipe: String

  @Option(
    name: .customLong("set"),
    parsing: .singleValue,
    help: ArgumentHelp(
      "Another value for a field of the recipe, such as training.steps=200; may be repeated.",
      valueName: "field=value"
    )
  )
  var overrides: [String] = []

  /// Reads the recipe and checks it whole.
  ///
  /// - Parameter comparesMethods: Whether other operators than those of the recipe's method are told its options.
  /// - Returns: The recipe, with what was set in it.
  /// - Throws: `RecipeError`.
  func load(comparesMethods: Bool = false) throws -> Recipe {
    try Recipe.load(
      path: recipe,
      overrides: overrides.map { argument throws(RecipeError) in try RecipeOverride(argument) },
      refusingUnusedOptions: !comparesMethods
    )
  }
}
