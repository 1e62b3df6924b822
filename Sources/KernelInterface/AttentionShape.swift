/// The sizes of grouped-query attention, and what it leaves out.
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
  /// Whether a sequence can have a prefix that all of it sees; else attention is causal.
  public var hasPrefixes: Bool

  /// Describes an attention.
  public init(
    batch: Int,
    length: Int,
    headCount: Int,
    keyHeadCount: Int,
    headSize: Int,
    separatesDocuments: Bool,
    hasPrefixes: Bool = false
  ) {
    self.batch = batch
    self.length = length
    self.headCount = headCount
    self.keyHeadCount = keyHeadCount
    self.headSize = headSize
    self.separatesDocuments = separatesDocuments
    self.hasPrefixes = hasPrefixes
  }

  /// The elements of the queries and of the result.
  public var queryCount: Int { batch * length * headCount * headSize }
  /// The elements of the keys and of the values.
  public var keyCount: Int { batch * length * keyHeadCount * headSize }
  /// The elements of the logarithms of the weights' sums.
  public var rowCount: Int { batch * headCount * length }
}
