import ArgumentParser
import Profiling
import Recipes
import Training

/// `espalier profile`.
struct Profile: EspalierSubcommand {
  static let configuration = CommandConfiguration(
    commandName: "profile",
    abstract: "Say where the time of a training step goes.",
    discussion: """
      Compiles the training step of a recipe, times it, and then runs each operation that the \
      compiler made of it by itself. The table adds the operations up by what they do; the list \
      below it names those that take the most time. Nothing is trained and nothing is written.

        espalier profile Recipes/demo-midas.yaml
        espalier profile Recipes/demo-midas.yaml --set model.layers=12 --json
      """
  )

  @OptionGroup var recipe: RecipeArguments

  @Option(
    help: ArgumentHelp("The depth of the model. (default: the final one)", valueName: "count")
  )
  var layers: Int?

  @Option(help: ArgumentHelp("How many steps to time.", valueName: "count"))
  var steps = 5

  @Option(help: ArgumentHelp("How many single operations to list.", valueName: "count"))
  var top = 10

  @Flag(help: "Print all figures as JSON.")
  var json = false

  @OptionGroup var engine: EngineOptions

  func validate() throws {
    for (name, value, least) in [("steps", steps, 1), ("top", top, 0), ("layers", layers ?? 1, 1)]
    where value < least {
      throw ValidationError("--\(name): needs a whole number from \(least) on; got \(value)")
    }
  }

  func run(in context: CommandContext) throws {
    var recipe = try self.recipe.load()
    // What operations take is asked about, not what devices tell each other.
    recipe.parallelism = Recipe.Parallelism()
    let job = try TrainingJob(recipe)
    let line = LiveLine(context.console)
    func show(_ what: String, _ fraction: Double) {
      line.show(ProgressBar(title: recipe.name, fraction: fraction, details: [what]))
    }
    let subject = try ProfiledStep(
      job,
      layers: layers ?? job.configuration.layerCount,
      engine: engine.makeEngine(in: context, for: recipe)
    )
    let milliseconds = try subject.time(steps: steps) { show("timing steps", 0.2 * $0) }
    let profile = try subject.profile { show("timing operations", 0.2 + 0.8 * $0) }
    line.clear()
    let report = ProfileReport(profile, of: subject, stepMilliseconds: milliseconds)
    try context.console.write(
      json
        ? JSONText.of(report)
        : report.text(top: top, characters: context.console.characters)
    )
  }
}
