import Arrays
import EspalierTestSupport
import PJRT
import Randomness
import StableHLO
import Tensors
import Testing

/// The device draws from the host's streams.
@Suite struct RandomTests {
  private let stream = RandomStream(seed: 7).named("dropout").indexed(3)
  private var key: HostArray { HostArray([stream.key.x, stream.key.y]) }

  @Test(arguments: [[], [0], [1], [7], [3, 5], [2, 3, 4]] as [Shape])
  func bitsAreTheStreamsWords(shape: Shape) throws {
    let results = try run([key]) { [.randomBits(key: $0[0], shape: shape)] }
    let words = (0..<shape.elementCount).map { stream.word(at: UInt64($0)) }
    #expect(results == [HostArray(words, shape: shape)])
  }

  @Test func uniformNumbersAreTheStreams() throws {
    let shape: Shape = [10, 100]
    let results = try run([key]) { inputs in
      [.float64, .float32, .bfloat16].map {
        .randomUniform(key: inputs[0], type: TensorType($0, shape))
      }
    }
    let expected = (0..<1000).map { stream.uniform(at: UInt64($0)) }
    #expect(results[0] == HostArray(expected, shape: shape))
    #expect(results[1].reals == expected.map { ($0 * 0x1p24).rounded(.down) * 0x1p-24 })
    #expect(results[2].reals == expected.map { ($0 * 0x1p8).rounded(.down) * 0x1p-8 })
  }

  @Test func normalNumbersAreTheStreams() throws {
    // An odd number takes only the first of the last pair.
    let results = try run([key]) { inputs in
      [.float64, .float32, .bfloat16].map {
        .randomNormal(key: inputs[0], type: TensorType($0, [33, 3]))
      }
    }
    let expected = stream.normals(count: 99)
    for result in results {
      // 2πu is rounded once more than on the host, which moves an angle by 2π units.
      let tolerance = Tolerance(result.elementType, operations: 16)
      expectClose(result.reals, expected, tolerance, "\(result.type)")
    }
  }

  @Test func pairsAreNeighboursOfTheStream() throws {
    let expected = stream.normals(count: 42)
    for type in [ElementType.float64, .float32] {
      let results = try run([key]) { inputs in
        let pair = Tensor.randomNormalPairs(key: inputs[0], type: TensorType(type, [7, 3]))
        return [pair.0, pair.1]
      }
      for (place, result) in results.enumerated() {
        let own = (0..<21).map { expected[2 * $0 + place] }
        expectClose(result.reals, own, Tolerance(type, operations: 16), "\(type)")
      }
    }
    #expect(throws: TraceError.self) {
      try TracedFunction("pairs", parameters: [key.type]) {
        [Tensor.randomNormalPairs(key: $0[0], type: TensorType(.bfloat16, [2])).0]
      }
    }
  }

  /// A mean over a million numbers lies within five standard errors, by chance in all but 6 of 10⁷ seeds.
  @Test func momentsAreThoseOfTheDistributions() throws {
    let type = TensorType(.float32, [1000, 1000])
    let moments = try run([key]) { inputs in
      let uniform = Tensor.randomUniform(key: inputs[0], type: type)
      let normal = Tensor.randomNormal(key: inputs[0], type: type)
      return [uniform.mean(), uniform.squared().mean(), normal.mean(), normal.squared().mean()]
    }.map { $0.reals[0] }
    let means: [Double] = [1.0 / 2, 1.0 / 3, 0, 1]
    let variances: [Double] = [1.0 / 12, 4.0 / 45, 1, 2]
    for (moment, (mean, variance)) in zip(moments, zip(means, variances)) {
      #expect(abs(moment - mean) < 5e-3 * variance.squareRoot())
    }
  }

  @Test func theKeyIsAnInput() throws {
    let other = RandomStream(seed: 8)
    let program = try Engine(client: TestPlugin.client())
      .program("bits", parameters: [key.type]) { [.randomBits(key: $0[0], shape: [2])] }
    let first = try program([key])
    let second = try program([HostArray([other.key.x, other.key.y])])
    #expect(first == [HostArray([stream.word(at: 0), stream.word(at: 1)])])
    #expect(second == [HostArray([other.word(at: 0), other.word(at: 1)])])
  }

  @Test func aKeyOfAnotherTypeIsAMistake() {
    let error = #expect(throws: TraceError.self) {
      try TracedFunction("bits", parameters: [TensorType(.int32, [2])]) { inputs in
        [.randomBits(key: inputs[0], shape: [2], fileID: "App/main.swift", line: 7)]
      }
    }
    #expect(
      error?.description
        == "main.swift:7: random: needs a key uint32[2] and at most 2³² elements, not [2]; "
        + "got int32[2]"
    )
  }
}
