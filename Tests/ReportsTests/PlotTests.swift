import Foundation
import Runs
import Testing

@testable import Reports

@Suite struct ScaleTests {
  static let ranges: [(Double, Double)] = [
    (0, 1), (0, 400), (0, 15.7), (2.9, 3.1), (-5, 5), (-0.003, -0.001), (1e-12, 3e-12), (0, 1e15),
    (3, 3), (0, 0), (5, 4), (1e9, 1e9 + 1), (0, 1e308),
    (.leastNonzeroMagnitude, .leastNormalMagnitude), (-1e308, 1e308),
    (.nan, 1), (0, .infinity),
  ]

  @Test(arguments: ranges.indices, [2, 3, 5, 8, 20])
  func linearTicksAreFewRisingAndInside(index: Int, count: Int) {
    let (lower, upper) = Self.ranges[index]
    let scale = Scale.linear(from: lower, to: upper, atMost: count)
    let values = scale.ticks.map(\.value)
    #expect(scale.lower < scale.upper)
    #expect(values.count <= max(2, count))
    #expect(zip(values, values.dropFirst()).allSatisfy { $0 < $1 })
    let slack = (scale.upper - scale.lower) * 1e-6
    #expect(values.allSatisfy { $0 >= scale.lower - slack && $0 <= scale.upper + slack })
    #expect(Set(scale.ticks.map(\.label)).count == values.count)
    if count >= 5 { #expect(values.count >= 2) }
  }

  /// A random range, drawn by a small generator with a fixed seed.
  @Test func linearTicksAreMultiplesOfOneTwoOrFive() {
    var state: UInt64 = 42
    func next() -> Double {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Double(state >> 11) * 0x1p-53
    }
    for _ in 0..<500 {
      let lower = (next() - 0.5) * pow(10, next() * 8 - 4)
      let upper = lower + (0.1 + next()) * pow(10, next() * 8 - 4)
      let ticks = Scale.linear(from: lower, to: upper, atMost: 6).ticks.map(\.value)
      guard ticks.count >= 2 else { continue }
      let step = ticks[1] - ticks[0]
      let mantissa = step / pow(10, log10(step * 1.000_001).rounded(.down))
      #expect([1, 2, 5].contains { abs(mantissa - $0) < 1e-3 }, "\(lower) to \(upper): \(ticks)")
    }
  }

  @Test(arguments: [
    (2.0, 9.0), (3, 7.5), (0.1, 1000), (1e-6, 1e9), (3.1, 6.9), (1, 2.01), (1e-30, 1e30),
  ])
  func logarithmicTicksKeepTheirDistance(lower: Double, upper: Double) {
    let scale = Scale.logarithmic(from: lower, to: upper, apart: 0.09)
    let positions = scale.ticks.map { scale.position(of: $0.value) }
    #expect(positions.count >= 2)
    #expect(positions.count <= 12 || upper / lower > 1e12)
    #expect(positions.allSatisfy { (-1e-9...1 + 1e-9).contains($0) })
    if upper / lower < 1e10 {
      #expect(zip(positions, positions.dropFirst()).allSatisfy { $1 - $0 >= 0.05 })
    }
  }

  /// Where every power of ten does not fit, every other one is named, or every third.
  @Test(arguments: [(0.2, ["1e-08", "0.000001", "0.0001", "0.01"]), (0.4, ["0.000001", "0.001"])])
  func manyPowersOfTenAreNamedInSteps(apart: Double, labels: [String]) {
    let scale = Scale.logarithmic(from: 1e-8, to: 0.1, apart: apart)
    #expect(scale.ticks.map(\.label) == labels)
  }

  @Test func endsOfAScaleAreItsEnds() {
    for scale in [
      Scale.linear(from: 2, to: 8, atMost: 5), Scale.logarithmic(from: 2, to: 8, apart: 0.1),
    ] {
      #expect(scale.position(of: 2) == 0)
      #expect(scale.position(of: 8) == 1)
    }
    #expect(isClose(Scale.logarithmic(from: 2, to: 8, apart: 0.1).position(of: 4), 0.5))
    #expect(Scale.linear(from: 2, to: 8, atMost: 5).position(of: 5) == 0.5)
  }
}

@Suite struct CountScaleTests {
  /// The first count and the last are named, and no two names touch.
  @Test func countsAreNamedWhereThereIsRoom() {
    let scale = Scale.counts([0, 1, 2, 3, 7, 15, 31, 61, 63], apart: 0.2)
    #expect(scale.ticks.map(\.label) == ["0", "2", "7", "63"])
    #expect(scale.position(of: 0) == 0 && scale.position(of: 63) == 1)
    #expect(isClose(scale.position(of: 7), 0.5))
    #expect(Scale.counts([], apart: 0.2).ticks.isEmpty)
  }
}

@Suite struct LineChartTests {
  @Test func namesKeepTheirDistanceAndMoveLittle() {
    #expect(ChartAxes.spread([], apart: 10, within: 0...100) == [])
    #expect(ChartAxes.spread([50], apart: 10, within: 0...100) == [50])
    #expect(ChartAxes.spread([20, 80], apart: 10, within: 0...100) == [20, 80])
    #expect(ChartAxes.spread([50, 50], apart: 10, within: 0...100) == [45, 55])
    #expect(ChartAxes.spread([49, 50, 51], apart: 10, within: 0...100) == [40, 50, 60])
    #expect(ChartAxes.spread([99, 100], apart: 10, within: 0...100) == [90, 100])
    #expect(ChartAxes.spread([0, 1], apart: 10, within: 0...100) == [0, 10])
    #expect(ChartAxes.spread([10, 50, 50, 90], apart: 10, within: 0...100) == [10, 45, 55, 90])
  }

