import Randomness

/// Cuts spans out of a sequence and lays both out in one row: what is left, then what was cut out.
///
/// Each span's place is taken by a sentinel, a token of its own. The targets follow in the same row: each
/// sentinel with the span it stands for, and a last sentinel that ends them. Of `a b c d e f` without `b c`
/// and `e` the row is `a X d Y f | X b c Y e Z`. What is left is seen in both directions, the loss counts on
/// all behind it. Source: Raffel et al. 2020, "Exploring the Limits of Transfer Learning", section 3.1.4;
/// in one row, as for a decoder, Tay et al. 2022, arXiv 2205.05131, section 3.
public struct SpanCorruption: Hashable, Sendable {
  /// The share of tokens that is cut out, above 0 and below 1.
  public var rate: Double
  /// The mean length of a span, at least 1.
  public var meanSpanLength: Double

  /// Describes a corruption.
  public init(rate: Double, meanSpanLength: Double) {
    precondition(rate > 0 && rate < 1, "some tokens are cut out and some are left")
    precondition(meanSpanLength >= 1, "a span has at least one token")
    self.rate = rate
    self.meanSpanLength = meanSpanLength
  }

  /// How many tokens of each kind a row has; the same for all rows of one length.
  public struct Layout: Hashable, Sendable {
    /// The tokens of the sequence that there is room for, its first ones.
    public var sourceCount: Int
    /// The tokens that are cut out.
    public var cutCount: Int
    /// The spans they form.
    public var spanCount: Int

    /// The tokens before the targets: what is left, and a sentinel a span.
    public var inputCount: Int { sourceCount - cutCount + spanCount }
    /// The targets: what was cut out, a sentinel a span and one at the end.
    public var targetCount: Int { cutCount + spanCount + 1 }
    /// The different sentinels.
    public var sentinelCount: Int { spanCount + 1 }
  }

  /// The layout with the most text in a row; nil when the row is too short for the rate to cut anything out.
  ///
  /// - Parameter contextLength: The tokens of a row.
  /// - Returns: The layout.
  /// - Complexity: O(context length).
  public func layout(contextLength: Int) -> Layout? {
    // Inputs and targets together are one token more than the row, as targets are one further.
    stride(from: contextLength, to: 1, by: -1).lazy
      .map(layout(sourceCount:))
      .first { $0.inputCount + $0.targetCount <= contextLength + 1 }
      .flatMap { $0.cutCount > 0 ? $0 : nil }
  }

  private func layout(sourceCount: Int) -> Layout {
    let cut = min(Int((Double(sourceCount) * rate).rounded()), sourceCount - 1)
    let spans = Int((Double(cut) / meanSpanLength).rounded())
    // Spans have tokens, and between two of them is at least one that is left.
    return Layout(
      sourceCount: sourceCount,
      cutCount: cut,
      spanCount: min(max(spans, 1), max(cut, 1), sourceCount - cut + 1)
    )
  }

  /// The spans that are cut out, in order; all that fit a layout are equally likely.
  public func spans(of layout: Layout, stream: RandomStream) -> [Range<Int>] {
    let (cut, left) = (layout.cutCount, layout.sourceCount - layout.cutCount)
    let lengths = stream.named("lengths").parts(of: cut, count: layout.spanCount)
    // The gaps before the first and behind the last may be empty: one more there, then taken off.
    var gaps = stream.named("gaps").parts(of: left + 2, count: layout.spanCount + 1)
    gaps[0] -= 1
    var spans: [Range<Int>] = []
    var end = 0
    for (gap, length) in zip(gaps, lengths) {
      spans.append(end + gap..<end + gap + length)
      end += gap + length
    }
    return spans
  }

  /// The row of a sequence.
  ///
  /// A sentinel belongs to the document of its span's first token, the last one to that of the last token.
  ///
  /// - Parameters:
  ///   - sequence: The tokens; those there is no room for are left out at the end.
  ///   - firstSentinel: The token id of the first span's sentinel; the others follow.
  ///   - stream: Where the spans are drawn from.
  /// - Returns: The row; a rest of one or two positions at its end does not count.
  func row(
    of sequence: TokenSequence,
    firstSentinel: Int32,
    stream: RandomStream
  ) -> ObjectiveRow {
    guard let layout = layout(contextLength: sequence.contextLength) else {
      preconditionFailure("the row is too short for spans; \(self)")
    }
    let source = TokenList(sequence)
    var (inputs, targets) = (TokenList(), TokenList())
    var position = 0
    for (number, span) in spans(of: layout, stream: stream).enumerated() {
      let sentinel = firstSentinel + Int32(number)
      inputs.append(source, position..<span.lowerBound)
      inputs.append(sentinel, like: source, at: span.lowerBound)
      targets.append(sentinel, like: source, at: span.lowerBound)
      targets.append(source, span)
      position = span.upperBound
    }
    inputs.append(source, position..<layout.sourceCount)
    let last = firstSentinel + Int32(layout.spanCount)
    targets.append(last, like: source, at: layout.sourceCount - 1)
    let end = layout.inputCount + layout.targetCount
    // What is left of the row repeats the last sentinel, behind everything that counts.
    while inputs.tokens.count + targets.tokens.count < sequence.tokens.count {
      targets.append(last, like: source, at: layout.sourceCount - 1)
    }
    inputs.append(targets, 0..<targets.tokens.count)
    return .predictingNext(
      inputs.sequence(hasDocuments: sequence.documents != nil),
      prefixLength: layout.inputCount,
      counting: layout.inputCount..<end
    )
  }
}

/// Tokens with their documents' numbers, as a row is put together.
private struct TokenList {
  var tokens: [Int32] = []
  var documents: [Int32] = []

  init() {}

  init(_ sequence: TokenSequence) {
    tokens = Array(sequence.tokens)
    documents = sequence.documents.map(Array.init) ?? tokens.map { _ in 0 }
  }

  mutating func append(_ other: TokenList, _ range: Range<Int>) {
    tokens += other.tokens[range]
    documents += other.documents[range]
  }

  mutating func append(_ token: Int32, like other: TokenList, at position: Int) {
    tokens.append(token)
    documents.append(other.documents[position])
  }

  func sequence(hasDocuments: Bool) -> TokenSequence {
    TokenSequence(tokens: tokens[...], documents: hasDocuments ? documents[...] : nil)
  }
}

extension RandomStream {
  /// Positive whole numbers that add up to a total; every such list is equally likely.
  fileprivate func parts(of total: Int, count: Int) -> [Int] {
    let cuts = subset(ofSize: count - 1, below: total - 1).map { $0 + 1 }
    return zip([0] + cuts, cuts + [total]).map { $1 - $0 }
  }
}
