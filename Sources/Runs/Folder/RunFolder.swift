import Files

/// The folder of one training run, and where everything inside it lies.
///
/// A run folder holds all there is to know about a run: what was asked for (`recipe.yaml`), what was
/// run, where and how it ended (`run.json`), what was measured on the way (`metrics.jsonl`), the states
/// that can be gone back to (`checkpoints/`) and the page that shows it (`report.html`). The format is
/// described in `docs/run-folder.md`.
public struct RunFolder: Hashable, Sendable {
  /// The version of the format that this module writes and reads.
  public static let formatVersion = 1

  /// The folder's path, as it was given.
  public let path: String

  /// Names a folder, which need not exist.
  public init(path: String) {
    self.path = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
  }

  /// The last component of the path.
  public var name: String { lastComponent(of: path) }

  /// The path of `run.json`, the record of the run.
  public var runFile: String { path + "/run.json" }

  /// The path of `recipe.yaml`, the resolved recipe.
  public var recipeFile: String { path + "/recipe.yaml" }

  /// The path of `metrics.jsonl`, one measurement a line.
  public var metricsFile: String { path + "/metrics.jsonl" }

  /// The path of `checkpoints/`, a folder with a folder for each checkpoint.
  public var checkpointsFolder: String { path + "/checkpoints" }

  /// The path of `tokenizer.model`, the tokenizer of the text.
  public var tokenizerFile: String { path + "/tokenizer.model" }

  /// The path of `examples.tokens`, the prompts and answers of a model that is fine-tuned.
  public var examplesFile: String { path + "/examples.tokens" }

  /// The path of `tensorboard/`, the files of events for TensorBoard.
  public var tensorBoardFolder: String { path + "/tensorboard" }

  /// The path of `report.html`, the page about this run.
  public var reportFile: String { path + "/report.html" }
}
