import Arrays
import KernelInterface
import Kernels
import StableHLO
import Tensors
import Testing

/// Attention of new tokens to a cache against all scores at once.
@Suite(.needsKernels) struct CachedAttentionTests {
  /// Rows that have read different numbers of tokens; `starts` may lie outside the cache, which counts as its nearer end.
  static func attention(
    _ shape: CachedAttentionShape,
    starts: [Int],
    _ draw: inout Draw
  ) -> KernelCase {
    let (batch, length, size) = (shape.batch, shape.length, shape.headSize)
    let new: Shape = [batch, length, shape.keyHeadCount, size]
    let cache: Shape = [batch, shape.keyHeadCount, shape.capacity, size]
    let inputs = [
      draw.normals([batch, length, shape.headCount, size]), draw.normals(new), draw.normals(new),
      draw.normals([batch, 1, length, size / 2]), draw.normals([batch, 1, length, size / 2]),
      HostArray(starts.map(Int32.init), shape: [batch]), draw.normals(cache), draw.normals(cache),
    ]
    return KernelCase(name: "\(shape) from \(starts)", inputs: inputs) { library, inputs in
      guard let library else { return twin(shape, inputs) }
      let found = library.cachedAttention(
        queries: inputs[0],
        keys: inputs[1],
        values: inputs[2],
        cosines: inputs[3],
        sines: inputs[4],
        starts: inputs[5],
        cachedKeys: inputs[6],
        cachedValues: inputs[7],
        window: shape.window < shape.capacity ? shape.window : nil
      )
      return [[found.mixed], [found.keys], [found.values]]
    }
  }

  private static func twin(_ shape: CachedAttentionShape, _ inputs: [Tensor]) -> [[Tensor]] {
    let groups = shape.headCount / shape.keyHeadCount
    func turned(_ heads: Tensor) -> Tensor {
      let halves = heads.transposed([0, 2, 1, 3]).split(into: 2, alongAxis: -1)
      return .concatenate(
        [
          halves[0] * inputs[3] - halves[1] * inputs[4],
          halves[1] * inputs[3] + halves[0] * inputs[4],
        ],
        alongAxis: -1
      )
    }
    func placed(_ new: Tensor, over old: Tensor) -> Tensor {
      (0..<shape.batch).reduce(old) { cache, row in
        let start = inputs[5].sliced(row..<row + 1, alongAxis: 0).reshaped(to: [])
        return cache.updatingSlice(
          with: new.sliced(row..<row + 1, alongAxis: 0),
          at: [Tensor(Double(row), .int32), Tensor(0, .int32), start, Tensor(0, .int32)]
        )
      }
    }
    let keys = placed(turned(inputs[1]), over: inputs[6])
    let values = placed(inputs[2].transposed([0, 2, 1, 3]), over: inputs[7])
    let queries = turned(inputs[0])
      .reshaped(to: [shape.batch, shape.keyHeadCount, groups * shape.length, shape.headSize])
    let scores =
      queries.dot(keys, summing: 3, with: 3, batchAxisCount: 2)
      .reshaped(to: [shape.batch, shape.keyHeadCount, groups, shape.length, shape.capacity])
      * (1 / Double(shape.headSize).squareRoot())
    let square = TensorType(.int32, [shape.batch, shape.length, shape.capacity])
    let starts = inputs[5].minimum(Tensor(Double(shape.capacity - shape.length), .int32))
      .maximum(Tensor(0, .int32))
    let positions = Tensor.indices(square, alongAxis: 1) + starts.reshaped(to: [-1, 1, 1])
    let places = Tensor.indices(square, alongAxis: 2)
    let isVisible =
      (places .<= positions) .& (places .> positions - Tensor(Double(shape.window), .int32))
    let weights = Tensor.select(
      isVisible.reshaped(to: [shape.batch, 1, 1, shape.length, shape.capacity]),
      scores,
      otherwise: Tensor(-1e30, scores.elementType)
    ).softmax()
    let mixed = weights.reshaped(
      to: [shape.batch, shape.keyHeadCount, groups * shape.length, shape.capacity]
    )
    .dot(values, summing: 3, with: 2, batchAxisCount: 2)
    .reshaped(to: [shape.batch, shape.headCount, shape.length, shape.headSize])
    .transposed([0, 2, 1, 3])
    return [[mixed], [keys], [values]]
  }

  @Test func resultsAndCachesAreTheTwins() throws {
    var draw = Draw("attention to a cache")
    let sizes = [2, 4, 6, 10, 16, 20, 32, 34, 64]
    let cases = (0..<24).map { index in
      let keyHeads = draw.integer(1...3)
      let length = draw.integer(1...4)
      let capacity = index == 0 ? length : length + draw.integer(0...80)
      let shape = CachedAttentionShape(
        batch: draw.integer(1...3),
        length: length,
        headCount: keyHeads * draw.integer(1...3),
        keyHeadCount: keyHeads,
        headSize: sizes[index % sizes.count],
        capacity: capacity,
        window: index % 4 == 3 ? draw.integer(1...capacity) : nil
      )
      // The first and the last place among them.
      let ends = [0, capacity - length]
      let starts = (0..<shape.batch).map { row in
        row == 0 ? ends[index % 2] : draw.integer(0...capacity - length)
      }
      return Self.attention(shape, starts: starts, &draw)
    }
    try check("cached_attention", cases)
  }

  /// Long enough that heads are shared out among threads.
  @Test func longCachesAreTheTwins() throws {
    var draw = Draw("attention to a long cache")
    let shape = CachedAttentionShape(
      batch: 2,
      length: 1,
      headCount: 6,
      keyHeadCount: 3,
      headSize: 64,
      capacity: 1500
    )
    try check("long_caches", [Self.attention(shape, starts: [1499, 1203], &draw)])
  }

  @Test func newTokensNeverGoBeyondTheCache() throws {
    var draw = Draw("attention beyond a cache")
    let shape = CachedAttentionShape(
      batch: 3,
      length: 2,
      headCount: 2,
      keyHeadCount: 1,
      headSize: 8,
      capacity: 9
    )
    try check("beyond", [Self.attention(shape, starts: [-5, 8, 1_000_000], &draw)])
  }
}
