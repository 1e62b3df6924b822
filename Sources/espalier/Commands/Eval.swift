import ArgumentParser
import Corpus
import Evaluation
import Reports
import Studies
import Training

/// `espalier eval`.
struct Eval: EspalierSubcommand {
  static let configuration = CommandConfiguration(
    commandName: "eval",
    abstract: "Ask models the questions of tasks.",
    discussion: """
      A task is one that is made from a seed, of those that `espalier tasks` lists, or a YAML file \
      with a file of JSON lines beside it. Answers are scored as lm-evaluation-harness does. The \
      folder then holds a page (report.html), evaluation.json, evaluation.csv, evaluation.md and \
      every single answer in answers/. The same command goes on with an evaluation that was \
      stopped; with further models or tasks it adds to it.

        espalier eval runs/demo-midas --tasks copying,assignment-0 \\
          --output evaluations/demo
        espalier eval runs/a runs/b --tasks mine.yaml --checkpoints all \\
          --output evaluations/ab
        espalier eval runs/demo-midas --tasks copying --repeat-middle 1,2,3 \\
          --output evaluations/middle
      """
  )

  @Argument(help: ArgumentHelp("Folders of runs or checkpoints.", valueName: "model"))
  var models: [String]

  @Option(help: ArgumentHelp("The tasks, with commas between them.", valueName: "tasks"))
  var tasks: String?

  @Option(
    help: ArgumentHelp(
      "Text files to foretell, in bits a byte for each source; several, if given again.",
      valueName: "file"
    )
  )
  var text: [String] = []

  @Option(
    help: ArgumentHelp(
      "Questions of each task. (default: all of a file, else 500)",
      valueName: "count"
    )
  )
  var questions: Int?

  @Option(
    help: ArgumentHelp(
      "Solved examples before each question. (default: as the task says)",
      valueName: "count"
    )
  )
  var shots: Int?

  @Option(help: "All that is drawn follows from it.")
  var seed: UInt64 = 0

  @Option(help: ArgumentHelp("Which checkpoints of a run: newest or all.", valueName: "which"))
  var checkpoints: CheckpointChoice = .newest

  @Flag(help: "Put each question at the beginning of a document.")
  var beginDocuments = false

  @OptionGroup(title: "Layers") var layers: LayerOrderOptions

  @Option(help: ArgumentHelp("The evaluation's folder.", valueName: "folder"))
  var output: String

  @OptionGroup var tokenizer: TokenizerOption

  @Flag(help: "Print evaluation.json when all is done.")
  var json = false

  @OptionGroup var engine: EngineOptions

  func validate() throws {
    guard tasks != nil || !text.isEmpty else {
      throw ValidationError("Give --tasks or --text; `espalier tasks` lists the tasks")
    }
    guard questions.map({ $0 > 0 }) ?? true else {
      throw ValidationError("--questions: needs 1 or more; got \(questions ?? 0)")
    }
    guard shots.map({ (0...1000).contains($0) }) ?? true else {
      throw ValidationError("--shots: needs 0 to 1000; got \(shots ?? 0)")
    }
    guard !output.isEmpty else { throw ValidationError("--output: needs a folder; got nothing") }
    _ = try layers.orders
  }

  func run(in context: CommandContext) throws {
    let console = context.console
    let names = tasks.map { $0.split(separator: ",").map(String.init) } ?? []
    let sets = try names.map {
      try EvaluationTask.named($0).questions(count: questions, shotCount: shots, seed: seed)
    }
    var study = try EvaluationStudy(
      models,
      settings: EvaluationStudy.Settings(
        sets: sets,
        texts: text.isEmpty ? nil : TextCollection(paths: text),
        checkpoints: checkpoints,
        orders: layers.orders,
        beginsDocuments: beginDocuments,
        tokenizer: tokenizer.tokenizer
      ),
      folder: output
    ) { console.note("note: \($0)") }
    try StudyRun(console: console).complete { line in
      let engine = try engine.makeEngine(in: context)
      return try study.run(
        engine: engine,
        kernels: KernelChoice(measuringOn: engine.client).library,
        watch: StopSignal.watch { Self.show($0, line) }
      )
    }
    let report = study.report
    try console.write(json ? JSONText.of(report.summary) : report.terminalText)
    if !json { try console.write("\nThe page: \(output)/report.html\n") }
  }

  private static func show(_ event: EvaluationStudy.Event, _ line: LiveLine) {
    switch event {
    case .asking(let model, let task, let share):
      line.show(ProgressBar(title: model, fraction: share, details: [task]))
    case .finished(let model, let task, let value, let count, let all):
      let number = value.map { "  \(NumberFormat.fixed($0, digits: 3))" } ?? ""
      line.note("\(count)/\(all)  \(model)  \(task)\(number)")
    case .notice(let sentence):
      line.note("note: \(sentence)")
    }
  }
}

/// In which order the layers of a model run when it is asked.
struct LayerOrderOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Run the middle block so many times, such as 1,2,3; 1 is the model as it was trained.",
      valueName: "counts"
    )
  )
  var repeatMiddle: String?

  @Option(
    help: ArgumentHelp(
      "The layers of the middle block. (default: those by which the run grew)",
      valueName: "count"
    )
  )
  var block: Int?

  @Option(
    name: .customLong("layers"),
    help: ArgumentHelp(
      "An order to run layers in, such as 0-3,4-7,4-7,8-11 or 11-0; several, if given again.",
      valueName: "order"
    )
  )
  var order: [String] = []

  var orders: EvaluationStudy.Orders {
    get throws {
      guard let repeatMiddle else {
        guard block == nil else { throw ValidationError("Give --block with --repeat-middle only") }
        return order.isEmpty ? .asTrained : .listed(order)
      }
      guard order.isEmpty else { throw ValidationError("Give either --repeat-middle or --layers") }
      return .repeatingMiddle(
        try NumberList.parse(repeatMiddle, option: "--repeat-middle"),
        blockSize: block
      )
    }
  }
}

extension CheckpointChoice: ExpressibleByArgument {
  /// Reads a word.
  public init?(argument: String) {
    switch argument {
    case "newest": self = .newest
    case "all": self = .all
    default: return nil
    }
  }

  /// The word for it.
  public var defaultValueDescription: String { self == .all ? "all" : "newest" }
}