  @Test func thinningKeepsTheExtremesAndTheEnds() {
    var points = (0..<5000).map { LineChart.Point(x: Double($0), y: sin(Double($0) / 300)) }
    points[1234].y = 40
    points[4321].y = -40
    let thinned = LineChart.thinned(points, to: 200)
    #expect(thinned.count <= 202)
    #expect(thinned.contains(points[1234]))
    #expect(thinned.contains(points[4321]))
    #expect(thinned.last == points.last)
    #expect(zip(thinned, thinned.dropFirst()).allSatisfy { $0.x < $1.x })
  }

  @Test func thinningKeepsAGap() {
    var points = (0..<5000).map { LineChart.Point(x: Double($0), y: 1) }
    points[2500].y = .nan
    #expect(LineChart.thinned(points, to: 200).contains { $0.y.isNaN })
  }

  @Test func stagesLieWhereTheRunGrew() throws {
    let run = madeUpRun(
      metrics: [
        measurement(step: 5, loss: 5), measurement(step: 10, loss: 4),
        measurement(step: 20, loss: 3, stage: 1),
      ],
      stages: [
        PlanRecord.Stage(stage: 0, layers: 1, firstStep: 0, stepCount: 10),
        PlanRecord.Stage(stage: 1, layers: 2, firstStep: 10, stepCount: 50),
        PlanRecord.Stage(stage: 2, layers: 3, firstStep: 60, stepCount: 40),
      ]
    )
    let steps = try #require(LineChart([run], against: .steps).stages.first)
    // The third stage was never reached.
    #expect(
      steps.spans == [
        LineChart.Stages.Span(from: 0, to: 10, layers: 1),
        LineChart.Stages.Span(from: 10, to: 20, layers: 2),
      ]
    )
    let flops = try #require(LineChart([run], against: .flops).stages.first)
    #expect(flops.spans.map(\.from) == [0, 100])
  }

  @Test func axesAreInUnitsThatFit() {
    func title(flopsPerStep: Double, _ axis: Axis) -> String {
      let records = [measurement(step: 100, loss: 3, flopsPerStep: flopsPerStep)]
      return LineChart([madeUpRun(metrics: records)], against: axis).xTitle
    }
    #expect(title(flopsPerStep: 1, .flops) == "Training compute, FLOP")
    #expect(title(flopsPerStep: 1e10, .flops) == "Training compute, teraFLOP")
    #expect(title(flopsPerStep: 1, .seconds) == "Training time, seconds")
    #expect(title(flopsPerStep: 100, .seconds) == "Training time, minutes")
    #expect(title(flopsPerStep: 1000, .seconds) == "Training time, hours")
    #expect(title(flopsPerStep: 1, .steps) == "Optimiser steps")
  }
}

