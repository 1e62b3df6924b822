import Corpus
import LanguageModels
import PJRT
import SavedModels
import Tensors

/// Continues texts with a saved model.
///
/// ```swift
/// let model = try SavedModel(path: "runs/demo-midas") { print("note: \($0)") }
/// let generator = try TextGenerator(model, tokenizer: model.tokenizer(), engine: engine)
/// let texts = try generator.continue(["In the beginning"], settings: SamplingSettings(temperature: 0.8))
/// ```
///
/// Each text stands behind the token that ends documents, as a document's beginning does in training, unless it is to be read
/// as what stands anywhere in one. Programs are
/// compiled for numbers of rows, new tokens and places that are powers of two, and kept, so no prompt needs one of its own.
public final class TextGenerator {
  /// When a text ends, besides at the token that ends documents and where the model's context is full.
  public struct Limits: Hashable, Sendable {
    /// The most tokens behind the prompt.
    public var tokenCount: Int
    /// Texts before which it ends.
    public var stops: [String]
    /// The least tokens behind a prompt that have room in the model's context; the beginning of a prompt that is too long for
    /// that is left out.
    public var room: Int

    /// States the limits.
    public init(tokenCount: Int = 100, stops: [String] = [], room: Int = 1) {
      self.tokenCount = tokenCount
      self.stops = stops
      self.room = room
    }
  }

  private let programs: DecodingPrograms
  private let tokenizer: Tokenizer
  private let borderID: Int32
  private let contextLength: Int
  private let beginsDocuments: Bool

  /// The tokens of prompts that are read at once.
  static let chunkLength = 32
  /// The rows that are continued at once.
  static let largestBatch = 16

  /// The places that a whole context takes: prompts are read chunk by chunk, so the last chunk needs room to its end.
  static func capacity(contextLength: Int) -> Int {
    (contextLength + chunkLength - 1) / chunkLength * chunkLength
  }

  /// Copies a saved model's parameters to the engine's device.
  ///
  /// - Parameters:
  ///   - model: The model.
  ///   - tokenizer: Its tokenizer.
  ///   - engine: What runs it.
  ///   - precision: How its weights are held.
  ///   - beginsDocuments: Whether a prompt is a document's beginning. An empty one is in any case.
  /// - Throws: ``GenerationError``, `SavedModelError`, `SafetensorsError` or `PJRTError`, or `KernelError` where weights
  ///   cannot be held so.
  public convenience init(
    _ model: SavedModel,
    tokenizer: Tokenizer,
    engine: Engine,
    precision: WeightPrecision = .float32,
    beginsDocuments: Bool = true
  ) throws {
    try self.init(
      model.configuration,
      parameters: model.parameters(on: engine.client),
      tokenizer: tokenizer,
      engine: engine,
      precision: precision,
      beginsDocuments: beginsDocuments
    )
  }

  /// Takes over a model's parameters on a device.
  ///
  /// - Parameters:
  ///   - configuration: The model.
  ///   - parameters: Its parameters in their order.
  ///   - tokenizer: Its tokenizer.
  ///   - engine: What runs it.
  ///   - precision: How its weights are held.
  ///   - beginsDocuments: Whether a prompt is a document's beginning. An empty one is in any case.
  /// - Throws: ``GenerationError``, `TraceError` or `PJRTError`.
  package init(
    _ configuration: LlamaConfiguration,
    parameters: [Buffer],
    tokenizer: Tokenizer,
    engine: Engine,
    precision: WeightPrecision = .float32,
    beginsDocuments: Bool = true
  ) throws {
    guard let borderID = tokenizer.endID else {
      throw GenerationError.noBorder(name: tokenizer.name)
    }
    guard tokenizer.vocabularySize <= configuration.vocabularySize else {
      throw GenerationError.vocabulary(
        model: configuration.vocabularySize,
        tokenizer: tokenizer.vocabularySize
      )
    }
    self.tokenizer = tokenizer
    self.borderID = borderID
    contextLength = configuration.contextLength
    self.beginsDocuments = beginsDocuments
    programs = try DecodingPrograms(
      configuration,
      parameters: parameters,
      precision: precision,
      engine: engine
    )
  }

