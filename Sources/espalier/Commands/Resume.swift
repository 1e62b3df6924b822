import ArgumentParser
import Runs
import Training

/// `espalier resume`.
struct Resume: EspalierSubcommand {
  static let configuration = CommandConfiguration(
    commandName: "resume",
    abstract: "Go on with a run that was stopped or killed.",
    discussion: """
      The run goes on from its newest complete checkpoint and ends as if it had never been \
      stopped, to the last bit on the same machine with the same plugin. Without a checkpoint it \
      starts over. It works in any folder: the token file is looked for from here, from the folder \
      where the run was begun, and from those around the run. A run that is complete is left as it is; only its page is written anew.

      A run goes on as what it began as: of recipe.yaml only logging, checkpoints, evaluation.every \
      and the place of the tokens may change. To train longer give --steps; the last stage gets \
      longer, and the run goes on from the newest checkpoint up to which the learning rates are \
      those of a run of that length. With training.learningRate.schedule warmup-stable-decay that \
      is one from before the decay; what was trained behind it is replaced.

        espalier resume runs/demo-midas
        espalier resume runs/long --steps 2000

      A run of several hosts is gone on with on all of them, with --hosts and --rank as in \
      `espalier train`, or on other numbers of hosts and devices.
      """
  )

  @Argument(help: ArgumentHelp("The run's folder.", valueName: "run"))
  var run: String

  @Option(
    help: ArgumentHelp("How many steps the run shall have in the end; more than it was to have.")
  )
  var steps: Int?

  @OptionGroup var hosts: HostOptions

  @OptionGroup var engine: EngineOptions

  func run(in context: CommandContext) throws {
    let folder = RunFolder(path: run)
    let training = TrainingRun(context: context)
    let record = try RunStore(folder).record()
    let recipe = try TrainingSession.recipe(of: record, in: folder, steps: steps)
    if record.outcome.status == .completed, recipe.training.steps == record.plan.totalSteps {
      context.console.note("\(folder.path): is complete, there is nothing to go on with")
      guard try !hosts.isFollower(in: context) else { return }
      // Shown first: a page that cannot be written takes nothing away.
      try training.summarise([LoadedRun.load(folder)])
      try training.writeReport(folder)
      try context.console.write("\nThe page: \(folder.reportFile)\n")
      return
    }
    let (engine, hosts) = try self.engine.makeEngine(in: context, for: recipe, meeting: hosts)
    var session = try TrainingSession(
      resuming: folder,
      steps: steps,
      engine: engine,
      notice: { context.console.note("note: \($0)") }
    )
    try training.present(&session, among: hosts)
  }
}
