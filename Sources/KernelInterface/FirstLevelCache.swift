import CProcessor

/// The first-level data cache of a core, as far as kernels cut their work by it.
public struct FirstLevelCache: Hashable, Sendable {
  /// Its size.
  public var byteCount: Int

  /// A cache of some size.
  public init(byteCount: Int) { self.byteCount = byteCount }

  /// That of the processor this process runs on; 32 KB where the system does not say.
  public static let current: FirstLevelCache = {
    let size = espalier_processor_first_cache_size()
    return FirstLevelCache(byteCount: size > 0 ? Int(size) : 32 << 10)
  }()

  /// How far a product's depth is worked through in one step, so that what is read again and again stays in the cache.
  ///
  /// - Parameter bytesADepth: What one place of the depth takes of a slab of the right operand and a strip of the left one.
  /// - Returns: The depth: 256, or 128 where that does not fit.
  public func stepDepth(bytesADepth: Int) -> Int { 256 * bytesADepth <= byteCount ? 256 : 128 }
}
