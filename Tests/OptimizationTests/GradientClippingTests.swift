import Arrays
import EspalierTestSupport
import Optimization
import Tensors
import Testing

@Suite struct GradientClippingTests {
  /// Two tensors.
  private struct Pair: TensorStructure {
    var first: Tensor
    var second: Tensor

    mutating func forEachTensor(_ body: (String, inout Tensor) throws -> Void) rethrows {
      try body("first", &first)
      try body("second", &second)
    }
  }

  @Test(
    "Gradients beyond the limit are scaled to it together, others are left alone",
    arguments: [(0.0, 1.0), (1.0, 1 / (13 + 1e-6)), (13.1, 1.0)]
  )
  func gradientsAreScaledTogether(limit: Double, scale: Double) throws {
    // 3² + 4² + 12² = 13²
    let inputs = [HostArray([3, 0, -4] as [Float]), HostArray([12] as [Float])]
    let program = try quickEngine().program("clip", parameters: inputs.map(\.type)) {
      let (clipped, norm) = clipped(Pair(first: $0[0], second: $0[1]), toNorm: limit)
      return clipped.tensors + [norm]
    }
    let found = try program(inputs).map(\.doubles)
    let tolerance = Tolerance(.float32, roundings: 8)
    #expect(tolerance.mismatch("first", found[0], [3 * scale, 0, -4 * scale]) == nil)
    #expect(tolerance.mismatch("second", found[1], [12 * scale]) == nil)
    #expect(found[2] == [13])
  }
}
