/// A part of a corpus cut into training sequences of one length.
///
/// Sequence `i` of a text holds the `contextLength + 1` tokens from position `i * contextLength` on: the first
/// `contextLength` are a model's input and the last `contextLength` its targets, so every token but the
/// first is a target exactly once. Tokens behind the last whole sequence are left out.
///
/// Sequences of examples hold whole documents, as many in a row as fit, and are filled up with end tokens that belong
/// to no document.
public struct TokenSequences: Sendable {
  /// The number of tokens that a model sees at once.
  public let contextLength: Int
  /// The part of the corpus.
  public let split: Split
  /// The number of sequences.
  public let count: Int

  private let file: TokenFile
  /// The documents of each sequence, where documents are kept whole.
  private let documents: [Range<Int>]?

  fileprivate init(
    file: TokenFile,
    split: Split,
    contextLength: Int,
    count: Int,
    documents: [Range<Int>]? = nil
  ) {
    self.file = file
    self.split = split
    self.contextLength = contextLength
    self.count = count
    self.documents = documents
  }

  /// The length of a row: one token more than the context, for the shifted targets.
  public var rowLength: Int { contextLength + 1 }

  /// The tokens of sequences, row after row: `[indices.count, contextLength + 1]`.
  public func tokens(_ indices: [Int]) throws(TokenFileError) -> [Int32] {
    var tokens: [Int32] = []
    tokens.reserveCapacity(indices.count * rowLength)
    for index in indices {
      let positions = positions(index)
      try file.appendTokens(in: positions, of: split, to: &tokens)
      tokens += [Int32](repeating: file.endID, count: rowLength - positions.count)
    }
    return tokens
  }

  /// For each token of sequences, the number of its document within the row, counted from 0:
  /// `[indices.count, contextLength + 1]`.
  ///
  /// A document's end token belongs to the document; what fills a row up is one of its own.
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
      segments += [Int32](repeating: segment + 1, count: rowLength - positions.count)
    }
    return segments
  }

  /// For each token of sequences of examples, 1 where it belongs to an answer and 0 elsewhere:
  /// `[indices.count, contextLength + 1]`; nil for texts.
  public func answers(_ indices: [Int]) -> [Int32]? {
    guard let documents else { return nil }
    var answers: [Int32] = []
    answers.reserveCapacity(indices.count * rowLength)
    for index in indices {
      let end = answers.count + rowLength
      for document in documents[index] {
        let example = file.document(document, of: split)
        let answerCount = example.answerTokenCount ?? 0
        answers += [Int32](repeating: 0, count: example.tokens.count - answerCount)
        answers += [Int32](repeating: 1, count: answerCount)
      }
      answers += [Int32](repeating: 0, count: end - answers.count)
    }
    return answers
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
    if let documents = documents?[index] {
      let (first, last) = (documents.lowerBound, documents.upperBound - 1)
      let end = file.document(last, of: split).tokens.upperBound
      return file.document(first, of: split).tokens.lowerBound..<end
    }
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

  /// Lays the examples of a part into sequences, each example whole.
  ///
  /// Examples stay in order: a sequence takes the next ones as long as they fit. One of them fits into
  /// `contextLength + 1` tokens, the last of which is a target only.
  ///
  /// - Throws: ``ExampleError/noAnswers(path:)`` for a file of plain texts, or
  ///   ``TokenFileError/tooFewTokens(path:split:tokenCount:contextLength:)`` for an empty part, or
  ///   ``TokenFileError/documentTooLong(path:document:tokenCount:contextLength:)``.
  public func exampleSequences(of split: Split, contextLength: Int) throws -> TokenSequences {
    guard holdsAnswers else { throw ExampleError.noAnswers(path: path) }
    var rows: [Range<Int>] = []
    var length = 0
    for index in 0..<documentCount(of: split) {
      let tokenCount = document(index, of: split).tokens.count
      guard tokenCount <= contextLength + 1 else {
        throw TokenFileError.documentTooLong(
          path: path,
          document: index,
          tokenCount: tokenCount,
          contextLength: contextLength
        )
      }
      if let row = rows.last, length + tokenCount <= contextLength + 1 {
        rows[rows.count - 1] = row.lowerBound..<index + 1
        length += tokenCount
      } else {
        rows.append(index..<index + 1)
        length = tokenCount
      }
    }
    guard !rows.isEmpty else {
      throw TokenFileError.tooFewTokens(
        path: path,
        split: split,
        tokenCount: 0,
        contextLength: contextLength
      )
    }
    return TokenSequences(
      file: self,
      split: split,
      contextLength: contextLength,
      count: rows.count,
      documents: rows
    )
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
