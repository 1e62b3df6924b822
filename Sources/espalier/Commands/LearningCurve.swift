import ArgumentParser
import Evaluation
import Reports
import Studies
import Training

/// `espalier learning-curve`.
struct LearningCurve: EspalierSubcommand {
  static let configuration = CommandConfiguration(
    commandName: "learning-curve",
    abstract: "Fine-tune models on few questions of a task, and ask them others.",
    discussion: """
      What a model cannot answer it may learn from few examples, and a better model from fewer. For \
      each model, task and number of examples, several draws of them are learnt with each learning \
      rate of a small grid; the rate is chosen by the loss on held-out questions, and other \
      questions are asked. The same command goes on with a study that was stopped.

        espalier learning-curve runs/demo-midas --tasks p-hop-1 --examples 16,64 \\
          --output evaluations/curve

      The folder then holds report.html, learning-curve.json, learning-curve.csv and \
      learning-curve.md.
      """
  )

  @Argument(help: ArgumentHelp("Folders of runs or checkpoints.", valueName: "model"))
  var models: [String]

  @Option(
    help: ArgumentHelp(
      "Tasks that are made from a seed, with commas between them.",
      valueName: "tasks"
    )
  )
  var tasks: String

  @Option(
    help: ArgumentHelp(
      "How many questions are learnt from, such as 16,64,256.",
      valueName: "counts"
    )
  )
  var examples = "16,64,256,1024"

  @Option(help: ArgumentHelp("How often so many are drawn.", valueName: "count"))
  var draws = 3

  @Option(help: ArgumentHelp("The learning rates that are tried.", valueName: "rates"))
  var rates = "0.0003,0.001,0.003"

  @Option(help: ArgumentHelp("Steps of each fine-tuning.", valueName: "count"))
  var steps = 200

  @Option(help: ArgumentHelp("Questions that are asked of each task.", valueName: "count"))
  var questions = 500

  @Option(help: "All that is drawn follows from it.")
  var seed: UInt64 = 0

  @Option(help: ArgumentHelp("The study's folder.", valueName: "folder"))
  var output: String

  @OptionGroup var tokenizer: TokenizerOption

  @Flag(help: "Print learning-curve.json when all is done.")
  var json = false

  @OptionGroup var engine: EngineOptions

  func validate() throws {
    guard try !counts.isEmpty, try counts.allSatisfy({ (4...1_000_000).contains($0) }) else {
      throw ValidationError("--examples: needs numbers from 4 to 1000000; got \(examples)")
    }
    _ = try rateList
    for (name, count) in [("draws", draws), ("steps", steps), ("questions", questions)]
    where !(1...1_000_000).contains(count) {
      throw ValidationError("--\(name): needs a number from 1 to 1000000; got \(count)")
    }
    guard !output.isEmpty else { throw ValidationError("--output: needs a folder; got nothing") }
  }

  private var counts: [Int] {
    get throws { try NumberList.parse(examples, option: "--examples") }
  }

  private var rateList: [Double] {
    get throws {
      try rates.split(separator: ",", omittingEmptySubsequences: false).map { word in
        guard let rate = Double(word), rate > 0, rate <= 1 else {
          throw ValidationError(
            "--rates: needs numbers above 0 and at most 1 with commas between them; got \(rates)"
          )
        }
        return rate
      }
    }
  }

  func run(in context: CommandContext) throws {
    let console = context.console
    var study = try LearningCurveStudy(
      models,
      settings: LearningCurveStudy.Settings(
        tasks: tasks.split(separator: ",").map { try EvaluationTask.named(String($0)) },
        exampleCounts: counts,
        drawCount: draws,
        rates: rateList,
        steps: steps,
        questionCount: questions,
        seed: seed,
        tokenizer: tokenizer.tokenizer
      ),
      folder: output
    ) { console.note("note: \($0)") }
    try StudyRun(console: console).complete { line in
      let engine = try engine.makeEngine(in: context)
      return try study.run(
        engine: engine,
        kernels: KernelChoice(measuringOn: engine.client).library,
        arguments: context.arguments,
        watch: StopSignal.watch { Self.show($0, line) }
      )
    }
    try console.write(json ? JSONText.of(study.record) : study.record.terminalText)
    if !json { try console.write("\nThe page: \(output)/report.html\n") }
  }

  private static func show(_ event: LearningCurveStudy.Event, _ line: LiveLine) {
    switch event {
    case .training(let model, let task, let examples, let draw, let share):
      line.show(
        ProgressBar(
          title: model,
          fraction: share,
          details: [task, counted(examples, "example"), "draw \(draw + 1)"]
        )
      )
    case .finished(let model, let task, let examples, let draw, let value, let count, let all):
      let number = value.map { "  \(NumberFormat.fixed($0, digits: 3))" } ?? ""
      line.note(
        "\(count)/\(all)  \(model)  \(task)  \(counted(examples, "example")), draw \(draw + 1)\(number)"
      )
    case .notice(let sentence):
      line.note("note: \(sentence)")
    }
  }
}
