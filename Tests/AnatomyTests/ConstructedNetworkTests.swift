import Arrays
import EspalierTestSupport
import LanguageModels
import Randomness
import Tensors
import Testing

@testable import Anatomy

/// Networks that are made so that the answer is known.
@Suite struct ConstructedNetworkTests {
  private static let engine = Result<Engine, any Error> {
    Engine(client: try TestPlugin.client(), settings: ["xla_backend_optimization_level": "0"])
  }

  private static func configuration(layers: Int, heads: Int = 2) -> LlamaConfiguration {
    LlamaConfiguration(
      layerCount: layers,
      width: 8,
      headCount: heads,
      feedForwardWidth: 12,
      vocabularySize: 16,
      contextLength: 12,
      normEpsilon: 1e-12
    )
  }

  /// Drawn weights, changed layer by layer.
  private static func arrays(
    _ configuration: LlamaConfiguration,
    change: (_ name: String, _ layer: Int, _ values: inout [Float]) -> Void
  ) -> [HostArray] {
    let stream = RandomStream(seed: 4)
    return configuration.parameterSpecifications.map { specification in
      let isGain = specification.initialization == .ones
      var values = stream.named(specification.name)
        .normals(count: specification.shape.elementCount).map { Float(isGain ? 1 : 0.4 * $0) }
      guard specification.isLayered else { return HostArray(values, shape: specification.shape) }
      let size = specification.layerShape.elementCount
      for layer in 0..<configuration.layerCount {
        var part = Array(values[layer * size..<(layer + 1) * size])
        change(String(specification.name.dropFirst("layers.".count)), layer, &part)
        values.replaceSubrange(layer * size..<(layer + 1) * size, with: part)
      }
      return HostArray(values, shape: specification.shape)
    }
  }

  private static func tokens(rows: Int = 4, length: Int = 12) -> [[Int32]] {
    let stream = RandomStream(seed: 9)
    return (0..<rows).map { row in
      (0...length).map { Int32(stream.uniform(at: UInt64(row * 100 + $0)) * 16) }
    }
  }

  private static func anatomy(
    layers: Int,
    blockSize: Int,
    tokens: [[Int32]] = tokens(),
    embedding: ((Int) -> Float)? = nil,
    change: (_ name: String, _ layer: Int, _ values: inout [Float]) -> Void
  ) throws -> Anatomy {
    let configuration = configuration(layers: layers)
    var arrays = arrays(configuration, change: change)
    if let embedding {
      arrays[0] = HostArray(
        (0..<arrays[0].shape.elementCount).map(embedding),
        shape: arrays[0].shape
      )
    }
    return try Anatomy(
      LlamaParts(configuration),
      arrays: arrays,
      blockSize: blockSize,
      tokens: tokens,
      engine: engine.get()
    )
  }

