import KernelInterface
import Testing

/// How far products go at once, by the cache of the processor.
@Suite struct FirstLevelCacheTests {
  @Test(
    "A slab and a strip fit into the cache, or half of them does",
    arguments: [
      // AVX-512: 32 columns and 12 rows of float32.
      (32, 44 * 4, 128), (48, 44 * 4, 256),
      // AVX2: 16 columns and 6 rows; in double precision half as many columns.
      (32, 22 * 4, 256), (32, 14 * 8, 256), (16, 22 * 4, 128),
    ]
  )
  func whatIsReadAgainFits(kilobytes: Int, bytesADepth: Int, depth: Int) {
    let cache = FirstLevelCache(byteCount: kilobytes << 10)
    #expect(cache.stepDepth(bytesADepth: bytesADepth) == depth)
  }

  @Test func thisProcessorHasOne() {
    #expect((4 << 10...1 << 20).contains(FirstLevelCache.current.byteCount))
  }
}
