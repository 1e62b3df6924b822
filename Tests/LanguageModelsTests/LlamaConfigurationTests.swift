import Growing
import Testing

@testable import LanguageModels

@Suite struct LlamaConfigurationTests {
  private static let configuration = LlamaConfiguration(
    layerCount: 3,
    width: 8,
    headCount: 4,
    keyValueHeadCount: 2,
    feedForwardWidth: 5,
    vocabularySize: 7,
    contextLength: 6
  )

  private typealias Change = @Sendable (inout LlamaConfiguration) -> Void

  /// One change of each property, and the names under which a user hears of it.
  private static let changes: [(Change, [String])] = [
    ({ $0.layerCount = 4 }, ["layers"]),
    ({ $0.width = 16 }, ["model.width", "model.headSize"]),
    ({ $0.headCount = 2 }, ["model.headCount", "model.headSize"]),
    ({ $0.keyValueHeadCount = 1 }, ["model.keyValueHeadCount"]),
    ({ $0.feedForwardWidth = 6 }, ["model.feedForwardWidth"]),
    ({ $0.vocabularySize = 8 }, ["vocabulary size"]),
    ({ $0.contextLength = 7 }, ["model.contextLength"]),
    ({ $0.tiesEmbedding = false }, ["model.tiedEmbedding"]),
    ({ $0.ropeBase = 500 }, ["model.ropeBase"]),
    ({ $0.normEpsilon = 1e-6 }, ["model.normEpsilon"]),
    ({ $0.ownHeadSize = 4 }, ["model.headSize"]),
    ({ $0.layerOrder = [0, 1, 2, 0] }, ["layers", "layer order"]),
    // A rule for growths to come; what it has done to the model are the scales.
    ({ $0.tiedScale = .inverse }, []),
    ({ $0.residualScales = [1, 0.5, 1] }, ["residual scales"]),
    ({ $0.outputGates = .held }, ["output gates"]),
    ({ $0.attentionBias = .all }, ["model.attentionBias"]),
    ({ $0.queryKeyNorm = .eachHead }, ["model.queryKeyNorm"]),
    ({ $0.ropeScaling = .linear(factor: 2) }, ["model.ropeScaling"]),
    ({ $0.slidingWindow = 3 }, ["model.slidingWindow"]),
  ]

  @Test("Models that differ in one property are told apart by it, and no property is forgotten")
  func everyPropertyIsCompared() {
    let wanted = Self.configuration
    #expect(wanted.differences(from: wanted).isEmpty)
    #expect(Self.changes.count == Mirror(reflecting: wanted).children.count)
    for (change, fields) in Self.changes {
      var found = wanted
      change(&found)
      #expect(found.differences(from: wanted).map(\.field) == fields)
    }
    var wider = wanted
    wider.width = 16
    let difference = wider.differences(from: wanted)[0]
    #expect(difference.found == "16" && difference.expected == "8")
  }

  @Test("A configuration that cannot be names its first property that is wrong")
  func impossibleConfigurationsAreNamed() {
    #expect(Self.configuration.firstProblem == nil)
    let cases: [(Change, String, String)] = [
      ({ $0.layerCount = -1 }, "layerCount", "needs a number from 0 to 65536; got -1"),
      ({ $0.slidingWindow = 0 }, "slidingWindow", "needs a number from 1 to 16777216; got 0"),
      (
        { $0.ropeScaling = .linear(factor: 0.5) }, "ropeScaling",
        "needs a factor of 1 or more; got 0.5"
      ),
      (
        {
          $0.ropeScaling = .llama3(
            factor: 2,
            lowFrequency: 4,
            highFrequency: 4,
            originalContextLength: 8
          )
        }, "ropeScaling",
        "needs a low frequency factor above 0 and below the high one (4.0); got 4.0"
      ),
      ({ $0.width = 0 }, "width", "needs a number from 1 to 1048576; got 0"),
      (
        { $0.contextLength = 1 << 25 }, "contextLength",
        "needs a number from 1 to 16777216; got 33554432"
      ),
      ({ $0.ownHeadSize = 0 }, "ownHeadSize", "needs a number from 1 to 65536; got 0"),
      (
        { $0.width = 9 }, "headCount",
        "needs to divide the width and to be a multiple of keyValueHeadCount; got 4"
      ),
      (
        { $0.layerOrder = [0, 1, 0] }, "layerOrder",
        "\(GrowthError.brokenLayerOrder([0, 1, 0], storedLayers: 3))"
      ),
    ]
    for (change, property, reason) in cases {
      var configuration = Self.configuration
      change(&configuration)
      let problem = configuration.firstProblem
      #expect(problem?.property == property && problem?.reason == reason)
    }
    var empty = Self.configuration
    empty.layerCount = 0
    #expect(empty.firstProblem == nil)
  }
}
