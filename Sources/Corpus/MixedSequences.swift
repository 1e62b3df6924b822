/// The sequences of one token file or of several, numbered through: the first file's first, then the second's.
public struct MixedSequences: Sendable {
  /// The sequences of each file; all of one length.
  public let parts: [TokenSequences]
  /// The number of each part's first sequence.
  private let firstNumbers: [Int]

  /// Puts sequences side by side; there must be some, all of one length.
  public init(_ parts: [TokenSequences]) {
    precondition(
      !parts.isEmpty && parts.allSatisfy { $0.contextLength == parts[0].contextLength },
      "parts of a mixture have one context length"
    )
    self.parts = parts
    var first = 0
    firstNumbers = parts.map { part in
      defer { first += part.count }
      return first
    }
  }

  /// The number of sequences in all parts.
  public var count: Int { parts.reduce(0) { $0 + $1.count } }

  /// The number of tokens that a model sees at once.
  public var contextLength: Int { parts[0].contextLength }
  /// The length of a row: one token more than the context, for the shifted targets.
  public var rowLength: Int { parts[0].rowLength }

  /// The part that a sequence belongs to, and its number there.
  public func place(of number: Int) -> (part: Int, index: Int) {
    let part = firstNumbers.lastIndex { $0 <= number } ?? 0
    return (part, number - firstNumbers[part])
  }

  /// As ``TokenSequences/tokens(_:)``, for sequences by their numbers.
  public func tokens(_ numbers: [Int]) throws(TokenFileError) -> [Int32] {
    var tokens: [Int32] = []
    for number in numbers {
      let (part, index) = place(of: number)
      tokens += try parts[part].tokens([index])
    }
    return tokens
  }

  /// As ``TokenSequences/segments(_:)``, for sequences by their numbers.
  public func segments(_ numbers: [Int]) -> [Int32] {
    numbers.flatMap { number in
      let (part, index) = place(of: number)
      return parts[part].segments([index])
    }
  }

  /// As ``TokenSequences/answers(_:)``, for sequences by their numbers; nil where a part holds texts.
  public func answers(_ numbers: [Int]) -> [Int32]? {
    var answers: [Int32] = []
    for number in numbers {
      let (part, index) = place(of: number)
      guard let own = parts[part].answers([index]) else { return nil }
      answers += own
    }
    return answers
  }
}
