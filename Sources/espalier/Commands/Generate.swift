import ArgumentParser
import Files
import Generation

/// `espalier generate`.
struct Generate: EspalierSubcommand {
  static let configuration = CommandConfiguration(
    commandName: "generate",
    abstract: "Let a model go on with a text.",
    discussion: """
      The text stands where a document begins. Tokens are drawn as the model says, with a seed, \
      unless --temperature 0 takes the most likely one always. Without a prompt the model begins \
      by itself.

        espalier generate runs/demo-midas --prompt "In the beginning"
        espalier generate runs/demo-midas --prompt "And he said" --temperature 0
        espalier generate runs/demo-midas --prompts prompts.txt --top-p 0.9 --json
        espalier generate runs/demo-midas --weights int8
      """
  )

  @Argument(help: ArgumentHelp("A run's folder or a checkpoint's.", valueName: "model"))
  var model: String

  @Option(help: ArgumentHelp("The text to go on with; several, if given again.", valueName: "text"))
  var prompt: [String] = []

  @Option(help: ArgumentHelp("A file with a prompt a line.", valueName: "file"))
  var prompts: String?

  @Option(help: ArgumentHelp("The most tokens behind a prompt.", valueName: "count"))
  var tokens = 100

  @Option(help: ArgumentHelp("A text to end before; several, if given again.", valueName: "text"))
  var stop: [String] = []

  @Option(
    help: ArgumentHelp(
      "Hold weights in float32, or in int8: faster, and slightly another model.",
      valueName: "type"
    )
  )
  var weights = WeightPrecision.float32

  @OptionGroup(title: "Drawing") var sampling: SamplingOptions

  @OptionGroup var tokenizer: TokenizerOption

  @Flag(help: "Print prompts, texts, tokens and why each ended as JSON.")
  var json = false

  @OptionGroup var engine: EngineOptions

  func validate() throws {
    guard prompt.isEmpty || prompts == nil else {
      throw ValidationError("Give either --prompt or --prompts")
    }
    guard tokens >= 0 else { throw ValidationError("--tokens: needs 0 or more; got \(tokens)") }
    do {
      try sampling.settings.validate()
    } catch {
      throw ValidationError("\(error)")
    }
  }

  func run(in context: CommandContext) throws {
    let console = context.console
    let texts = try prompts.map(Self.lines) ?? (prompt.isEmpty ? [""] : prompt)
    let (saved, tokenizer) = try tokenizer.open(model, console: console)
    let generator = try TextGenerator(
      saved,
      tokenizer: tokenizer,
      engine: engine.makeEngine(in: context),
      precision: weights
    )
    // One text is shown while it comes, several one after the other.
    let streams = texts.count == 1 && !json
    if streams { try console.write(texts[0]) }
    var failure: CommandError?
    let continuations = try generator.continue(
      texts,
      settings: sampling.settings,
      limits: TextGenerator.Limits(tokenCount: tokens, stops: stop)
    ) { _, text in
      guard streams, failure == nil else { return }
      do throws(CommandError) {
        try console.write(text)
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    for continuation in continuations where continuation.tokensLeftOut > 0 {
      console.note(
        "note: a prompt is longer than the model's context; its first "
          + "\(counted(continuation.tokensLeftOut, "token")) were left out"
      )
    }
    if json { return try console.write(JSONText.of(continuations)) }
    if streams { return try console.write("\n") }
    try console.write(continuations.map { "\($0.prompt)\($0.text)\n" }.joined(separator: "\n"))
  }

  /// The prompts in a file.
  private static func lines(of path: String) throws -> [String] {
    let text = try InputText.of(LocalFileSystem().contents(of: path, limit: 64 << 20), from: path)
    let lines = text.split(whereSeparator: \.isNewline).map(String.init)
    guard !lines.isEmpty else { throw GenerationError.noPrompts(path: path) }
    return lines
  }
}

extension WeightPrecision: ExpressibleByArgument {}

/// How tokens are drawn.
struct SamplingOptions: ParsableArguments {
  @Option(help: ArgumentHelp("What logits are divided by; 0 draws nothing.", valueName: "number"))
  var temperature = 1.0

  @Option(help: ArgumentHelp("Draw from so many most likely tokens.", valueName: "count"))
  var topK: Int?

  @Option(help: ArgumentHelp("Draw from tokens of this probability together.", valueName: "share"))
  var topP = 1.0

  @Option(
    help: ArgumentHelp("Draw from tokens of this share of the most likely one.", valueName: "share")
  )
  var minP = 0.0

  @Option(help: ArgumentHelp("Make tokens that were there less likely.", valueName: "factor"))
  var repetitionPenalty = 1.0

  @Option(help: "All draws follow from it.")
  var seed: UInt64 = 0

  var settings: SamplingSettings {
    SamplingSettings(
      temperature: temperature,
      topK: topK,
      topP: topP,
      minP: minP,
      repetitionPenalty: repetitionPenalty,
      seed: seed
    )
  }
}
