import ArgumentParser
import Corpus
import SavedModels

/// The tokenizer of a saved model.
struct TokenizerOption: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The tokenizer.model, where the model's run does not have it.",
      valueName: "file"
    )
  )
  var tokenizer: String?

  /// Opens a saved model and its tokenizer.
  ///
  /// - Parameters:
  ///   - path: A run's folder or a checkpoint's.
  ///   - console: Told which newer checkpoints were passed over.
  /// - Returns: Both.
  /// - Throws: `SavedModelError` and what reading a checkpoint throws, or `TokenizerError`.
  func open(
    _ path: String,
    console: Console
  ) throws -> (model: SavedModel, tokenizer: Tokenizer) {
    let model = try SavedModel(path: path) { console.note("note: \($0)") }
    return (model, try model.tokenizer(path: tokenizer))
  }
}
