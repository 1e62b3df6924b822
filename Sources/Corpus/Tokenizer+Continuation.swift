extension Tokenizer {
  /// The tokens of a context, and of it with what follows.
  ///
  /// Blanks at the context's end belong to what follows, since a token begins with its blank. The first tokens of the whole
  /// are the context's own, unless the two meet within a word.
  ///
  /// Source: lm-evaluation-harness 0.4.9, `TemplateLM._encode_pair`.
  ///
  /// - Parameters:
  ///   - context: What stands before.
  ///   - continuation: What follows.
  /// - Returns: The tokens of the context without blanks at its end, and those of both as one text.
  /// - Throws: ``TokenizerError``.
  package func encode(
    _ context: String,
    followedBy continuation: String
  ) throws(TokenizerError) -> (context: [Int32], whole: [Int32]) {
    // By scalars: a blank before a combining mark would not be one character.
    let scalars = context.unicodeScalars
    let blankCount = scalars.reversed().prefix(while: \.properties.isWhitespace).count
    let head = String(String.UnicodeScalarView(scalars.dropLast(blankCount)))
    return (try encode(head), try encode(context + continuation))
  }
}
