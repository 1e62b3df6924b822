import Randomness

/// The two parts of a corpus.
public enum Split: String, Hashable, Sendable, Codable, CaseIterable {
  /// What a model is trained on.
  case train
  /// What is held out to measure it.
  case validation
}

/// Which documents are held out.
///
/// A document's part depends on the seed, the fraction and the document's number in reading order, and
/// on nothing else; adding documents at the end moves none of the earlier ones.
public struct DocumentSplit: Hashable, Sendable, Codable {
  /// The expected share of documents that are held out, from 0 to below 1.
  public var validationFraction: Double
  /// Another seed holds out other documents.
  public var seed: UInt64

  /// Creates a rule; by default one document in twenty is held out.
  public init(validationFraction: Double = 0.05, seed: UInt64 = 0) {
    self.validationFraction = validationFraction
    self.seed = seed
  }

  /// Whether the fraction lies in the allowed range.
  var isValid: Bool { validationFraction >= 0 && validationFraction < 1 }

  /// The part that a document is meant for.
  ///
  /// The token file makes one exception: see ``TokenFileWriter``.
  public func split(ofDocument index: Int) -> Split {
    let draw = RandomStream(seed: seed).named("document split").uniform(at: UInt64(index))
    return draw < validationFraction ? .validation : .train
  }
}
