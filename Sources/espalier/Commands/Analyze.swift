import ArgumentParser
import Reports
import Studies
import Training

/// `espalier analyze`.
struct Analyze: EspalierSubcommand {
  static let configuration = CommandConfiguration(
    commandName: "analyze",
    abstract: "Take models apart: what layers and blocks have in common, and what each does.",
    discussion: """
      How much alike blocks are in weights, as functions and in where they look; how linear layers \
      are and how much they add; what the model would say if it ended early; and what the loss \
      becomes when layers and blocks are left out, exchanged, turned round or run again. Each \
      number has a floor: what things that do not belong together give. Several models stand side \
      by side. The same command goes on with a study that was stopped.

        espalier analyze runs/demo-midas runs/demo-full-depth \\
          --output evaluations/anatomy

      The folder then holds report.html with heat maps, anatomy.json, anatomy.csv and anatomy.md; \
      docs/analyze.md says how each number is defined.
      """
  )

  @Argument(help: ArgumentHelp("Folders of runs or checkpoints.", valueName: "model"))
  var models: [String]

  @Option(
    name: .customLong("block"),
    help: ArgumentHelp("The layers of a block. (default: as each model grew)", valueName: "layers")
  )
  var blockSize: Int?

  @Option(help: ArgumentHelp("Held-out sequences that are read.", valueName: "count"))
  var sequences = 16

  @Option(
    help: ArgumentHelp(
      "A token file to read in place of each run's own text; checkpoints outside of runs need one.",
      valueName: "file"
    )
  )
  var tokens: String?

  @Option(help: ArgumentHelp("The study's folder.", valueName: "folder"))
  var output: String

  @Flag(help: "Print anatomy.json when all is done.")
  var json = false

  @OptionGroup var engine: EngineOptions

  func validate() throws {
    if let blockSize, blockSize < 1 {
      throw ValidationError("--block: needs 1 or more layers; got \(blockSize)")
    }
    guard (2...100_000).contains(sequences) else {
      throw ValidationError("--sequences: needs a number from 2 to 100000; got \(sequences)")
    }
    guard !output.isEmpty else { throw ValidationError("--output: needs a folder; got nothing") }
  }

  func run(in context: CommandContext) throws {
    let console = context.console
    var study = try AnatomyStudy(
      models,
      settings: AnatomyStudy.Settings(blockSize: blockSize, sequences: sequences, tokens: tokens),
      folder: output
    ) { console.note("note: \($0)") }
    try StudyRun(console: console).complete { line in
      try study.run(
        engine: engine.makeEngine(in: context),
        watch: StopSignal.watch { Self.show($0, line) }
      )
    }
    try console.write(json ? JSONText.of(study.record) : study.record.terminalText)
    if !json { try console.write("\nThe page: \(output)/report.html\n") }
  }

  private static func show(_ event: AnatomyStudy.Event, _ line: LiveLine) {
    switch event {
    case .analyzing(let model, let share):
      line.show(ProgressBar(title: model, fraction: share, details: []))
    case .finished(let model, let score, let count, let all):
      let text = score.map { ", depth score \(NumberFormat.fixed($0, digits: 3))" } ?? ""
      line.note("\(count)/\(all)  \(model)\(text)")
    }
  }
}
