/// The sizes of causal grouped-query attention.
public struct AttentionShape: Hashable, Sendable {
  /// Sequences.
  public var batch: Int
  /// Tokens a sequence.
  public var length: Int
  /// Query heads; a multiple of ``keyHeadCount``.
  public var headCount: Int
  /// Key and value heads.
  public var keyHeadCount: Int
  /// The size of a head; even, since rotary positions turn pairs.
  public var headSize: Int
  /// Whether a token sees its own document only.
  public var separatesDocuments: Bool

  /// Describes an attention.
  public init(
    batch: Int,
    length: Int,
    headCount: Int,
    keyHeadCount: Int,
    headSize: Int,
    separatesDocuments: Bool
  ) {
    self.batch = batch
    self.length = length
    self.headCount = headCount
    self.keyHeadCount = keyHeadCount
    self.headSize = headSize
    self.separatesDocuments = separatesDocuments
  }

  /// The elements of the queries and of the result.
  public var queryCount: Int { batch * length * headCount * headSize }
  /// The elements of the keys and of the values.
  public var keyCount: Int { batch * length * keyHeadCount * headSize }
  /// The elements of the logarithms of the weights' sums.
  public var rowCount: Int { batch * headCount * length }
}
