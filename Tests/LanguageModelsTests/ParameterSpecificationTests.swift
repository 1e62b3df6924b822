import Arrays
import Foundation
import Growing
import Tensors
import Testing

@testable import LanguageModels

@Suite struct ParameterSpecificationTests {
  private static let configuration = LlamaConfiguration(
    layerCount: 3,
    width: 8,
    headCount: 4,
    keyValueHeadCount: 2,
    feedForwardWidth: 5,
    vocabularySize: 7,
    contextLength: 6,
    tiesEmbedding: false
  )

  @Test("Names, shapes and decay are the checkpoint format's")
  func specificationsAreTheFormats() {
    let lines = Self.configuration.parameterSpecifications(finalLayerCount: 3).map {
      "\($0.name) \($0.shape.dimensions) \($0.isLayered ? "layered" : "shared")"
        + " \($0.decays ? "decays" : "stays")"
    }
    #expect(
      lines == [
        "embedding [7, 8] shared decays",
        "layers.attentionNorm [3, 8] layered stays",
        "layers.query [3, 8, 8] layered decays",
        "layers.key [3, 8, 4] layered decays",
        "layers.value [3, 8, 4] layered decays",
        "layers.output [3, 8, 8] layered decays",
        "layers.feedForwardNorm [3, 8] layered stays",
        "layers.gate [3, 8, 5] layered decays",
        "layers.up [3, 8, 5] layered decays",
        "layers.down [3, 5, 8] layered decays",
        "finalNorm [8] shared stays",
        "head [8, 7] shared decays",
      ]
    )
  }

  @Test("What variants add takes its place in a layer")
  func variantsAddParameters() {
    var configuration = Self.configuration
    configuration.attentionBias = .all
    configuration.queryKeyNorm = .eachHead
    configuration.ownHeadSize = 6
    let found = configuration.parameterSpecifications.map {
      "\($0.name) \($0.shape.dimensions) \($0.role.rawValue) \($0.decays ? "decays" : "stays")"
    }
    let added = [
      "layers.queryBias [3, 24] layered-bias stays", "layers.keyBias [3, 12] layered-bias stays",
      "layers.valueBias [3, 12] layered-bias stays",
      "layers.queryNorm [3, 6] layered-head-gain stays",
      "layers.keyNorm [3, 6] layered-head-gain stays",
    ]
    #expect(Array(found[5..<10]) == added)
    #expect(found[11] == "layers.outputBias [3, 8] layered-output-bias stays")
    configuration.attentionBias = .inputs
    #expect(!configuration.parameterSpecifications.map(\.name).contains("layers.outputBias"))
  }

  @Test(
    "Parameters take their places in the order of the specifications",
    arguments: [true, false]
  )
  func namesAgreeWithTheStructure(tied: Bool) throws {
    var configuration = Self.configuration
    configuration.tiesEmbedding = tied
    let specifications = configuration.parameterSpecifications(finalLayerCount: 3)
    let parameters = LlamaParameters(
      configuration: configuration,
      tensors: specifications.map { .zeros(TensorType(.float32, $0.shape)) }
    )
    #expect(parameters.tensorNames == specifications.map(\.name))
    #expect(parameters.tensors.map(\.shape) == specifications.map(\.shape))
  }

  @Test("Gates are two numbers a layer behind its other parameters, and do not decay")
  func gatesAreTwoNumbersALayer() {
    for ties in [true, false] {
      var plain = Self.configuration
      plain.tiesEmbedding = ties
      var gated = plain
      gated.outputGates = .held
      let specifications = gated.parameterSpecifications(finalLayerCount: 3)
      let place = specifications.firstIndex { $0.name == "layers.outputGates" }
      #expect(place == 10)
      #expect(specifications[10].shape == [3, 2])
      #expect(specifications[10].role == .layeredGate)
      #expect(!specifications[10].decays && specifications[10].initialization == .ones)
      #expect(
        specifications.filter { $0.role != .layeredGate }
          == plain.parameterSpecifications(finalLayerCount: 3)
      )
      #expect(gated.parameterCount == plain.parameterCount + 6)
      let parameters = LlamaParameters(
        configuration: gated,
        tensors: specifications.map { .zeros(TensorType(.float32, $0.shape)) }
      )
      #expect(parameters.tensorNames == specifications.map(\.name))
      #expect(parameters.outputGates?.shape == [3, 2])
    }
  }

  @Test("A configuration without gates is written as before, and what was written before is read")
  func configurationsWithoutGatesAreUnchanged() throws {
    let text = String(decoding: try JSONEncoder().encode(Self.configuration), as: UTF8.self)
    #expect(!text.contains("ates\""))
    var gated = Self.configuration
    gated.outputGates = .trained
    for configuration in [Self.configuration, gated] {
      let data = try JSONEncoder().encode(configuration)
      #expect(try JSONDecoder().decode(LlamaConfiguration.self, from: data) == configuration)
    }
  }

  @Test(
    "The number of parameters follows the formula",
    arguments: [true, false],
    [1, 2, 4]
  )
  func parameterCountFollowsTheFormula(tied: Bool, keyValueHeads: Int) {
    var configuration = Self.configuration
    configuration.tiesEmbedding = tied
    configuration.keyValueHeadCount = keyValueHeads
    // D = 8, F = 5, V = 7, head size 2: a layer holds D (2D + 2·2K + 3F + 2).
    let layer = 8 * (16 + 4 * keyValueHeads + 15 + 2)
    #expect(configuration.parameterCount == 7 * 8 * (tied ? 1 : 2) + 3 * layer + 8)
    #expect(
      configuration.withLayers(5).parameterCount - configuration.parameterCount == 2 * layer
    )
  }

  @Test("Projections to the residual stream start smaller in a deeper finished model")
  func residualProjectionsAreScaledByTheFinalDepth() {
    func deviations(_ finalLayerCount: Int) -> [String: Double] {
      let specifications = Self.configuration.parameterSpecifications(
        finalLayerCount: finalLayerCount
      )
      return Dictionary(
        uniqueKeysWithValues: specifications.compactMap { specification in
          guard case .normal(let deviation) = specification.initialization else { return nil }
          return (specification.name, deviation)
        }
      )
    }
    let width = 1 / 8.0.squareRoot()
    #expect(
      deviations(8) == [
        "embedding": width, "head": width,
        "layers.query": width, "layers.key": width, "layers.value": width,
        "layers.gate": width, "layers.up": width,
        "layers.output": 0.25 / 8.0.squareRoot(), "layers.down": 0.25 / 5.0.squareRoot(),
      ]
    )
    #expect(deviations(2)["layers.down"] == 0.5 / 5.0.squareRoot())
  }
}
