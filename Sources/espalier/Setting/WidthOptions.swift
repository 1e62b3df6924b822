import ArgumentParser
import Growing
import LanguageModels
import Reports
import Training

/// The sizes that a model is to grow to in width.
struct WidthOptions: ParsableArguments {
  @Option(help: ArgumentHelp("The width to grow to.", valueName: "size"))
  var width: Int?

  @Option(help: ArgumentHelp("The query heads to grow to.", valueName: "count"))
  var heads: Int?

  @Option(help: ArgumentHelp("The feed-forward width to grow to.", valueName: "size"))
  var feedForward: Int?

  @Option(help: ArgumentHelp("The vocabulary to grow to.", valueName: "size"))
  var vocabulary: Int?

  @Option(help: ArgumentHelp("The context length to grow to.", valueName: "tokens"))
  var context: Int?

  @Option(
    help: ArgumentHelp(
      "How new elements are filled: duplicate, duplicate-uneven, pad or next-layer.",
      valueName: "name"
    )
  )
  var fill = WidthOperator.duplicate

  /// The sizes as the model takes them.
  var sizes: ModelSizes {
    ModelSizes(
      width: width,
      headCount: heads,
      feedForwardWidth: feedForward,
      vocabularySize: vocabulary,
      contextLength: context
    )
  }
}

extension WidthOperator: ExpressibleByArgument {}

/// What a growth in width did, for people and for programs.
struct WideningSummary: Encodable {
  /// One size before and after.
  struct Size: Encodable {
    var name: String
    var before: Int
    var after: Int
  }

  var source: String
  var output: String
  var step: Int
  var fill: WidthOperator
  var preservesFunction: FunctionPreservation
  var optimizerState: OptimizerStatePolicy
  var sizes: [Size]
  var parametersBefore: Int
  var parametersAfter: Int

  init(
    _ growth: CheckpointGrowth,
    _ after: LlamaConfiguration,
    fill: WidthOperator,
    optimizerState: OptimizerStatePolicy,
    output: String
  ) {
    let before = growth.model.configuration
    source = growth.model.checkpoint.path
    self.output = output
    step = growth.model.checkpoint.step
    self.fill = fill
    preservesFunction = fill.preservation
    self.optimizerState = optimizerState
    sizes = [
      Size(name: "width", before: before.width, after: after.width),
      Size(name: "query heads", before: before.headCount, after: after.headCount),
      Size(
        name: "key and value heads",
        before: before.keyValueHeadCount,
        after: after.keyValueHeadCount
      ),
      Size(
        name: "feed-forward width",
        before: before.feedForwardWidth,
        after: after.feedForwardWidth
      ),
      Size(name: "vocabulary", before: before.vocabularySize, after: after.vocabularySize),
      Size(name: "context length", before: before.contextLength, after: after.contextLength),
    ]
    parametersBefore = before.parameterCount
    parametersAfter = after.parameterCount
  }

  /// The summary in lines.
  var text: String {
    var lines = [
      "\(source): step \(step), \(NumberFormat.grouped(parametersBefore)) parameters",
      "widened by \(fill.rawValue), optimizer state: \(optimizerState.rawValue)",
    ]
    for size in sizes where size.after != size.before {
      lines.append("  \(size.name) from \(size.before) to \(size.after)")
    }
    let hasNewTokens = sizes.contains { $0.name == "vocabulary" && $0.after > $0.before }
    lines.append(
      preservesFunction == .exact
        ? "the wider model computes the same function"
          + (hasNewTokens ? "; the logits of new tokens are new" : "")
        : "the wider model computes another function"
    )
    lines.append("\(output): \(NumberFormat.grouped(parametersAfter)) parameters")
    return lines.map { $0 + "\n" }.joined()
  }
}
