/// How the next token is drawn from what a model says of it.
public struct SamplingSettings: Hashable, Sendable {
  /// What logits are divided by; 0 takes the most likely token always.
  public var temperature: Double
  /// How many of the most likely tokens are drawn from; nil for all.
  public var topK: Int?
  /// The most likely tokens are drawn from, as few as have this probability together.
  ///
  /// Source: Holtzman et al. 2020, "The Curious Case of Neural Text Degeneration", section 3.1.
  public var topP: Double
  /// Tokens are drawn from that have at least this share of the most likely one's probability.
  ///
  /// Source: Nguyen et al. 2024, "Turning Up the Heat: Min-p Sampling".
  public var minP: Double
  /// What positive logits of tokens that were there are divided by, and negative ones multiplied.
  ///
  /// Source: Keskar et al. 2019, "CTRL", section 4.1.
  public var repetitionPenalty: Double
  /// All draws follow from it.
  public var seed: UInt64

  /// States the settings; without any, tokens are drawn as the model says.
  public init(
    temperature: Double = 1,
    topK: Int? = nil,
    topP: Double = 1,
    minP: Double = 0,
    repetitionPenalty: Double = 1,
    seed: UInt64 = 0
  ) {
    self.temperature = temperature
    self.topK = topK
    self.topP = topP
    self.minP = minP
    self.repetitionPenalty = repetitionPenalty
    self.seed = seed
  }

  /// Refuses settings that mean nothing.
  ///
  /// - Throws: ``GenerationError/setting(name:needs:got:)``.
  public func validate() throws(GenerationError) {
    func need(_ holds: Bool, _ name: String, _ needs: String, _ got: Any) throws(GenerationError) {
      guard holds else { throw .setting(name: name, needs: needs, got: "\(got)") }
    }
    try need(
      (0...1000).contains(temperature),
      "temperature",
      "a number from 0 to 1000",
      temperature
    )
    try need(topK.map { $0 > 0 } ?? true, "top-k", "a positive whole number", topK ?? 0)
    try need(topP > 0 && topP <= 1, "top-p", "a number above 0 and at most 1", topP)
    try need((0...1).contains(minP), "min-p", "a number from 0 to 1", minP)
    try need(
      repetitionPenalty > 0 && repetitionPenalty <= 1000,
      "repetition-penalty",
      "a number above 0 and at most 1000",
      repetitionPenalty
    )
  }
}
