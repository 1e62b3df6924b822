import ArgumentParser
import Evaluation
import Studies

/// `espalier isoplot`.
struct IsoplotCommand: EspalierSubcommand {
  static let configuration = CommandConfiguration(
    commandName: "isoplot",
    abstract: "Compare what methods of training answer at equal loss.",
    discussion: """
      Takes the answers of an evaluation's folder, of several runs of each method and best of all \
      their checkpoints, and fits each method's scores over the validation loss. The vertical gap \
      between the lines is what a method brings beyond its loss. Runs are compared seed by seed: \
      intervals are drawn over seeds, then questions, and tests let methods change places within \
      seeds.

        espalier eval runs/study/*/seed-* --tasks copying --checkpoints all \\
          --output evaluations/study
        espalier isoplot evaluations/study
        espalier isoplot evaluations/study --metric margin --baseline none

      The folder then also holds isoplot.html, isoplot.json, isoplot.csv and isoplot.md.
      """
  )

  @Argument(help: ArgumentHelp("The folder of an evaluation.", valueName: "evaluation"))
  var folder: String

  @Option(
    help: ArgumentHelp("What to compare with. (default: none, full depth)", valueName: "method")
  )
  var baseline: String?

  @Option(
    help: ArgumentHelp("What tells methods apart: method or name of the runs.", valueName: "what")
  )
  var by: IsoplotStudy.Grouping = .method

  @Option(
    help: ArgumentHelp(
      "The metric, such as acc or margin. (default: each task's own)",
      valueName: "metric"
    )
  )
  var metric: Metric?

  @Option(help: ArgumentHelp("The loss: nats (a token) or bits (a byte).", valueName: "unit"))
  var loss: IsoplotStudy.Loss = .nats

  @Option(
    help: ArgumentHelp(
      "How far apart losses count as equal, as a share of the baseline's.",
      valueName: "share"
    )
  )
  var lossMargin = 0.005

  @Option(help: ArgumentHelp("Draws of each interval.", valueName: "count"))
  var draws = 2000

  @Option(help: "All that is drawn follows from it.")
  var seed: UInt64 = 0

  @Flag(help: "Print isoplot.json.")
  var json = false

  func validate() throws {
    guard (100...1_000_000).contains(draws) else {
      throw ValidationError("--draws: needs 100 to 1000000; got \(draws)")
    }
    guard lossMargin > 0, lossMargin <= 1 else {
      throw ValidationError("--loss-margin: needs a share above 0 and at most 1; got \(lossMargin)")
    }
  }

  func run(in context: CommandContext) throws {
    let console = context.console
    let study = try IsoplotStudy(
      folder: folder,
      settings: IsoplotStudy.Settings(
        grouping: by,
        baseline: baseline,
        metric: metric,
        loss: loss,
        lossMargin: lossMargin,
        drawCount: draws,
        seed: seed
      )
    ) { console.note("note: \($0)") }
    try study.write()
    try console.write(json ? JSONText.of(study.contents) : study.contents.terminalText)
    if !json { try console.write("\nThe page: \(folder)/isoplot.html\n") }
  }
}

extension IsoplotStudy.Grouping: ExpressibleByArgument {}
extension IsoplotStudy.Loss: ExpressibleByArgument {}
extension Metric: ExpressibleByArgument {}
