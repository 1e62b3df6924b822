/// The sizes of attention between a few new tokens and all that a cache holds.
public struct CachedAttentionShape: Hashable, Sendable {
  /// Rows, each of a text of its own.
  public var batch: Int
  /// New tokens a row.
  public var length: Int
  /// Query heads; a multiple of ``keyHeadCount``.
  public var headCount: Int
  /// Key and value heads.
  public var keyHeadCount: Int
  /// The size of a head; even, since rotary positions turn pairs.
  public var headSize: Int
  /// The tokens of a row that the cache has places for.
  public var capacity: Int
  /// How many of the last tokens a token sees, itself among them; the capacity for all.
  public var window: Int

  /// Describes an attention.
  public init(
    batch: Int,
    length: Int,
    headCount: Int,
    keyHeadCount: Int,
    headSize: Int,
    capacity: Int,
    window: Int? = nil
  ) {
    self.batch = batch
    self.length = length
    self.headCount = headCount
    self.keyHeadCount = keyHeadCount
    self.headSize = headSize
    self.capacity = capacity
    self.window = window ?? capacity
  }

  /// The elements of the queries and of the result.
  public var queryCount: Int { batch * length * headCount * headSize }
  /// The elements of the new keys and of the new values.
  public var keyCount: Int { batch * length * keyHeadCount * headSize }
  /// The elements of the cached keys and of the cached values.
  public var cacheCount: Int { batch * keyHeadCount * capacity * headSize }
  /// The elements of the cosines and of the sines.
  public var angleCount: Int { batch * length * headSize / 2 }
}
