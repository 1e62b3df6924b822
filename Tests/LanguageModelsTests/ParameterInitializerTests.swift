import Arrays
import Testing

@testable import LanguageModels

@Suite struct ParameterInitializerTests {
  private static let configuration = LlamaConfiguration(
    layerCount: 2,
    width: 32,
    headCount: 4,
    feedForwardWidth: 48,
    vocabularySize: 64,
    contextLength: 8
  )

  private func specification(_ name: String, layers: Int = 2) throws -> ParameterSpecification {
    let specifications = Self.configuration.withLayers(layers)
      .parameterSpecifications(finalLayerCount: 8)
    return try #require(specifications.first { $0.name == name })
  }

  @Test("Gains start at one")
  func gainsStartAtOne() throws {
    let gain = ParameterInitializer(seed: 0).array(for: try specification("layers.attentionNorm"))
    #expect(gain == HostArray(repeating: 1, type: TensorType(.float32, [2, 32])))
  }

  @Test(
    "Matrices start with mean zero and the stated deviation",
    arguments: ["embedding", "layers.query", "layers.output", "layers.gate", "layers.down"]
  )
  func matricesHaveTheStatedDeviation(_ name: String) throws {
    let specification = try specification(name)
    let values = ParameterInitializer(seed: 3).array(for: specification).values(as: Float.self)
    guard case .normal(let deviation) = specification.initialization else {
      Issue.record("\(name) is not drawn")
      return
    }
    let count = Double(values.count)
    let mean = values.reduce(0) { $0 + Double($1) } / count
    let variance = values.reduce(0) { $0 + Double($1) * Double($1) } / count
    // Five standard errors: a sound generator fails for one seed in a million.
    #expect(mean.magnitude < 5 * deviation / count.squareRoot())
    #expect((variance.squareRoot() / deviation - 1).magnitude < 5 / (2 * count).squareRoot())
  }

  @Test("A layer starts the same however many others there are")
  func layersDoNotDependOnTheirNumber() throws {
    let initializer = ParameterInitializer(seed: 1)
    let name = "layers.up"
    let deep = initializer.array(for: try specification(name, layers: 5))
    let shallow = initializer.array(for: try specification(name))
    #expect(deep.gatheringRows([0, 1]) == shallow)
    for layer in 0..<5 {
      var row = HostArray(zeros: TensorType(.float32, [1, 32, 48]))
      row.replaceRow(0, with: initializer.layer(layer, of: try specification(name)))
      #expect(row == deep.gatheringRows([layer]))
    }
  }

  @Test("Seeds, parameters and layers have streams of their own")
  func streamsDiffer() throws {
    let first = ParameterInitializer(seed: 1)
    let up = try specification("layers.up")
    let drawn = [
      first.layer(0, of: up),
      first.layer(1, of: up),
      first.layer(7, of: up),
      first.layer(0, of: try specification("layers.gate")),
      ParameterInitializer(seed: 2).layer(0, of: up),
    ]
    #expect(Set(drawn).count == drawn.count)
    #expect(first.layer(7, of: up) == ParameterInitializer(seed: 1).layer(7, of: up))
  }
}
