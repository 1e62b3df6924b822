import ArgumentParser
import Growing
import Recipes
import Reports
import Studies

/// `espalier lag`.
struct Lag: EspalierSubcommand {
  static let configuration = CommandConfiguration(
    commandName: "lag",
    abstract: "Compare ways to grow from one checkpoint, and say which to pick.",
    discussion: """
      Trains the recipe's model up to its first growth, lets every strategy of a pool grow from \
      there, and trains each on with the same batches and the same learning rate. All are measured \
      on the same held-out text some steps after growing. The losses tell how early one can know \
      which strategy will be best, and what it costs to wait until then.

        espalier lag Recipes/demo-midas.yaml --output lag/demo
        espalier lag my.yaml --pool midas,random,copy-at:2 --steps 50 --output lag/my

      A strategy is a method that `espalier operators` lists; a number behind a colon says where \
      it copies from (copy-at:2) or puts layers (random:0). Without --pool all that lead to the \
      same depth take part. The folder then holds lag.json with every loss, lag.md \
      and report.html. The same command goes \
      on with a comparison that was stopped.
      """
  )

  @OptionGroup var recipe: RecipeArguments

  @Option(help: ArgumentHelp("The strategies, with commas between them.", valueName: "names"))
  var pool: String?

  @OptionGroup var seeds: SeedListOptions

  @Option(
    help: ArgumentHelp(
      "The steps after growing to measure at, with commas between them. (default: 0,1,2,5,10,...)",
      valueName: "steps"
    )
  )
  var lags: String?

  @Option(
    help: ArgumentHelp(
      "The steps after growing. (default: the next stage's)",
      valueName: "steps"
    )
  )
  var steps: Int?

  @Option(help: ArgumentHelp("The comparison's folder.", valueName: "folder"))
  var output: String

  @Flag(help: "Print lag.json when all is done.")
  var json = false

  @OptionGroup var engine: EngineOptions

  func validate() throws {
    guard !output.isEmpty else { throw ValidationError("--output: needs a folder; got nothing") }
    _ = try lagList
  }

  private var lagList: [Int]? {
    get throws { try lags.map { try NumberList.parse($0, option: "--lags") } }
  }

  func run(in context: CommandContext) throws {
    let recipe = try self.recipe.load(comparesMethods: true)
    var study = try LagStudy(
      recipe: recipe,
      strategies: pool.map(GrowthOperator.names(in:)),
      seeds: seeds.list,
      lags: lagList,
      steps: steps,
      folder: output
    )
    let console = context.console
    console.note(
      "\(study.record.name): \(counted(study.record.strategies.count, "strategy", "strategies")) "
        + "from \(study.record.layersBefore) to \(study.record.layersAfter) layers after step "
        + "\(study.record.growthStep), \(counted(study.record.seeds.count, "seed"))"
    )
    try StudyRun(console: console).complete { line in
      try study.run(
        engine: engine.makeEngine(in: context, for: recipe),
        arguments: context.arguments,
        watch: StopSignal.watch { Self.show($0, line) }
      )
    }
    try console.write(json ? JSONText.of(study.record) : study.record.summary)
  }

  private static func show(_ event: LagStudy.Event, _ line: LiveLine) {
    switch event {
    case .source(let seed, let step, let count):
      line.show(
        ProgressBar(
          title: "seed \(seed), before growing",
          fraction: Double(step) / Double(count),
          details: ["step \(step)/\(count)"]
        )
      )
    case .probe(let strategy, let seed, let step, let count):
      line.show(
        ProgressBar(
          title: "seed \(seed), \(strategy)",
          fraction: Double(step) / Double(count),
          details: ["step \(step)/\(count)"]
        )
      )
    case .finished(let strategy, let seed, let loss, let count, let all):
      line.note(
        "\(count)/\(all)  seed \(seed)  \(strategy)  loss \(NumberFormat.fixed(loss, digits: 4))"
      )
    case .notice(let sentence):
      line.note("note: \(sentence)")
    }
  }
}

/// A count with the right form of its noun.
private func counted(_ count: Int, _ one: String, _ many: String) -> String {
  "\(NumberFormat.grouped(count)) \(count == 1 ? one : many)"
}
