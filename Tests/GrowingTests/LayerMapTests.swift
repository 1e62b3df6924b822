import Foundation
import Growing
import Testing

@Suite struct LayerMapTests {
  @Test func firstOccurrencesSurviveAndTheRestIsNew() throws {
    let map = try LayerMap(
      sourceDepth: 3,
      origins: [.copy(of: 0), .fresh, .copy(of: 1), .copy(of: 0), .copy(of: 2), .copy(of: 2)]
    )
    #expect(map.newLayers == [false, true, false, true, false, true])
    #expect(map.description == "[0 * 1 0 2 2]")
  }

  @Test func copyOfAMissingLayerIsRefused() {
    #expect(throws: GrowthError.originOutOfRange(layer: 1, source: 2, sourceDepth: 2)) {
      try LayerMap(copying: [0, 2], sourceDepth: 2)
    }
    #expect(throws: GrowthError.originOutOfRange(layer: 0, source: -1, sourceDepth: 2)) {
      try LayerMap(copying: [-1], sourceDepth: 2)
    }
    #expect(throws: GrowthError.negativeDepth(-1)) {
      try LayerMap(copying: [], sourceDepth: -1)
    }
  }

  @Test func compositionFollowsBothMaps() throws {
    let first = try LayerMap(sourceDepth: 2, origins: [.copy(of: 1), .fresh, .copy(of: 0)])
    let second = try LayerMap(sourceDepth: 3, origins: [.copy(of: 0), .copy(of: 1), .fresh])
    let both = try first.composed(with: second)
    #expect(both.origins == [.copy(of: 1), .fresh, .fresh])
    #expect(both.sourceDepth == 2)
    #expect(throws: GrowthError.depthsDoNotMeet(first: 3, next: 2)) {
      try first.composed(with: first)
    }
  }

  @Test func mapThatLosesLayersHasNoInverse() throws {
    let map = try LayerMap(copying: [1, 1], sourceDepth: 3)
    #expect(throws: GrowthError.notInvertible(lostLayers: [0, 2])) { try map.inverse() }
  }

  @Test func emptyNetworkGrowsOnlyFreshLayers() throws {
    let map = try LayerMap(sourceDepth: 0, origins: [.fresh, .fresh])
    #expect(map.newLayers == [true, true])
    #expect(try map.inverse().depth == 0)
    #expect(try map.composed(with: map.inverse()) == .identity(depth: 0))
  }

  @Test(arguments: 0..<300)
  func growthFollowedByItsInverseIsTheIdentity(seed: Int) throws {
    var generator = SeededGenerator(seed: seed)
    let depth = Int.random(in: 0...9, using: &generator)
    let map = try randomGrowth(from: depth, using: &generator)
    #expect(try map.composed(with: map.inverse()) == .identity(depth: depth))
    #expect(map.newLayers.count { !$0 } == depth)
    #expect(try map.inverse().newLayers.allSatisfy { !$0 })
  }

  @Test(arguments: 0..<300)
  func compositionIsAssociativeAndHasAUnit(seed: Int) throws {
    var generator = SeededGenerator(seed: seed)
    let first = try randomMap(from: 4, using: &generator)
    let second = try randomMap(from: first.depth, using: &generator)
    let third = try randomMap(from: second.depth, using: &generator)
    let left = try first.composed(with: second).composed(with: third)
    let right = try first.composed(with: second.composed(with: third))
    #expect(left == right)
    #expect(try first.composed(with: .identity(depth: first.depth)) == first)
    #expect(try LayerMap.identity(depth: 4).composed(with: first) == first)
  }

  @Test func storedFormIsStable() throws {
    let map = try LayerMap(sourceDepth: 2, origins: [.copy(of: 0), .copy(of: 1), .fresh])
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let text = String(decoding: try encoder.encode(map), as: UTF8.self)
    #expect(text == #"{"origins":[0,1,null],"sourceDepth":2}"#)
    #expect(try JSONDecoder().decode(LayerMap.self, from: Data(text.utf8)) == map)
  }

  @Test func storedMapIsCheckedOnReading() {
    let text = #"{"origins":[0,2],"sourceDepth":2}"#
    #expect(throws: GrowthError.originOutOfRange(layer: 1, source: 2, sourceDepth: 2)) {
      try JSONDecoder().decode(LayerMap.self, from: Data(text.utf8))
    }
  }
}
