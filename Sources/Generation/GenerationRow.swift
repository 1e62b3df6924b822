import Corpus

/// A text that is being continued.
struct GenerationRow {
  let index: Int
  /// What the model has read or is about to read: the border, the prompt, what was drawn.
  private(set) var tokens: [Int32]
  /// Why it ended; nil while it goes on.
  private(set) var ending: Continuation.Ending?

  private let prompt: String
  private let promptTokens: [Int32]
  /// The scalars of the prompt as it is decoded.
  private let promptScalarCount: Int
  private let tokensLeftOut: Int
  private let tokenizer: Tokenizer
  private let borderID: Int32
  private let contextLength: Int
  private let limits: TextGenerator.Limits
  private let sampler: TokenSampler
  private var drawn: [Int32] = []
  /// The text behind the prompt.
  private var text = ""
  /// How much of the text was given out, in scalars.
  private var givenCount = 0

  init(
    index: Int,
    prompt: String,
    tokenizer: Tokenizer,
    borderID: Int32,
    beginsDocument: Bool,
    contextLength: Int,
    limits: TextGenerator.Limits,
    sampler: TokenSampler
  ) throws(TokenizerError) {
    self.index = index
    self.prompt = prompt
    self.tokenizer = tokenizer
    self.borderID = borderID
    self.contextLength = contextLength
    self.limits = limits
    self.sampler = sampler
    promptTokens = try tokenizer.encode(prompt)
    promptScalarCount = try tokenizer.decode(promptTokens).unicodeScalars.count
    let start =
      beginsDocument || promptTokens.isEmpty ? [tokenizer.documentStartID ?? borderID] : []
    let all = start + promptTokens
    // Room for one token at least, and one to read.
    let room = min(max(limits.room, 1), max(contextLength - 1, 1))
    tokensLeftOut = max(0, all.count - max(contextLength - room, 1))
    tokens = Array(all.dropFirst(tokensLeftOut))
    if limits.tokenCount <= 0 { ending = .length }
  }

  /// What has come of the prompt.
  var continuation: Continuation {
    Continuation(
      prompt: prompt,
      text: text,
      tokens: drawn,
      ending: ending ?? .length,
      tokensLeftOut: tokensLeftOut
    )
  }

  /// Draws the next token and says what text can be given out now.
  mutating func take(_ logits: [Float]) throws(TokenizerError) -> String {
    // What an objective added to the vocabulary is no text.
    let known = Array(logits.prefix(tokenizer.vocabularySize))
    let token = sampler.token(after: known, history: tokens, step: drawn.count)
    if token == borderID {
      ending = .document
    } else {
      tokens.append(token)
      drawn.append(token)
      text = try textOfDrawn()
      if let stop = firstStop() {
        text = String(text[..<stop])
        ending = .stop
      } else if drawn.count >= limits.tokenCount {
        ending = .length
      } else if tokens.count >= contextLength {
        ending = .context
      }
    }
    return newText()
  }

  /// The text of the drawn tokens as it goes on behind the prompt: a word's space is a part of it.
  private func textOfDrawn() throws(TokenizerError) -> String {
    let all = try tokenizer.decode(promptTokens + drawn).unicodeScalars
    return String(String.UnicodeScalarView(all.dropFirst(promptScalarCount)))
  }

  private func firstStop() -> String.Index? {
    limits.stops.filter { !$0.isEmpty }.compactMap { text.firstRange(of: $0)?.lowerBound }.min()
  }

  /// The text that was not given out yet, but for what may still change: the bytes of an unfinished character, and what could
  /// be the beginning of a text to stop at.
  private mutating func newText() -> String {
    var scalars = text.unicodeScalars[...]
    if ending == nil {
      while scalars.last == "\u{FFFD}" { scalars.removeLast() }
      let held = limits.stops.map { $0.unicodeScalars.count - 1 }.max() ?? 0
      scalars = scalars.dropLast(max(held, 0))
    }
    guard scalars.count > givenCount else { return "" }
    let news = scalars.dropFirst(givenCount)
    givenCount = scalars.count
    return String(String.UnicodeScalarView(news))
  }
}
