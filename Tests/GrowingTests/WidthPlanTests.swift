import Foundation
import Testing

@testable import Growing

/// Growth in width inside a plan.
@Suite struct WidthPlanTests {
  private static let final = ModelSizes(width: 64, headCount: 4, feedForwardWidth: 176)

  private func plan(
    _ text: String,
    first: ModelSizes = ModelSizes(width: 32, headCount: 2, feedForwardWidth: 88),
    final: ModelSizes = Self.final,
    depth: Int = 4,
    firstDepth: Int = 2,
    learningRate: GrowthLearningRate = .global
  ) throws(GrowthError) -> GrowthPlan {
    try GrowthMethod.sequence(parsing: text).plan(
      GrowthSettings(
        finalDepth: depth,
        blockSize: 2,
        totalSteps: 100,
        learningRate: learningRate,
        firstDepth: firstDepth,
        firstSizes: first,
        finalSizes: final,
        fill: .pad
      )
    )
  }

  @Test func aSequenceGrowsInDepthAndInWidth() throws {
    let plan = try plan("midas width:48+feed-forward:100 heads:3 widen")
    #expect(plan.stages.map(\.depth) == [2, 4, 4, 4, 4])
    #expect(
      plan.stages.map { plan.sizes(inStage: $0.index)?.description } == [
        "width 32, headCount 2, feedForwardWidth 88", "width 32, headCount 2, feedForwardWidth 88",
        "width 48, headCount 2, feedForwardWidth 100",
        "width 48, headCount 3, feedForwardWidth 100",
        "width 64, headCount 4, feedForwardWidth 176",
      ]
    )
    #expect(plan.growths[0].widening == nil)
    #expect(plan.growths[1].map == .identity(depth: 4))
    #expect(plan.growths.map(\.changesLayers) == [true, false, false, false])
    #expect(plan.finalLineage.unitNames == ["A0", "A1"])
  }

  @Test func layersAndWidthGrowAtOnce() throws {
    let plan = try plan("midas+widen")
    #expect(plan.stages.map(\.depth) == [2, 4])
    #expect(plan.sizes(inStage: 1) == Self.final)
    #expect(plan.growths[0].map.description == "[0 1 0 1]")
    #expect(plan.growths[0].changesLayers)
    // Another way to grow in its place takes the width over.
    let other = try GrowthOperator.named("gradstack")
      .step(inPlaceOf: plan.growths[0], blockSize: 2, options: GrowthOptions())
    #expect(other.widening == plan.growths[0].widening)
    #expect(other.widening != nil)
  }

  @Test func theWidthMayGrowAtFullDepth() throws {
    let plan = try plan("width:40 widen", depth: 2)
    #expect(plan.stages.map(\.depth) == [2, 2, 2])
    #expect(plan.sizes(inStage: 1)?.width == 40)
  }

  @Test func tiedLayersGrowInWidth() throws {
    let plan = try plan("loop-unroll widen untie")
    #expect(plan.growths.map(\.layerOrder) == [[0, 1, 0, 1], [0, 1, 0, 1], nil])
    #expect((0..<4).map(plan.storedLayers) == [2, 2, 2, 4])
  }

  /// Policies that tell new layers from old have nothing to tell apart in a growth in width.
  @Test func noLayerIsNewToAGrowthInWidth() throws {
    let boost = GrowthLearningRate.boost(factor: 3, steps: 4)
    let boosted = try plan("midas widen midas", depth: 6, learningRate: boost)
    #expect(boosted.growths.map(\.learningRate) == [boost, .global, boost])
    let rewarmed = try plan("midas widen", learningRate: .rewarm(steps: 3))
    #expect(rewarmed.growths.map(\.learningRate) == [.rewarm(steps: 3), .rewarm(steps: 3)])
  }

  @Test func aPlanReadsBackAndKeepsItsWidthsWhenItChanges() throws {
    let plan = try plan("midas widen")
    let data = try JSONEncoder().encode(plan)
    #expect(try JSONDecoder().decode(GrowthPlan.self, from: data) == plan)
    let earlier = try plan.endingStage(1, before: 20)
    #expect((0..<3).map(earlier.sizes) == (0..<3).map(plan.sizes))
    let replaced = try plan.replacingGrowth(
      0,
      with: GrowthOperator.interleave.step(fromDepth: 2, blockSize: 2)
    )
    #expect((0..<3).map(replaced.sizes) == (0..<3).map(plan.sizes))
    // A plan that does not grow in width is stored as it always was.
    let deep = try GrowthMethod(.midas).plan(
      GrowthSettings(finalDepth: 4, blockSize: 2, totalSteps: 10, finalSizes: Self.final)
    )
    let text = String(decoding: try JSONEncoder().encode(deep), as: UTF8.self)
    #expect(!text.contains("widening") && !text.contains("firstSizes"))
    // One without its first sizes contradicts itself.
    let broken = String(decoding: data, as: UTF8.self).replacing("firstSizes", with: "lost")
    #expect(throws: GrowthError.firstSizesNeeded) {
      try JSONDecoder().decode(GrowthPlan.self, from: Data(broken.utf8))
    }
  }

  @Test(arguments: [
    ("midas", "put `widen` at the end"),
    ("midas width:64", "the growths end with width 64, headCount 2, feedForwardWidth 88, but"),
    ("midas width:72 widen", "width can only grow from 72; got 64"),
    ("midas width:24 widen", "width can only grow from 32; got 24"),
    ("midas width:32 widen", "it leads to width 32, which are there already"),
    ("midas widen widen", "a growth in width needs smaller sizes before it"),
    ("midas width", "there is no growing method \"width\""),
    ("midas width: widen", "got \"width:\""),
    ("midas width:-3 widen", "got \"width:-3\""),
    ("midas width:0 widen", "got \"width:0\""),
    ("midas width:40+width:48 widen", "got \"width:48\""),
    ("midas depth:40 widen", "got \"depth:40\""),
    ("midas widen+width:40", "got \"widen+width:40\""),
    ("midas+gradstack widen", "there is no growing method \"midas+gradstack\""),
    ("+ widen", "there is no growing method \"\""),
    ("midas width:99999999999999999999 widen", "got \"width:99999999999999999999\""),
  ])
  func whatDoesNotFitIsRefused(text: String, part: String) throws {
    let error = #expect(throws: GrowthError.self) { try plan(text) }
    #expect(error?.description.contains(part) == true, "\(error.map(\.description) ?? "")")
  }

  @Test func vocabularyAndContextStayDuringARun() throws {
    let plan = try plan("midas widen")
    var growths = plan.growths
    growths[1] = growths[1].widened(by: Widening(to: ModelSizes(vocabularySize: 9), fill: .pad))
    #expect(throws: GrowthError.onlyWidthGrows(sizes: "vocabularySize 9")) {
      try GrowthPlan(
        method: "m",
        blockSize: 2,
        stages: plan.stages,
        growths: growths,
        firstSizes: plan.firstSizes
      )
    }
  }
}
