/// A part of a corpus cut into training sequences of one length.
///
/// Sequence `i` holds the `contextLength + 1` tokens from position `i * contextLength` on: the first
/// `contextLength` are a model's input and the last `contextLength` its targets, so every token but the
/// first is a target exactly once. Tokens behind the last whole sequence are left out.
public struct TokenSequences: Sendable {
  /// The number of tokens that a model sees at once.
  public let contextLength: Int
  /// The part of the corpus.
  public let split: Split
  /// The number of sequences.
  public let count: Int

  private let file: TokenFile

  fileprivate init(file: TokenFile, split: Split, contextLength: Int, count: Int) {
    self.file = file
    self.split = split
    self.contextLength = contextLength
    self.count = count
  }

  /// The length of a row: one token more than the context, for the shifted targets.
  public var rowLength: Int { contextLength + 1 }

  /// The tokens of sequences, row after row: `[indices.count, contextLength + 1]`.
  public func tokens(_ indices: [Int]) throws(TokenFileError) -> [Int32] {
    var tokens: [Int32] = []
    tokens.reserveCapacity(indices.count * rowLength)
    for index in indices {
      try file.appendTokens(in: positions(index), of: split, to: &tokens)
    }
    return tokens
  }

  /// For each token of sequences, the number of its document within the row, counted from 0:
  /// `[indices.count, contextLength + 1]`.
  ///
  /// A document's end token belongs to the document.
  ///
  /// - Complexity: O(rows · (log documents + row length)).
  public func segments(_ indices: [Int]) -> [Int32] {
    var segments: [Int32] = []
    segments.reserveCapacity(indices.count * rowLength)
    for index in indices {
      let positions = positions(index)
      var document = file.documentIndex(containing: positions.lowerBound, of: split)
      var end = file.document(document, of: split).tokens.upperBound
      var segment: Int32 = 0
      for position in positions {
        if position == end {
          document += 1
          segment += 1
          end = file.document(document, of: split).tokens.upperBound
        }
        segments.append(segment)
      }
    }
    return segments
  }

  /// At most `limit` sequences spread evenly over the part, the same ones every time.
  public func evenlySpreadIndices(limit: Int) -> [Int] {
    precondition(limit >= 0, "a number of sequences cannot be negative")
    guard limit < count else { return Array(0..<count) }
    return (0..<limit).map { number in
      // Taken in 128 bits: number * count / limit.
      limit.dividingFullWidth(number.multipliedFullWidth(by: count)).quotient
    }
  }

  private func positions(_ index: Int) -> Range<Int> {
    precondition(index >= 0 && index < count, "there is no such sequence")
    let start = index * contextLength
    return start..<(start + rowLength)
  }
}

extension TokenFile {
  /// The number of sequences of a length that a part holds; 0 when it is shorter than one.
  public func sequenceCount(of split: Split, contextLength: Int) -> Int {
    precondition(contextLength > 0, "a context holds at least one token")
    return max(0, (tokenCount(of: split) - 1) / contextLength)
  }

  /// Cuts a part into sequences.
  ///
  /// - Throws: ``TokenFileError/tooFewTokens(path:split:tokenCount:contextLength:)`` when the part is
  ///   shorter than one sequence.
  public func sequences(
    of split: Split,
    contextLength: Int
  ) throws(TokenFileError) -> TokenSequences {
    let count = sequenceCount(of: split, contextLength: contextLength)
    guard count > 0 else {
      throw .tooFewTokens(
        path: path,
        split: split,
        tokenCount: tokenCount(of: split),
        contextLength: contextLength
      )
    }
    return TokenSequences(file: self, split: split, contextLength: contextLength, count: count)
  }

  /// The document of a part that holds a token, found by bisection.
  public func documentIndex(containing position: Int, of split: Split) -> Int {
    precondition(
      position >= 0 && position < tokenCount(of: split),
      "the token is not part of this split"
    )
    var low = 0
    var high = documentCount(of: split) - 1
    while low < high {
      let middle = (low + high) / 2
      if document(middle, of: split).tokens.upperBound > position {
        high = middle
      } else {
        low = middle + 1
      }
    }
    return low
  }
}
