/// Everything that decides a training run: text, model, training and growth, as one value.
///
/// A recipe is written in YAML, read with ``load(path:overrides:)``, and stored beside the results
/// it led to with every field spelled out by ``yamlText()``. The one field that must be given is
/// `corpus.tokens`; every other has a default, stated at its property.
///
/// ```swift
/// let recipe = try Recipe.load(
///   path: "Recipes/demo-midas.yaml",
///   overrides: [try RecipeOverride("training.steps=200")])
/// ```
///
/// A value built in code is held to the same rules by ``validated()``.
public struct Recipe: Hashable, Sendable, Codable {
  /// The version of the recipe format; 1 is the only one.
  public var version: Int
  /// What the run is called; letters, digits, dots, dashes and underscores.
  ///
  /// Default: the file's name without `.yaml`.
  public var name: String
  /// The seed of initialisation and data order.
  ///
  /// Default: 0.
  public var seed: UInt64
  /// What does the heavy operations.
  ///
  /// Default: auto.
  public var kernels: Kernels
  /// What the work is done on.
  ///
  /// Default: auto.
  public var device: Device
  /// How several devices train one model together.
  public var parallelism: Parallelism
  /// How a GPU's memory is taken.
  public var memory: Memory
  /// The text to train on.
  public var corpus: Corpus
  /// The shape of the full-depth model.
  public var model: Model
  /// How the parameters are trained.
  public var training: Training
  /// When the validation loss is taken.
  public var evaluation: Evaluation
  /// When a line of metrics is written.
  public var logging: Logging
  /// When the state is saved.
  public var checkpoints: Checkpoints
  /// How the model gets to its full depth.
  public var growth: Growth

  /// Creates a recipe; every section but the corpus has defaults.
  public init(
    name: String,
    seed: UInt64 = 0,
    kernels: Kernels = .auto,
    device: Device = .auto,
    parallelism: Parallelism = Parallelism(),
    memory: Memory = Memory(),
    corpus: Corpus,
    model: Model = Model(),
    training: Training = Training(),
    evaluation: Evaluation = Evaluation(),
    logging: Logging = Logging(),
    checkpoints: Checkpoints = Checkpoints(),
    growth: Growth = Growth()
  ) {
    self.version = Recipe.currentVersion
    self.name = name
    self.seed = seed
    self.kernels = kernels
    self.device = device
    self.parallelism = parallelism
    self.memory = memory
    self.corpus = corpus
    self.model = model
    self.training = training
    self.evaluation = evaluation
    self.logging = logging
    self.checkpoints = checkpoints
    self.growth = growth
  }

  /// The version of the format this package writes.
  public static let currentVersion = 1
}

extension Recipe {
  /// What does the heavy operations: matrix products, attention, norms, the loss.
  public enum Kernels: String, Hashable, Sendable, Codable, CaseIterable {
    /// Espalier's kernels where the device and the processor can run them, else XLA.
    case auto
    /// XLA's compiler alone; the same program runs on every device.
    case xla
    /// Espalier's kernels, or an error where they cannot run.
    case swift
  }

  /// The text to train on.
  public struct Corpus: Hashable, Sendable, Codable {
    /// The path of a packed token file, as `espalier corpus pack` writes it.
    ///
    /// Relative to the folder the command runs in. Must be given.
    public var tokens: String
    /// Whether attention and loss stop at the borders of documents packed into one sequence.
    ///
    /// Default: false.
    public var separateDocuments: Bool
    /// Other token files with their shares of the sequences.
    ///
    /// In whole percents behind colons, such as `runs/code.tokens:30`, with blanks between them; `tokens` has the rest.
    /// They are packed with the same tokenizer.
    ///
    /// Default: nothing.
    public var mixture: String?
    /// The steps before `mixture` begins; until then all sequences are of `tokens`.
    ///
    /// Default: 0.
    public var mixtureStart: Int

    /// Creates the section.
    public init(
      tokens: String,
      separateDocuments: Bool = false,
      mixture: String? = nil,
      mixtureStart: Int = 0
    ) {
      self.tokens = tokens
      self.separateDocuments = separateDocuments
      self.mixture = mixture
      self.mixtureStart = mixtureStart
    }
  }

  /// When the validation loss is taken; it is always taken after the last step as well.
  public struct Evaluation: Hashable, Sendable, Codable {
    /// Steps from one evaluation to the next.
    ///
    /// Default: 100.
    public var every: Int
    /// How many sequences of the validation split are read, always the same.
    ///
    /// Default: 256.
    public var sequences: Int

    /// Creates the section.
    public init(every: Int = 100, sequences: Int = 256) {
      self.every = every
      self.sequences = sequences
    }
  }

  /// When a line of metrics is written, and what else is; the last step always writes one.
  public struct Logging: Hashable, Sendable, Codable {
    /// Steps from one line to the next.
    ///
    /// Default: 10.
    public var every: Int
    /// How many texts the model writes at each evaluation, behind beginnings of held-out documents.
    ///
    /// Default: 0.
    public var samples: Int
    /// The most tokens of such a text.
    ///
    /// Default: 40.
    public var sampleTokens: Int
    /// Whether files for TensorBoard are written as well.
    ///
    /// Default: false.
    public var tensorboard: Bool

    /// Creates the section.
    public init(
      every: Int = 10,
      samples: Int = 0,
      sampleTokens: Int = 40,
      tensorboard: Bool = false
    ) {
      self.every = every
      self.samples = samples
      self.sampleTokens = sampleTokens
      self.tensorboard = tensorboard
    }
  }

  /// When the state is saved; it is always saved after the last step as well.
  public struct Checkpoints: Hashable, Sendable, Codable {
    /// Steps from one checkpoint to the next.
    ///
    /// Default: 200.
    public var every: Int
    /// How many of the newest checkpoints stay on disk; one more until a loss was measured of the newest.
    ///
    /// Default: 2.
    public var keep: Int

    /// Creates the section.
    public init(every: Int = 200, keep: Int = 2) {
      self.every = every
      self.keep = keep
    }
  }
}
