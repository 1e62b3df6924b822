import ArgumentParser
import Reports
import Runs

/// `espalier demo`.
struct Demo: EspalierSubcommand {
  static let configuration = CommandConfiguration(
    commandName: "demo",
    abstract: "Train language models, grown ones and one at full depth, and compare them.",
    discussion: """
      Makes a tokenizer and a token file from the King James text that comes with the package, \
      trains one model at full depth and one that grows by MIDAS, the latter for as many steps \
      as the same FLOPs pay for and once more for the same number of steps, and writes a page \
      that compares them. Everything goes to runs/demo. A demonstration that was interrupted is gone \
      on with; one that is complete is measured anew.

        espalier demo
      """
  )

  @OptionGroup var engine: EngineOptions

  func run(in context: CommandContext) throws {
    let demonstration = try Demonstration(context: context)
    try demonstration.prepareCorpus()
    let runs = try demonstration.train(engine: engine.makeEngine(in: context))
    let page = "\(demonstration.folder)/report.html"
    try OutputFile.write(
      Report.comparisonPage(
        of: runs,
        title: "Full depth and MIDAS, at equal cost and at equal steps"
      ),
      to: page
    )
    try TrainingRun(context: context).summarise(runs)
    try context.console.write("\nThe page: \(page)\n")
  }
}
