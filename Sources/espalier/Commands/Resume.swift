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

        espalier resume runs/demo-midas
      """
  )

  @Argument(help: ArgumentHelp("The run's folder.", valueName: "run"))
  var run: String

  @OptionGroup var engine: EngineOptions

  func run(in context: CommandContext) throws {
    let folder = RunFolder(path: run)
    let training = TrainingRun(context: context)
    if try RunStore(folder).record().outcome.status == .completed {
      context.console.note("\(folder.path): is complete, there is nothing to go on with")
      try training.summarise([LoadedRun.load(folder)])
      try training.writeReport(folder)
    } else {
      var session = try TrainingSession(
        resuming: folder,
        engine: engine.makeEngine(in: context),
        notice: { context.console.note("note: \($0)") }
      )
      try training.summarise([training.complete(&session)])
    }
    try context.console.write("\nThe page: \(folder.reportFile)\n")
  }
}
