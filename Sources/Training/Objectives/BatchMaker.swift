import Arrays
import Corpus
import LanguageModels
import Randomness

/// Makes the arrays of batches: what a program takes of the corpus.
///
/// What an objective draws for a row depends on the maker's stream and the number that the caller gives
/// the row, and on nothing else.
struct BatchMaker: Sendable {
  /// The sequences that rows are made of.
  let sequences: MixedSequences
  /// What the rows are made for.
  let objective: Objective
  /// The tokens of the text.
  let vocabularySize: Int
  /// Whether documents are kept apart.
  let separatesDocuments: Bool
  /// Where draws come from.
  let stream: RandomStream

  /// The arrays of a batch.
  var layout: BatchLayout {
    BatchLayout(
      targets: BatchLayout.Targets(objective),
      separatesDocuments: separatesDocuments
    )
  }

  /// The same sequences for another objective.
  func replacingObjective(with objective: Objective) -> BatchMaker {
    BatchMaker(
      sequences: sequences,
      objective: objective,
      vocabularySize: vocabularySize,
      separatesDocuments: separatesDocuments,
      stream: stream
    )
  }

  /// The arrays of some rows.
  ///
  /// - Parameters:
  ///   - indices: The sequences.
  ///   - numbers: For each of them the number that its draws go by.
  /// - Throws: `TokenFileError`.
  /// - Returns: The arrays of ``layout``.
  func arrays(_ indices: [Int], numbers: [Int]) throws(TokenFileError) -> [HostArray] {
    let tokens = try sequences.tokens(indices)
    let documents = separatesDocuments ? sequences.segments(indices) : nil
    let answers = sequences.answers(indices)
    let types = layout.types(batchSize: indices.count, contextLength: sequences.contextLength)
    switch layout.targets {
    case .next:
      return zip([tokens] + [documents].compactMap { $0 }, types)
        .map { HostArray($0, shape: $1.shape) }
    case .marked:
      let rows = numbers.enumerated().map { place, number in
        let range = place * sequences.rowLength..<(place + 1) * sequences.rowLength
        return objective.row(
          of: TokenSequence(
            tokens: tokens[range],
            documents: documents?[range],
            answers: answers?[range]
          ),
          vocabularySize: vocabularySize,
          stream: stream.indexed(UInt64(number))
        )
      }
      let columns = [
        rows.flatMap(\.inputs), rows.flatMap(\.targets), rows.flatMap(\.weights),
        rows.map { Int32($0.prefixLength) }, rows.flatMap { $0.documents ?? [] },
      ]
      return zip(columns, types).map { HostArray($0, shape: $1.shape) }
    }
  }
}