  /// Continues texts.
  ///
  /// - Parameters:
  ///   - prompts: The texts; they may be empty.
  ///   - settings: How tokens are drawn.
  ///   - limits: When a text ends.
  ///   - observer: Told what has come of a prompt since it was told last.
  /// - Returns: The continuations, in the order of the prompts.
  /// - Throws: ``GenerationError`` for settings that mean nothing, `TokenizerError`, `TraceError` or `PJRTError`.
  public func `continue`(
    _ prompts: [String],
    settings: SamplingSettings = SamplingSettings(),
    limits: Limits = Limits(),
    observer: (_ prompt: Int, _ text: String) -> Void = { _, _ in }
  ) throws -> [Continuation] {
    try settings.validate()
    var rows = try prompts.enumerated().map { index, prompt in
      try GenerationRow(
        index: index,
        prompt: prompt,
        tokenizer: tokenizer,
        borderID: borderID,
        beginsDocument: beginsDocuments,
        contextLength: contextLength,
        limits: limits,
        sampler: TokenSampler(settings, row: index)
      )
    }
    for start in stride(from: 0, to: rows.count, by: Self.largestBatch) {
      let range = start..<min(start + Self.largestBatch, rows.count)
      var batch = Array(rows[range])
      try run(&batch, limits, observer)
      rows.replaceSubrange(range, with: batch)
    }
    return rows.map(\.continuation)
  }

  private func run(
    _ rows: inout [GenerationRow],
    _ limits: Limits,
    _ observer: (Int, String) -> Void
  ) throws {
    let batchSize = ProgramSize.powerOfTwo(atLeast: rows.count)
    let longest = rows.map(\.tokens.count).max() ?? 0
    let wanted = longest + max(0, min(limits.tokenCount, contextLength))
    let capacity = min(
      Self.capacity(contextLength: contextLength),
      ProgramSize.powerOfTwo(atLeast: max(wanted, 64))
    )
    var cache = try programs.cache(batchSize: batchSize, capacity: capacity)
    // Rows that only fill the batch up read what the first one does.
    func filled<Value>(_ values: [Value]) -> [Value] {
      values + [Value](repeating: values[0], count: batchSize - values.count)
    }
    var logits = [[Float]](repeating: [], count: rows.count)
    for start in stride(from: 0, to: longest, by: Self.chunkLength) {
      let places = rows.map { min(max($0.tokens.count - 1 - start, 0), Self.chunkLength - 1) }
      let chunk = rows.map { row in
        (start..<start + Self.chunkLength).map {
          row.tokens.indices.contains($0) ? row.tokens[$0] : borderID
        }
      }
      let found = try programs.read(
        filled(chunk),
        from: [Int](repeating: start, count: batchSize),
        at: filled(places),
        &cache
      )
      for (index, row) in rows.enumerated()
      where (start..<start + Self.chunkLength).contains(row.tokens.count - 1) {
        logits[index] = found[index]
      }
    }
    while true {
      for index in rows.indices where rows[index].ending == nil {
        let news = try rows[index].take(logits[index])
        if !news.isEmpty { observer(rows[index].index, news) }
      }
      guard rows.contains(where: { $0.ending == nil }) else { return }
      // Rows that have ended write over a place that nobody will read.
      let found = try programs.read(
        filled(rows.map { [$0.tokens.last ?? borderID] }),
        from: filled(rows.map { min($0.tokens.count, capacity) - 1 }),
        at: [Int](repeating: 0, count: batchSize),
        &cache
      )
      for index in rows.indices { logits[index] = found[index] }
    }
  }
}

/// What a prompt was continued with.
public struct Continuation: Hashable, Sendable, Codable {
  /// Why a text ended.
  public enum Ending: String, Hashable, Sendable, Codable {
    /// The model ended the document.
    case document
    /// One of the texts came before which it should end.
    case stop
    /// So many tokens were asked for.
    case length
    /// The model's context was full.
    case context
  }

  /// The prompt.
  public var prompt: String
  /// What comes behind it.
  public var text: String
  /// The tokens behind the prompt's, the one that ended the document left out.
  public var tokens: [Int32]
  /// Why it ended.
  public var ending: Ending
  /// How many of the prompt's first tokens were left out, since the model's context is shorter.
  public var tokensLeftOut: Int
}
