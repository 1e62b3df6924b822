import ArgumentParser
import Recipes
import Runs
import Training

/// `espalier branch`.
struct Branch: EspalierSubcommand {
  static let configuration = CommandConfiguration(
    commandName: "branch",
    abstract: "Go on with a run's training in another run, with an end of its own.",
    discussion: """
      One trunk is trained in the stable phase of training.learningRate.schedule warmup-stable-decay, \
      and any number of short decays branch off from its checkpoints, each with its own length and \
      its own mixture of texts. A branch takes over the state and the position in the text, so \
      nothing is read twice; corpus.mixture begins where the branch does. It is a run like any \
      other: `espalier resume` goes on with it, also without the trunk.

        espalier branch runs/trunk --at 300 --steps 100 --run runs/plain
        espalier branch runs/trunk --at 300 --steps 100 --run runs/maths \\
          --set "corpus.mixture=runs/maths.tokens:30"

      The recipe is the trunk's but for what is set, or one of its own given by --recipe, in which \
      only the name, training.steps, the decay, the mixture, and what is measured and saved may \
      differ from the trunk's.
      """
  )

  @Argument(help: ArgumentHelp("The trunk: a run's folder.", valueName: "run"))
  var trunk: String

  @Option(help: ArgumentHelp("The step of the checkpoint to branch off at.", valueName: "step"))
  var at: Int

  @Option(
    help: ArgumentHelp(
      "The branch's steps, in all of which the rate falls. (default: as the recipe says)"
    )
  )
  var steps: Int?

  @Option(help: ArgumentHelp("The branch's recipe. (default: the trunk's)", valueName: "file"))
  var recipe: String?

  @Option(
    name: .customLong("set"),
    parsing: .singleValue,
    help: ArgumentHelp(
      "Another value for a field of the recipe, such as corpus.mixture=code.tokens:20; may be "
        + "repeated.",
      valueName: "field=value"
    )
  )
  var overrides: [String] = []

  @Option(help: ArgumentHelp("The branch's folder. (default: runs/NAME-STEP)", valueName: "folder"))
  var run: String?

  @OptionGroup var engine: EngineOptions

  func validate() throws {
    if let steps, steps < 1 { throw ValidationError("--steps: needs 1 or more; got \(steps)") }
    if at < 0 { throw ValidationError("--at: needs a step, 0 or more; got \(at)") }
    if run?.isEmpty == true { throw ValidationError("--run: needs a folder; got nothing") }
  }

  func run(in context: CommandContext) throws {
    let point = try BranchPoint(of: RunFolder(path: trunk), step: at)
    let recipe = try loadRecipe(point)
    let folder = RunFolder(path: run ?? "runs/\(recipe.name)-\(at)")
    guard !RunStore(folder).exists else { throw RunError.alreadyARun(path: folder.path) }
    var session = try TrainingSession(
      branching: point,
      recipe: recipe,
      folder: folder,
      engine: engine.makeEngine(in: context, for: recipe),
      arguments: context.arguments
    )
    try TrainingRun(context: context).present(&session)
  }

  private func loadRecipe(_ point: BranchPoint) throws -> Recipe {
    let file = recipe ?? point.recipeFile
    let own = try overrides.map { argument throws(RecipeError) in try RecipeOverride(argument) }
    let length = steps.map { point.overrides(steps: $0, flag: "--steps \($0)") } ?? []
    let read = try Recipe.load(path: file, overrides: length + own)
    guard read.corpus.mixture != nil, read.corpus.mixtureStart == 0 else { return read }
    return try Recipe.load(path: file, overrides: length + [point.mixtureOverride] + own)
  }
}
