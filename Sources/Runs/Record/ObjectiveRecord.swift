/// What a run's model learns to predict, where that is not each next token.
public struct ObjectiveRecord: Codable, Hashable, Sendable {
  /// The objective's name, such as `mixture`; its settings are in the recipe.
  public var kind: String
  /// The tokens of the vocabulary that no text has: sentinels or the mask, the last ones by id.
  public var extraTokens: Int

  /// States an objective.
  public init(kind: String, extraTokens: Int) {
    self.kind = kind
    self.extraTokens = extraTokens
  }
}
