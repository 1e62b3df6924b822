import Arrays
import Checkpoints
import Corpus
import Files
import Growing
import LanguageModels
import Recipes
import Safetensors
import SavedModels
import Training

/// A model of Hugging Face's `transformers` on its way to a checkpoint.
///
/// ```swift
/// let model = try ModelImport(folder: "SmolLM-135M")
/// let checkpoint = try model.write(to: "imported")
/// ```
public struct ModelImport {
  /// What the model is.
  public let configuration: LlamaConfiguration
  /// Its tokenizer.
  public let tokenizer: Tokenizer
  private let weights: ForeignWeights
  private let files: any FileSystem

  /// Opens a folder and checks all but the numbers of its tensors.
  ///
  /// - Parameters:
  ///   - folder: The folder.
  ///   - files: The file system.
  /// - Throws: ``ImportError``, `TokenizerError`, `SafetensorsError` or `FileError`.
  public init(folder: String, in files: any FileSystem = LocalFileSystem()) throws {
    // A folder that is not there is something else than one without a file.
    _ = try files.names(inFolder: folder)
    let path = "\(folder)/config.json"
    guard files.exists(path) else {
      throw ImportError.missingFile(path: folder, what: "config.json, as transformers writes it")
    }
    let config = try ForeignFields(path, in: files)
    let configuration = try LlamaConfiguration(config)
    weights = try ForeignWeights(folder, configuration, in: files)
    tokenizer = try ForeignTokenizer.read(folder, config, in: files)
    guard tokenizer.vocabularySize <= configuration.vocabularySize else {
      throw ImportError.tokenizerTooLarge(
        path: folder,
        pieces: tokenizer.vocabularySize,
        vocabulary: configuration.vocabularySize
      )
    }
    self.configuration = configuration
    self.files = files
  }

  /// Writes the model as a checkpoint of step 0, with its tokenizer beside it.
  ///
  /// The optimizer has seen nothing, so that the checkpoint can be trained on and grown. One tensor at a time is in
  /// memory.
  ///
  /// - Parameter folder: The folder to put the checkpoint and `tokenizer.model` into.
  /// - Returns: The checkpoint.
  /// - Throws: ``ImportError/exists(path:)``, ``ImportError/notFinite(name:path:)``, `SafetensorsError`,
  ///   `TokenizerError`, `FileError` or `CheckpointError`.
  public func write(to folder: String) throws -> StoredCheckpoint {
    let store = CheckpointStore(folder: folder)
    let place = "\(folder)/tokenizer.model"
    for path in [store.path(ofStep: 0), place] where files.exists(path) {
      throw ImportError.exists(path: path)
    }
    let layout = StateLayout(configuration: configuration, optimizer: Recipe.Optimizer())
    let specifications = layout.specifications
    let memory = Array(layout.optimizerEntries)
    let state = SavedState(
      position: TrainingPosition(),
      seed: 0,
      plan: try GrowthPlan.fullDepth(layers: configuration.layerCount, steps: 1),
      optimizer: layout.settings
    )
    let checkpoint = try store.write(
      step: 0,
      model: TensorSource(specifications.map { TensorDescription($0.name, $0.type) }) {
        try weights.array(of: specifications[$0])
      },
      optimizer: TensorSource(memory.map { TensorDescription($0.name, $0.type) }) {
        HostArray(zeros: memory[$0].type)
      },
      state: state.encoded(
        with: ModelState(
          configuration: configuration,
          lineage: Lineage(depth: configuration.layerCount),
          tokenizerChecksum: tokenizer.checksum
        )
      )
    )
    try tokenizer.write(to: place)
    return checkpoint
  }
}
