import Arrays
import EspalierTestSupport
import Foundation
import Kernels
import LanguageModels
import PJRT
import Tensors
import Testing

@testable import Generation

/// A model in 8 bits is the model whose weights are those that 8 bits hold.
@Suite struct DecodingWeightsTests {
  private static let kernelsAreThere = !KernelLibrary.sets.isEmpty

  private static func configuration(tiesEmbedding: Bool) -> LlamaConfiguration {
    LlamaConfiguration(
      layerCount: 3,
      width: 48,
      headCount: 4,
      keyValueHeadCount: 2,
      feedForwardWidth: 72,
      vocabularySize: 130,
      contextLength: 32,
      tiesEmbedding: tiesEmbedding
    )
  }

  /// A matrix `[depth, columns]` or a stack of them, each block of 32 rounded to 127 steps either way.
  private static func rounded(_ array: HostArray) -> HostArray {
    let dimensions = array.shape.dimensions
    let (depth, columns) = (dimensions[dimensions.count - 2], dimensions[dimensions.count - 1])
    var values = array.values(as: Float.self)
    for matrix in stride(from: 0, to: values.count, by: depth * columns) {
      for column in 0..<columns {
        for block in stride(from: 0, to: depth, by: 32) {
          let places = (block..<min(block + 32, depth)).map { matrix + $0 * columns + column }
          let scale = (places.map { values[$0].magnitude }.max() ?? 0) / 127
          for place in places where scale > 0 {
            values[place] = (values[place] / scale).rounded(.toNearestOrAwayFromZero) * scale
          }
        }
      }
    }
    return HostArray(values, shape: array.shape)
  }

  @Test(.enabled(if: kernelsAreThere), arguments: [false, true])
  func logitsAreThoseOfRoundedWeights(tiesEmbedding: Bool) throws {
    let client = try TestPlugin.client()
    let engine = Engine(client: client, settings: ["xla_backend_optimization_level": "0"])
    let subject = Self.configuration(tiesEmbedding: tiesEmbedding)
    var named: [String: HostArray] = [:]
    for specification in subject.parameterSpecifications {
      named[specification.name] = ParameterInitializer(seed: 3).array(for: specification)
    }
    let twin = Self.configuration(tiesEmbedding: false)
    let twinArrays = try twin.parameterSpecifications.map { specification in
      var array = named[specification.name]
      if array == nil, let embedding = named["embedding"] {
        let (rows, width) = (embedding.shape[0], embedding.shape[1])
        let values = embedding.values(as: Float.self)
        array = HostArray(
          (0..<width * rows).map { values[$0 % rows * width + $0 / rows] },
          shape: [width, rows]
        )
      }
      let found = try #require(array)
      let isMatrix = [.matrices, .head].contains(specification.group)
      return isMatrix ? Self.rounded(found) : found
    }
    let subjectArrays = subject.parameterSpecifications.compactMap { named[$0.name] }
    func logits(
      _ configuration: LlamaConfiguration,
      _ arrays: [HostArray],
      _ precision: WeightPrecision
    ) throws -> [[Float]] {
      let programs = try DecodingPrograms(
        configuration,
        parameters: arrays.map { try client.buffer(from: $0) },
        precision: precision,
        engine: engine
      )
      var cache = try programs.cache(batchSize: 2, capacity: 16)
      let first = try programs.read(
        [[1, 2, 3, 4], [5, 6, 7, 8]],
        from: [0, 0],
        at: [3, 2],
        &cache
      )
      return first + (try programs.read([[9], [10]], from: [4, 3], at: [0, 0], &cache))
    }
    let found = try logits(subject, subjectArrays, .int8)
    let expected = try logits(twin, twinArrays, .float32)
    let exact = try logits(subject, subjectArrays, .float32)
    let scale = expected.joined().map(\.magnitude).max() ?? 0
    func distance(_ first: [[Float]], _ second: [[Float]]) -> Float {
      zip(first.joined(), second.joined()).map { abs($0 - $1) }.max() ?? .infinity
    }
    #expect(distance(found, expected) <= 1e-5 * scale)
    // The model itself is another one, and near.
    #expect(distance(exact, expected) > 1e-4 * scale)
    #expect(distance(exact, expected) < 0.05 * scale)
  }
}
