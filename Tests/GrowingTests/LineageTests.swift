import Foundation
import Growing
import Testing

@Suite struct LineageTests {
  /// The list of the growing brief, section 1.2.
  @Test(arguments: [1, 2, 4])
  func midasLineageIsThePapers(block: Int) throws {
    let plan = try GrowthMethod(.midas).plan(
      GrowthSettings(finalDepth: 6 * block, blockSize: block, totalSteps: 2100)
    )
    let names = plan.stages.indices.map { plan.lineage(inStage: $0).unitNames }
    #expect(
      names == [
        ["A0"],
        ["A0", "A1"],
        ["A0", "A2", "A1"],
        ["A0", "A2", "A3", "A1"],
        ["A0", "A2", "A4", "A3", "A1"],
        ["A0", "A2", "A4", "A5", "A3", "A1"],
      ]
    )
    let units = plan.finalLineage.units
    let parents = Dictionary(uniqueKeysWithValues: units.map { ($0.name, $0.parent) })
    #expect(
      parents == ["A0": nil, "A1": "A0", "A2": "A0", "A3": "A2", "A4": "A2", "A5": "A4"]
    )
    #expect(units.map(\.stage) == [0, 2, 4, 5, 3, 1])
    #expect(units.map(\.step) == [0, 300, 1000, 1500, 600, 100])
    #expect(units.map(\.layers) == (0..<6).map { $0 * block..<($0 + 1) * block })
  }

  @Test func layersOfABlockDescendFromTheLayersOfItsParent() throws {
    let plan = try GrowthMethod(.midas).plan(
      GrowthSettings(finalDepth: 6, blockSize: 2, totalSteps: 600)
    )
    let layers = plan.finalLineage.layers
    #expect(layers.map(\.id) == ["A0.0", "A0.1", "A2.0", "A2.1", "A1.0", "A1.1"])
    #expect(layers.map(\.parent) == [nil, nil, "A0.0", "A0.1", "A0.0", "A0.1"])
    #expect(layers.map(\.stage) == [0, 0, 2, 2, 1, 1])
  }

  @Test func fullStackingNamesTheUpperHalf() throws {
    let plan = try GrowthMethod(.fullStacking).plan(
      GrowthSettings(finalDepth: 8, blockSize: 2, totalSteps: 600)
    )
    #expect(plan.finalLineage.unitNames == ["A0", "A1", "A2", "A3"])
    #expect(plan.finalLineage.units.map(\.parent) == [nil, "A0", "A0", "A1"])
  }

  @Test func freshBlocksHaveNoParent() throws {
    let plan = try GrowthMethod(.randomBlocks).plan(
      GrowthSettings(finalDepth: 6, blockSize: 2, totalSteps: 600)
    )
    #expect(plan.finalLineage.unitNames == ["A0", "A2", "A1"])
    #expect(plan.finalLineage.layers.allSatisfy { $0.parent == nil })
    #expect(plan.finalLineage.units.map(\.stage) == [0, 2, 1])
  }

  @Test func aNetworkThatNeverGrewIsNamedInBlocks() throws {
    let plan = try GrowthMethod.none.plan(
      GrowthSettings(finalDepth: 6, blockSize: 2, totalSteps: 10)
    )
    #expect(plan.finalLineage.unitNames == ["A0", "A1", "A2"])
    #expect(Lineage(depth: 3, blockSize: 2).layers.map(\.id) == ["A0", "A1", "A2"])
    #expect(Lineage(depth: 0).unitNames.isEmpty)
  }

  @Test func mapsThatBreakBlocksGiveEachNewLayerAName() throws {
    let start = Lineage(depth: 4, blockSize: 2)
    let interleaved = try LayerMap(copying: [0, 0, 1, 1, 2, 2, 3, 3], sourceDepth: 4)
    let grown = try start.grown(by: interleaved, stage: 1, step: 10)
    #expect(
      grown.layers.map(\.id) == ["A0.0", "A2", "A0.1", "A3", "A1.0", "A4", "A1.1", "A5"]
    )
    #expect(
      grown.layers.map(\.parent) == [nil, "A0.0", nil, "A0.1", nil, "A1.0", nil, "A1.1"]
    )
    #expect(grown.unitNames == ["A0", "A2", "A0", "A3", "A1", "A4", "A1", "A5"])
    // Two new layers, but of two different blocks.
    let across = try LayerMap(copying: [0, 1, 2, 1, 2, 3], sourceDepth: 4)
    #expect(
      try start.grown(by: across, stage: 1, step: 10).layers.map(\.id)
        == ["A0.0", "A0.1", "A1.0", "A2", "A3", "A1.1"]
    )
    // Half a block, half fresh.
    let mixed = try LayerMap(
      sourceDepth: 4,
      origins: [.copy(of: 0), .copy(of: 1), .copy(of: 2), .copy(of: 3), .copy(of: 0), .fresh]
    )
    #expect(
      try start.grown(by: mixed, stage: 1, step: 10).layers.suffix(2).map(\.id) == ["A2", "A3"]
    )
  }

  @Test func droppedLayersStayAmongTheBornAndTheirNamesAreNotGivenAgain() throws {
    let start = Lineage(depth: 3)
    let pruned = try start.grown(
      by: LayerMap(copying: [0, 2], sourceDepth: 3),
      stage: 1,
      step: 5
    )
    #expect(pruned.layers.map(\.id) == ["A0", "A2"])
    let regrown = try pruned.grown(
      by: LayerMap(copying: [0, 1, 1], sourceDepth: 2),
      stage: 2,
      step: 9
    )
    #expect(regrown.layers.map(\.id) == ["A0", "A2", "A3"])
    #expect(regrown.born.map(\.id) == ["A0", "A1", "A2", "A3"])
    #expect(regrown.layers[2].parent == "A2")
  }

  @Test func mapForAnotherDepthIsRefused() throws {
    #expect(throws: GrowthError.lineageDepth(lineage: 3, map: 2)) {
      try Lineage(depth: 3).grown(by: .identity(depth: 2), stage: 1, step: 0)
    }
  }

  @Test(arguments: 0..<200)
  func idsAreUniqueAndParentsAreOlder(seed: Int) throws {
    var generator = SeededGenerator(seed: seed)
    var lineage = Lineage(depth: 4, blockSize: Int.random(in: 1...3, using: &generator))
    for stage in 1...5 {
      let map = try randomGrowth(from: lineage.order.count, using: &generator)
      let grown = try lineage.grown(by: map, stage: stage, step: stage * 10)
      #expect(Set(grown.born.map(\.id)).count == grown.born.count)
      #expect(grown.born.starts(with: lineage.born))
      for (layer, isNew) in map.newLayers.enumerated() {
        #expect((grown.layers[layer].stage == stage) == isNew)
        if let source = map.sources[layer] {
          let expected = isNew ? grown.layers[layer].parent : grown.layers[layer].id
          #expect(expected == lineage.layers[source].id)
        }
      }
      let data = try JSONEncoder().encode(grown)
      #expect(try JSONDecoder().decode(Lineage.self, from: data) == grown)
      lineage = grown
    }
  }

  @Test(arguments: [
    (#""order":[0]"#, #""order":[1]"#), (#""order":[0]"#, #""order":[0,0]"#),
    (#""order":[0]"#, #""order":[-1]"#), (#""blockSize":1"#, #""blockSize":0"#),
    (#""unit":0"#, #""unit":9223372036854775807"#),
    (#""stage":0"#, #""stage":0,"parent":"A7""#),
  ])
  func brokenLineageIsRefusedOnReading(good: String, bad: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let text = String(decoding: try encoder.encode(Lineage(depth: 1)), as: UTF8.self)
    #expect(text.contains(good))
    let error = #expect(throws: GrowthError.self) {
      let broken = text.replacingOccurrences(of: good, with: bad)
      _ = try JSONDecoder().decode(Lineage.self, from: Data(broken.utf8))
    }
    #expect(error?.description.hasPrefix("the stored lineage contradicts itself") == true)
  }
}