@Suite struct LineageDrawingTests {
  /// MIDAS with six blocks of one layer: each stage copies the middle block.
  ///
  /// Source: Saunshi and others 2024, section 3.
  @Test func midasNamesComeOutStageByStage() throws {
    let maps: [[Int?]] = [
      [0, 0], [0, 0, 1], [0, 1, 1, 2], [0, 1, 1, 2, 3], [0, 1, 2, 2, 3, 4],
    ]
    let stages = (0..<6).map {
      PlanRecord.Stage(stage: $0, layers: $0 + 1, firstStep: $0 * 10, stepCount: 10)
    }
    let lineage = [
      ("A0", nil, 0), ("A2", "A0", 2), ("A4", "A2", 4), ("A5", "A4", 5), ("A3", "A2", 3),
      ("A1", "A0", 1),
    ].map { LineageRecord(id: $0, parent: $1, stage: $2) }
    let run = madeUpRun(
      method: "midas",
      steps: 60,
      stages: stages,
      growths: maps.enumerated().map {
        PlanRecord.Growth(afterStep: ($0 + 1) * 10, origins: $1, optimizerState: "copy")
      },
      lineage: lineage
    )
    let drawing = try #require(LineageDrawing(run.record))
    #expect(
      drawing.columns.map { $0.map(\.name) } == [
        ["A0"], ["A0", "A1"], ["A0", "A2", "A1"], ["A0", "A2", "A3", "A1"],
        ["A0", "A2", "A4", "A3", "A1"], ["A0", "A2", "A4", "A5", "A3", "A1"],
      ]
    )
    // In each stage one layer is a copy and the others were there before.
    for column in drawing.columns.dropFirst() {
      #expect(column.filter { !$0.isKept }.count == 1)
    }
  }

  /// Two layers run twice, then untied: a tied layer stands as often as it runs, under one name.
  @Test func tiedLayersAreDrawnAsOftenAsTheyRun() throws {
    let run = madeUpRun(
      method: "sequence",
      steps: 30,
      stages: [2, 4, 4].enumerated().map {
        PlanRecord.Stage(stage: $0, layers: $1, firstStep: $0 * 10, stepCount: 10)
      },
      growths: [
        PlanRecord.Growth(
          afterStep: 10,
          origins: [0, 1],
          optimizerState: "copy",
          layerOrder: [0, 1, 0, 1]
        ),
        PlanRecord.Growth(afterStep: 20, origins: [0, 1, 0, 1], optimizerState: "copy"),
      ],
      lineage: [("A0", nil, 0), ("A1", nil, 0), ("A2", "A0", 2), ("A3", "A1", 2)]
        .map { LineageRecord(id: $0, parent: $1, stage: $2) }
    )
    let drawing = try #require(LineageDrawing(run.record))
    #expect(
      drawing.columns.map { $0.map(\.name) } == [
        ["A0", "A1"], ["A0", "A1", "A0", "A1"], ["A0", "A1", "A2", "A3"],
      ]
    )
    #expect(drawing.columns[1].map(\.origin) == [0, 1, 0, 1])
    #expect(drawing.columns[2].map(\.isKept) == [true, true, false, false])
  }

  @Test func aRunWithoutGrowthHasNoDrawing() {
    #expect(LineageDrawing(madeUpRun().record) == nil)
  }

  @Test func plansThatContradictThemselvesAreNotDrawn() {
    func drawing(origins: [Int?], layers: Int) -> LineageDrawing? {
      LineageDrawing(
        madeUpRun(
          stages: [
            PlanRecord.Stage(stage: 0, layers: layers, firstStep: 0, stepCount: 10),
            PlanRecord.Stage(stage: 1, layers: 2, firstStep: 10, stepCount: 10),
          ],
          growths: [PlanRecord.Growth(afterStep: 10, origins: origins, optimizerState: "copy")]
        ).record
      )
    }
    #expect(drawing(origins: [0, 0], layers: 1) != nil)
    #expect(drawing(origins: [0, 1], layers: 1) == nil)
    #expect(drawing(origins: [0, -1], layers: 1) == nil)
    #expect(drawing(origins: [0], layers: 1) == nil)
    #expect(drawing(origins: [nil, nil], layers: 0) != nil)
    #expect(drawing(origins: [nil, nil], layers: -1) == nil)
  }
}