  private func expectClose(
    _ found: Double?,
    _ expected: Double,
    _ name: String = "",
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let difference = found.map { abs($0 - expected) } ?? .infinity
    #expect(
      difference < 1e-6,
      "\(name) \(found ?? .nan), not \(expected)",
      sourceLocation: sourceLocation
    )
  }

  /// Layers that add nothing can be left out, exchanged, turned round and repeated, and the model says the same at every
  /// depth.
  @Test func identityBlocksDoNothing() throws {
    let anatomy = try Self.anatomy(layers: 4, blockSize: 2) { name, _, values in
      if name == "output" || name == "down" { values = values.map { _ in 0 } }
    }
    for key in [
      "skip.layers", "skip.blocks", "repeat.layers", "repeat.blocks", "reverse.blocks",
      "effect.layers", "contribution.attention", "contribution.feedForward",
    ] {
      let values = try #require(anatomy.profile(key)?.values)
      for value in values { expectClose(value, 0, key) }
    }
    for key in ["swap.layers", "swap.blocks"] {
      for value in try #require(anatomy.map(key)).values.joined() { expectClose(value, 0, key) }
    }
    #expect(anatomy.depthScore == nil)
    for value in try #require(anatomy.profile("lens")).values {
      expectClose(value, try #require(anatomy.profile("lens")?.values[0]))
    }
    for value in try #require(anatomy.profile("lens.overlap")).values { expectClose(value, 1) }
    // Nothing has no direction, and no variance to explain.
    #expect(anatomy.map("functions")?.values.joined().allSatisfy { $0 == nil } == true)
    #expect(anatomy.profile("linearity")?.values.allSatisfy { $0 == nil } == true)
  }

  /// Blocks 0 and 2 are one block and block 1 is another: what is compared says so, and exchanging copies costs nothing.
  @Test func permutedBlocksAreFound() throws {
    let stream = RandomStream(seed: 21)
    let anatomy = try Self.anatomy(layers: 6, blockSize: 2) { name, layer, values in
      guard !name.hasSuffix("Norm") else { return }
      let kind = [0, 1, 2, 3, 0, 1][layer]
      values = stream.named(name).indexed(UInt64(kind)).normals(count: values.count)
        .map { Float(0.3 * $0) }
    }
    for key in [
      "weights", "weights.query", "weights.key", "weights.value", "weights.output", "weights.gate",
      "weights.up", "weights.down",
    ] {
      let map = try #require(anatomy.map(key))
      expectClose(map.values[0][2], 1, key)
      expectClose(map.values[1][1], 1, key)
      #expect(abs(try #require(map.values[0][1])) < 0.5, "\(key)")
      #expect(abs(try #require(map.floor)) < 0.5)
    }
    let functions = try #require(anatomy.map("functions"))
    expectClose(functions.values[0][2], 1)
    #expect(try #require(functions.values[0][1]) < 0.99)
    expectClose(anatomy.map("swap.blocks")?.values[0][2], 0)
    expectClose(anatomy.map("swap.layers")?.values[0][4], 0)
    expectClose(anatomy.map("swap.layers")?.values[1][5], 0)
    #expect(abs(try #require(anatomy.map("swap.blocks")?.values[0][1])) > 1e-4)
    let attention = try #require(anatomy.map("attention"))
    for layer in 0..<6 { expectClose(attention.values[layer][layer], 1) }
    #expect(try #require(attention.floor) < 1)
  }

  /// A block that takes back what another adds is its opposite as a function, and as weights of the output projections.
  @Test func oppositeBlocksAreOpposite() throws {
    let stream = RandomStream(seed: 22)
    let anatomy = try Self.anatomy(layers: 2, blockSize: 1) { name, layer, values in
      guard !name.hasSuffix("Norm") else { return }
      let sign: Double = layer == 1 && name == "output" ? -1 : 1
      values = stream.named(name).normals(count: values.count).map {
        Float(name == "down" ? 0 : sign * 0.3 * $0)
      }
    }
    expectClose(anatomy.map("weights.output")?.values[0][1], -1)
    expectClose(anatomy.map("weights.query")?.values[0][1], 1)
    expectClose(anatomy.map("functions")?.values[0][1], -1)
    expectClose(anatomy.map("functions")?.values[1][0], -1)
  }

  /// Rows of one token and an embedding of lengths of one make attention a linear map; the gated unit is none.
  @Test func linearLayersAreLinear() throws {
    let stream = RandomStream(seed: 30)
    let anatomy = try Self.anatomy(
      layers: 2,
      blockSize: 1,
      tokens: Self.tokens(rows: 96, length: 1),
      // Sixteen corners of a cube: of one length, and not all on a plane.
      embedding: { index in
        let (token, column) = (index / 8, index % 8)
        return column < 4
          ? (token >> column & 1 == 0 ? 1 : -1)
          : (token >> (column % 4) ^ token >> ((column + 1) % 4)) & 1 == 0 ? 1 : -1
      }
    ) { name, layer, values in
      guard !name.hasSuffix("Norm") else { return }
      let isOut = layer == 0 ? name == "down" : name == "output"
      values = stream.named(name).normals(count: values.count).map { Float(isOut ? 0 : $0) }
    }
    expectClose(anatomy.profile("linearity")?.values[0], 1)
    expectClose(anatomy.profile("linearity.cosine")?.values[0], 1)
    #expect(try #require(anatomy.profile("linearity")?.values[1]) < 0.98)
    #expect(try #require(anatomy.profile("linearity")?.floor) < 0.5)
  }

  /// An affine map is found, and what it cannot do is told.
  @Test func affineMapsAreFound() throws {
    let stream = RandomStream(seed: 5)
    let inputs = VectorRows(stream.named("x").normals(count: 400), width: 4)
    let outputs = VectorRows(
      (0..<100).flatMap { row -> [Double] in
        let x = Array(inputs[row])
        return [2 * x[0] - x[3] + 1, 0.5 * x[1] + x[2] - 3]
      },
      width: 2
    )
    let linearity = try #require(Linearity(inputs, outputs))
    expectClose(linearity.determination, 1)
    expectClose(linearity.cosine, 1)
    let noise = VectorRows(stream.named("y").normals(count: 200), width: 2)
    #expect(try #require(Linearity(inputs, noise)?.determination) < 0.1)
    #expect(Linearity(inputs[0..<8], outputs[0..<8]) == nil)
    let still = VectorRows([Double](repeating: 3, count: 200), width: 2)
    #expect(Linearity(inputs, still)?.determination == nil)
  }

  /// Only the last layer does something: the score is 1; only the first of four does: a quarter.
  @Test(arguments: [0, 1, 3])
  func theDepthScoreIsTheMeanPlace(active: Int) throws {
    let anatomy = try Self.anatomy(layers: 4, blockSize: 1) { name, layer, values in
      if layer != active, name == "output" || name == "down" { values = values.map { _ in 0 } }
    }
    expectClose(anatomy.depthScore, Double(active + 1) / 4)
    expectClose(Anatomy.depthScore([1, 1, nil, 2]), (1 + 2 + 8) / 4.0 / 4)
    let norms = try #require(anatomy.profile("contribution.attention")).values
    for layer in 0..<4 { #expect(((norms[layer] ?? 0) > 0) == (layer == active)) }
  }

  /// The loss of the parts is that of the model, looped and scaled, too.
  @Test func thePartsAreTheModel() throws {
    var configuration = Self.configuration(layers: 3)
    configuration.tiedScale = .inverse
    configuration.layerOrder = [0, 1, 1, 2]
    configuration.residualScales = [1, 0.5, 1]
    let arrays = Self.arrays(configuration) { _, _, _ in }
    let anatomy = try Anatomy(
      LlamaParts(configuration),
      arrays: arrays,
      blockSize: 2,
      tokens: Self.tokens(),
      engine: Self.engine.get()
    )
    #expect(anatomy.layers == 4 && anatomy.blockSize == 2)
    let model = Llama(configuration)
    let rows = HostArray(Self.tokens().flatMap { $0 }, shape: [4, 13])
    let program = try Self.engine.get().program(
      "loss",
      parameters: configuration.parameterTypes + [rows.type]
    ) { inputs in
      let parameters = LlamaParameters(
        configuration: configuration,
        tensors: Array(inputs.dropLast())
      )
      let (total, count) = model.totalLoss(
        sequences: inputs[inputs.count - 1],
        parameters: parameters
      )
      return [total / count]
    }
    let loss = Double(try program(arrays + [rows])[0].values(as: Float.self)[0])
    #expect(abs(anatomy.loss - loss) < 1e-5)
    #expect(anatomy.map("weights.query")?.values[0][0] == 1)
    #expect(anatomy.profile("lens")?.values.count == 5)
  }
}
