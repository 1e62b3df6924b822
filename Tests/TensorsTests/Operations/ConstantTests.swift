import Arrays
import StableHLO
import Tensors
import Testing

/// Constants travel as text, so their bits are compared.
@Suite struct ConstantTests {
  private static let doubles: [Double] = [
    0, -0.0, 1, 0.1, -1e300, 1e-300, .leastNonzeroMagnitude, .infinity, -.infinity, .nan, .pi, 1e22,
    123_456_789,
  ]
  private static let floats: [Float] = [
    0, -0.0, 1, 0.1, 1e38, .leastNonzeroMagnitude, .infinity, -.infinity, .nan, .pi, 16_777_216,
  ]

  private func expectUnchanged(_ arrays: [HostArray]) throws {
    let results = try run([]) { _ in arrays.map { Tensor($0) } }
    for (result, array) in zip(results, arrays) { #expect(result == array) }
  }

  @Test func everyBitOfAScalarSurvives() throws {
    try expectUnchanged(
      Self.doubles.map { HostArray(scalar: $0) } + Self.floats.map { HostArray(scalar: $0) }
        + Self.floats.map { HostArray(scalar: BFloat16($0)) }
        + [
          HostArray(scalar: Int32.min), HostArray(scalar: Int64.min), HostArray(scalar: UInt64.max),
        ]
        + [HostArray(scalar: UInt32.max), HostArray(scalar: UInt8.max), HostArray(scalar: true)]
    )
  }

  @Test func everyBitOfAListSurvives() throws {
    try expectUnchanged([
      HostArray(Self.doubles), HostArray(Self.floats), HostArray(Self.floats.map(BFloat16.init)),
      HostArray([.min, .max, 0] as [Int64]), HostArray([true, false, true]),
      HostArray([true, false, true, true], shape: [2, 2]), HostArray([1, 2, 255] as [UInt8]),
    ])
  }

  @Test func largeArraysSurvive() throws {
    try expectUnchanged([
      HostArray((0..<10_000).map { Double($0).squareRoot() }, shape: [100, 100]),
      HostArray((0..<300).map { UInt8($0 % 256) }, shape: [3, 100]),
      HostArray((0..<40).map { $0 % 3 == 0 }, shape: [2, 20]),
    ])
  }

  @Test func emptyArraysSurvive() throws {
    try expectUnchanged(
      [Shape([0]), [2, 0], [0, 3]].flatMap { shape in
        [HostArray([Float](), shape: shape), HostArray([Bool](), shape: shape)]
      }
    )
  }

  @Test func operationsOnEmptyTensors() throws {
    let results = try run([HostArray([Double](), shape: [0, 3])]) { inputs in
      let x = inputs[0]
      return [
        x.sum(), x.maximum(axes: [0]), x.dot(x.transposed([1, 0])), x.transposed([1, 0]).dot(x),
        .concatenate([x, x], alongAxis: 1), x.sorted(alongAxis: 0).values,
      ] + gradient(of: x.exponential().sum(), withRespectTo: inputs)
    }
    #expect(results[0].reals == [0])
    #expect(results[1].reals == [Double](repeating: -.infinity, count: 3))
    #expect(
      results.map(\.shape) == [[], [3], [0, 0], [3, 3], [0, 6], [0, 3], [0, 3]]
    )
  }
}
