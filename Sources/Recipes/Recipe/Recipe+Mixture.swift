extension Recipe.Corpus {
  /// A token file and its share of the sequences.
  public struct MixturePart: Hashable, Sendable {
    /// The path of the token file.
    public let tokens: String
    /// Its share in percent.
    public let percentage: Int
  }

  /// The token files of ``mixture``.
  ///
  /// Empty for none, and for a recipe that was made in code and breaks the rules.
  public var mixtureParts: [MixturePart] { mixture.flatMap(Self.parts) ?? [] }

  /// Reads a mixture such as `code.tokens:30 maths.tokens:10`.
  ///
  /// - Parameter text: The mixture.
  /// - Returns: Its parts; nil for anything else, and for more than 100 percent.
  static func parts(_ text: String) -> [MixturePart]? {
    var parts: [MixturePart] = []
    for word in text.split(whereSeparator: \.isWhitespace) {
      guard let colon = word.lastIndex(of: ":"), colon != word.startIndex,
        let percentage = Int(word[word.index(after: colon)...]), (1...100).contains(percentage)
      else { return nil }
      parts.append(MixturePart(tokens: String(word[..<colon]), percentage: percentage))
    }
    let sum = parts.reduce(0) { $0 + $1.percentage }
    return parts.isEmpty || sum > 100 ? nil : parts
  }
}
