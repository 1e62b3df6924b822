import Corpus
import Generation
import LanguageModels
import PJRT
import Runs
import Tensors

/// Lets a model write while it is trained, behind the beginnings of held-out documents.
///
/// The prompts and the draws are the same at each evaluation, so that texts can be compared; they take nothing from what
/// training draws, and change no bit of it. Of examples the prompts are the examples', and the most likely answer is
/// written.
struct SampleWriter {
  private let prompts: [String]
  private let settings: SamplingSettings
  private let limits: TextGenerator.Limits
  private let tokenizer: Tokenizer
  private let engine: Engine

  /// The tokens of a text that are given to go on with, at most; never more than a quarter of the context.
  private static let promptLength = 16

  /// Prepares the samples of a job; nil where its recipe asks for none.
  ///
  /// - Throws: `TokenFileError` or `TokenizerError`.
  init?(_ job: TrainingJob, engine: Engine) throws {
    let (logging, corpus) = (job.recipe.logging, job.corpus)
    guard logging.samples > 0 else { return nil }
    let tokenizer = try corpus.loadTokenizer()
    let length = min(Self.promptLength, max(1, job.recipe.model.contextLength / 4))
    let documentCount = corpus.documentCount(of: .validation)
    // Drawn texts differ behind one prompt, answers do not.
    let count = corpus.holdsAnswers ? min(logging.samples, documentCount) : logging.samples
    prompts = try (0..<count).map { number in
      let document = corpus.document(number * documentCount / count, of: .validation)
      let tokens = try corpus.tokens(in: document.tokens, of: .validation)
      // An example begins with the token that ends documents, as what is generated does.
      let prompt =
        document.answerTokenCount.map { tokens.dropFirst().dropLast($0) }
        ?? tokens.dropLast().prefix(length)
      return try tokenizer.decode(Array(prompt))
    }
    settings = SamplingSettings(temperature: corpus.holdsAnswers ? 0 : 1, seed: job.recipe.seed)
    limits = TextGenerator.Limits(tokenCount: logging.sampleTokens)
    self.tokenizer = tokenizer
    self.engine = engine
  }

  /// What a model writes, on one device.
  ///
  /// - Parameters:
  ///   - configuration: The model at its present depth.
  ///   - parameters: Its parameters.
  /// - Returns: The texts; none of a model without layers, which reads nothing.
  /// - Throws: `GenerationError`, `TokenizerError`, `TraceError` or `PJRTError`.
  func samples(
    of configuration: LlamaConfiguration,
    parameters: ArraySlice<DistributedTensor>
  ) throws -> [SampleRecord] {
    guard configuration.layerCount > 0 else { return [] }
    let generator = try TextGenerator(
      configuration,
      parameters: parameters.map { try $0.onFirstDevice() },
      tokenizer: tokenizer,
      engine: engine
    )
    return try generator.continue(prompts, settings: settings, limits: limits)
      .map { SampleRecord(prompt: $0.prompt, text: $0.text) }
  }
}
