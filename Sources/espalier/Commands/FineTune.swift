import ArgumentParser
import Corpus
import Recipes
import Reports
import Runs
import Training

/// `espalier finetune`.
struct FineTune: EspalierSubcommand {
  static let configuration = CommandConfiguration(
    commandName: "finetune",
    abstract: "Train a saved model to answer prompts.",
    discussion: """
      The data are JSON lines, an object with a prompt and an answer each:

        {"prompt": "copy: sun ant ->", "answer": " sun ant"}

      Answer follows prompt as they stand, so a blank between them belongs to one of them. The loss \
      is that of the answers and of the end behind each. Several examples share a row, and none \
      sees another. All weights are trained, or with --lora additions of low rank to the layers' \
      matrices, which are merged wherever the model is saved.

        espalier finetune runs/demo-midas answers.jsonl --epochs 10
        espalier finetune runs/demo-midas answers.jsonl --lora 8 --run runs/low-rank

      The result is a run: `espalier resume` goes on with it, `generate`, `export`, `grow`, \
      `compare` and `train --from` take it. See docs/finetune.md.
      """
  )

  @Argument(help: ArgumentHelp("A run's folder or a checkpoint's.", valueName: "model"))
  var model: String

  @Argument(help: ArgumentHelp("The examples, JSON lines; also with .gz.", valueName: "data"))
  var data: String

  @Option(
    help: ArgumentHelp(
      "The new run's folder. (default: runs/ and the data's name)",
      valueName: "folder"
    )
  )
  var run: String?

  @Option(help: ArgumentHelp("How often each example is trained on.", valueName: "count"))
  var epochs = 3

  @Option(help: ArgumentHelp("Steps to train, in place of --epochs.", valueName: "count"))
  var steps: Int?

  @Option(
    help: ArgumentHelp(
      "Rows of examples a step. (default: 8, or all if there are fewer)",
      valueName: "count"
    )
  )
  var batchSize: Int?

  @Option(
    help: ArgumentHelp(
      "The highest learning rate. (default: 0.0003, with --lora 0.003)",
      valueName: "rate"
    )
  )
  var learningRate: String?

  @Option(help: ArgumentHelp("The share of examples to measure on.", valueName: "share"))
  var heldOut = 0.1

  @Option(help: ArgumentHelp("Order, held-out examples and LoRA's start follow from it."))
  var seed: UInt64 = 0

  @OptionGroup(title: "Low rank") var lora: LowRankOptions

  @Option(
    name: .customLong("set"),
    parsing: .singleValue,
    help: ArgumentHelp(
      "Another value for a field of the run's recipe, such as evaluation.every=20; may be repeated.",
      valueName: "field=value"
    )
  )
  var overrides: [String] = []

  @OptionGroup var tokenizer: TokenizerOption

  @OptionGroup var engine: EngineOptions

  func validate() throws {
    if run?.isEmpty == true { throw ValidationError("--run: needs a folder; got nothing") }
    for (name, count) in [
      ("epochs", epochs), ("steps", steps ?? 1), ("batch-size", batchSize ?? 1),
    ]
    where !(1...1_000_000).contains(count) {
      throw ValidationError("--\(name): needs a number from 1 to 1000000; got \(count)")
    }
    guard heldOut > 0, heldOut < 1 else {
      throw ValidationError("--held-out: needs a number between 0 and 1; got \(heldOut)")
    }
  }

  func run(in context: CommandContext) throws {
    let console = context.console
    let origin = try TrainingOrigin(path: model, optimizer: .reset) { console.note("note: \($0)") }
    let tuning = try FineTuning(
      origin,
      tokenizer: origin.tokenizer(path: tokenizer.tokenizer),
      data: ExampleFile(path: data),
      folder: RunFolder(path: run ?? "runs/\(Recipe.name(fromFile: dataName))"),
      settings: FineTuning.Settings(
        epochs: epochs,
        steps: steps,
        batchSize: batchSize,
        heldOutShare: heldOut,
        seed: seed,
        lora: lora.settings
      ),
      overrides: allOverrides()
    )
    var session = try tuning.session(
      engine: engine.makeEngine(in: context, for: tuning.draft()),
      arguments: context.arguments
    )
    let corpus = session.job.corpus
    console.note(
      "\(data): \(counted(corpus.documentCount(of: .train), "example")) to train on, "
        + "\(NumberFormat.grouped(corpus.documentCount(of: .validation))) held out"
    )
    try TrainingRun(context: context).present(&session)
  }

  /// The data's name without the endings of JSON lines.
  private var dataName: String {
    var name = data
    for ending in [".gz", ".jsonl", ".ndjson", ".json"] where name.hasSuffix(ending) {
      name.removeLast(ending.count)
    }
    return name
  }

  private func allOverrides() throws -> [RecipeOverride] {
    let rate = learningRate.map {
      RecipeOverride(
        field: "training.learningRate.peak",
        value: $0,
        flag: "--learning-rate \($0)"
      )
    }
    return [rate].compactMap(\.self) + lora.overrides
      + (try overrides.map { argument throws(RecipeError) in try RecipeOverride(argument) })
  }
}

/// Low-rank additions to a layer's matrices.
struct LowRankOptions: ParsableArguments {
  @Option(
    name: .customLong("lora"),
    help: ArgumentHelp("Train additions of this rank in place of all weights.", valueName: "rank")
  )
  var rank: String?

  @Option(
    name: .customLong("lora-alpha"),
    help: ArgumentHelp(
      "What additions are multiplied by, times the rank. (default: 16)",
      valueName: "number"
    )
  )
  var alpha: String?

  @Option(
    name: .customLong("lora-matrices"),
    help: ArgumentHelp(
      "The matrices that are added to, such as query,value. (default: all)",
      valueName: "names"
    )
  )
  var matrices: String?

  func validate() throws {
    guard rank == nil else { return }
    for (name, value) in [("lora-alpha", alpha), ("lora-matrices", matrices)] where value != nil {
      throw ValidationError("--\(name): needs --lora, the rank of what it is about")
    }
  }

  /// The additions, with the recipe's defaults; nil for all weights.
  var settings: Recipe.Optimizer.LowRank? { rank.map { _ in Recipe.Optimizer.LowRank() } }

  /// What was given, held to the recipe's rules.
  var overrides: [RecipeOverride] {
    [
      ("rank", "lora", rank), ("alpha", "lora-alpha", alpha),
      ("matrices", "lora-matrices", matrices),
    ]
    .compactMap { field, name, value in
      value.map {
        RecipeOverride(
          field: "training.optimizer.lora.\(field)",
          value: $0,
          flag: "--\(name) \($0)"
        )
      }
    }
  }
}
