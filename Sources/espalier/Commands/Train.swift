import ArgumentParser
import Recipes
import Runs
import Training

/// `espalier train`.
struct Train: EspalierSubcommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Train a model as a recipe says.",
    discussion: """
      A recipe is a YAML file; Recipes/demo-midas.yaml is one with comments. It names a packed \
      token file (see `espalier corpus pack`), the model's size, how it is trained and how it \
      grows. It is checked whole before anything starts.

        espalier train Recipes/demo-midas.yaml
        espalier train Recipes/demo-midas.yaml --set training.steps=100 --run short
        espalier train deeper.yaml --from grown/step-00000250

      The run's folder then holds what was run (run.json, recipe.yaml), what was measured \
      (metrics.jsonl), the saved states (checkpoints) and a page to look at (report.html). \
      Ctrl-C saves and stops, and so does a terminal that goes away, unless the command was started \
      by nohup; `espalier resume` goes on, also after a crash.

      With --hosts the command is given on each host with its --rank, and parallelism.devices \
      counts the devices of all. They need a file system in common, where the host of rank 0 \
      writes the run; to stop one of them stops all. This takes GPUs.

        gpu-2$ espalier train wide.yaml --hosts hosts.txt --rank 1
      """
  )

  @OptionGroup var recipe: RecipeArguments

  @Option(help: ArgumentHelp("The run's folder. (default: runs/NAME)", valueName: "folder"))
  var run: String?

  @Option(
    help: ArgumentHelp(
      "A checkpoint, or a run, to begin with instead of drawn weights; steps and learning rate "
        + "are the recipe's from the start.",
      valueName: "folder"
    )
  )
  var from: String?

  @Option(
    help: ArgumentHelp(
      "With --from: what becomes of the optimizer's state, keep or reset. (default: keep)",
      valueName: "rule"
    )
  )
  var optimizer: TrainingOrigin.Optimizer?

  @OptionGroup var hosts: HostOptions

  @OptionGroup var engine: EngineOptions

  func validate() throws {
    if optimizer != nil, from == nil {
      throw ValidationError("--optimizer: needs --from, a checkpoint whose state it is about")
    }
    // An empty path would name the root folder.
    if from?.isEmpty == true { throw ValidationError("--from: needs a folder; got nothing") }
    if run?.isEmpty == true { throw ValidationError("--run: needs a folder; got nothing") }
  }

  func run(in context: CommandContext) throws {
    let recipe = try self.recipe.load()
    let folder = RunFolder(path: run ?? "runs/\(recipe.name)")
    // Said before the plugin is opened; the session itself looks again.
    guard try hosts.isFollower(in: context) || !RunStore(folder).exists else {
      throw RunError.alreadyARun(path: folder.path)
    }
    let (engine, hosts) = try self.engine.makeEngine(in: context, for: recipe, meeting: hosts)
    var session = try TrainingSession(
      new: recipe,
      folder: folder,
      engine: engine,
      arguments: context.arguments,
      origin: from.map {
        try TrainingOrigin(path: $0, optimizer: optimizer ?? .keep) {
          context.console.note("note: \($0)")
        }
      }
    )
    try TrainingRun(context: context).present(&session, among: hosts)
  }
}

extension TrainingOrigin.Optimizer: ExpressibleByArgument {}
