import Randomness

/// Hides some tokens of a sequence, to be predicted from all others.
///
/// A fixed number of positions is chosen, all choices equally likely. Of the chosen tokens 80 % become the
/// mask, 10 % a random token of the text's vocabulary and 10 % stay as they are. The loss counts at
/// chosen positions only, and every token sees every other. Source: Devlin et al. 2019, "BERT:
/// Pre-training of Deep Bidirectional Transformers", section 3.1 and appendix A.1.
public struct TokenMasking: Hashable, Sendable {
  /// The share of positions that is chosen, above 0 and below 1.
  public var rate: Double

  /// The share of the chosen tokens that become the mask.
  public static let maskedShare = 0.8
  /// The share of the chosen tokens that become a random one; the rest stays.
  public static let randomShare = 0.1

  /// Describes a masking.
  public init(rate: Double) {
    precondition(rate > 0 && rate < 1, "some tokens are hidden and some are left")
    self.rate = rate
  }

  /// The number of positions that are chosen of a row; at least one.
  public func chosenCount(contextLength: Int) -> Int {
    max(1, Int((Double(contextLength) * rate).rounded()))
  }

  /// The row of the first tokens of a sequence; its last token is the first of the next sequence.
  ///
  /// - Parameters:
  ///   - sequence: The tokens.
  ///   - vocabularySize: The tokens of the text; the mask's id is the next one.
  ///   - stream: Where draws come from.
  /// - Returns: The row.
  func row(
    of sequence: TokenSequence,
    vocabularySize: Int,
    stream: RandomStream
  ) -> ObjectiveRow {
    let length = sequence.contextLength
    let targets = Array(sequence.tokens.prefix(length))
    var inputs = targets
    var weights = [Int32](repeating: 0, count: length)
    let chosen = stream.named("positions")
      .subset(ofSize: chosenCount(contextLength: length), below: length)
    let (fates, randoms) = (stream.named("fates"), stream.named("tokens"))
    for position in chosen {
      weights[position] = 1
      let fate = fates.uniform(at: UInt64(position))
      if fate < Self.maskedShare {
        inputs[position] = Int32(vocabularySize)
      } else if fate < Self.maskedShare + Self.randomShare {
        inputs[position] = Int32(
          randoms.wholeNumber(below: vocabularySize, at: UInt64(position))
        )
      }
    }
    return ObjectiveRow(
      inputs: inputs,
      targets: targets,
      weights: weights,
      documents: sequence.documents.map { Array($0.prefix(length)) },
      prefixLength: length
    )
  }
}
