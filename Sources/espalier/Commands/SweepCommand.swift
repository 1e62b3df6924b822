import ArgumentParser
import Recipes
import Reports
import Studies

/// `espalier sweep`.
struct SweepCommand: EspalierSubcommand {
  static let configuration = CommandConfiguration(
    commandName: "sweep",
    abstract: "Train several recipes with several seeds at equal cost, and compare them.",
    discussion: """
      Every recipe is trained once with each seed. With --equal flops the cost of the first recipe, \
      by the formula and with all it takes to decide on growths, is everyone's: the others train as \
      many steps as it pays for, with their own learning rate over all of them. Losses are \
      compared seed by seed, with 95 % intervals.

        espalier sweep adaptive.yaml midas.yaml full.yaml --output sweeps/stacking
        espalier sweep a.yaml b.yaml --seeds 0,1,2,3,4 --equal steps \\
          --output sweeps/ab

      The folder then holds sweep.json, sweep.md, a page of the first seed's runs (report.html) and \
      each run in ARM/seed-SEED. The same command goes on with a sweep that was stopped.
      """
  )

  @Argument(help: ArgumentHelp("The recipes, YAML files.", valueName: "recipe"))
  var recipes: [String]

  @OptionGroup var seeds: SeedListOptions

  @Option(help: ArgumentHelp("What all have in common: flops or steps.", valueName: "cost"))
  var equal: SweepBudget = .flops

  @Option(help: ArgumentHelp("The sweep's folder.", valueName: "folder"))
  var output: String

  @Flag(help: "Print sweep.json when all is done.")
  var json = false

  @OptionGroup var engine: EngineOptions

  func validate() throws {
    guard !output.isEmpty else { throw ValidationError("--output: needs a folder; got nothing") }
  }

  func run(in context: CommandContext) throws {
    let recipes = try recipes.map { path throws(RecipeError) in try Recipe.load(path: path) }
    var sweep = try RecipeSweep(
      recipes: recipes,
      seeds: seeds.list,
      budget: equal,
      folder: output
    )
    let console = context.console
    for arm in sweep.record.arms {
      console.note(
        "\(arm.name): \(counted(arm.steps, "step")), \(NumberFormat.operations(arm.chargedFlops))"
      )
    }
    try StudyRun(console: console).complete { line in
      try sweep.run(
        engine: engine.makeEngine(in: context, for: recipes),
        arguments: context.arguments,
        watch: StopSignal.watch { Self.show($0, line) }
      )
    }
    try console.write(json ? JSONText.of(sweep.record) : sweep.record.summary)
  }

  private static func show(_ event: RecipeSweep.Event, _ line: LiveLine) {
    switch event {
    case .training(let arm, let seed, .advanced(let step, let total, let layers)):
      line.show(
        ProgressBar(
          title: "seed \(seed), \(arm)",
          fraction: Double(step) / Double(total),
          details: ["step \(step)/\(total)", counted(layers, "layer")]
        )
      )
    case .training(let arm, let seed, .trying(let strategy, let number, let count, _, _)):
      line.show(
        ProgressBar(
          title: "seed \(seed), \(arm)",
          fraction: Double(number - 1) / Double(count),
          details: ["trying \(strategy)", "way \(number)/\(count)"]
        )
      )
    case .training: break
    case .finished(let arm, let seed, let loss, let count, let all):
      line.note(
        "\(count)/\(all)  seed \(seed)  \(arm)  loss \(NumberFormat.fixed(loss, digits: 4))"
      )
    case .notice(let sentence):
      line.note("note: \(sentence)")
    }
  }
}

extension SweepBudget: ExpressibleByArgument {}
