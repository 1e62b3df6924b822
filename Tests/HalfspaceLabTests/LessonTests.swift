import Foundation
import Laboratory
import Reports
import Statistics
import Testing

@testable import HalfspaceLab

@Suite struct LessonTests {
  /// Two counts of samples in each of two dimensions at each of two OPT values.
  private static let record = HalfspaceLaboratory.record(
    .samples,
    parameters: ["optima": [0.02, 0.01], "dimensions": [2, 5], "counts": [200, 400]],
    seeds: [1, 2],
    points: [0.02, 0.01].flatMap { optimum in
      [2, 5].flatMap { dimension in
        let key = LabKey(
          "risk-ratio",
          by: .twoPhase,
          .sampled,
          optimum: optimum,
          dimension: dimension
        )
        return [200.0, 400].map { count in
          let value = 100 * optimum + Double(dimension) + count / 1000
          return key.at(["sampleCount": count])
            .point(Estimate(value: value, low: value - 0.5, high: value + 0.5))
        }
      }
    }
  )

  @Test(arguments: HalfspaceLaboratory.Experiment.allCases)
  func everySectionHasALessonAndAnOrigin(experiment: HalfspaceLaboratory.Experiment) {
    var record = HalfspaceLaboratory.record(
      experiment,
      parameters: [:],
      seeds: [1, 2, 3],
      points: []
    )
    record.command = "espalier lab halfspaces all"
    let study = HalfspaceLaboratory.study(of: [experiment: record], facts: [])
    #expect(!study.sections.isEmpty)
    for section in study.sections {
      #expect(section.lesson?.question.hasSuffix("?") == true, "\(section.title)")
      #expect(section.lesson?.answer.hasSuffix(".") == true && section.lesson?.see.isEmpty == false)
      #expect(section.origin?.command == record.command && section.origin?.seeds == [1, 2, 3])
    }
  }

  /// What a slider shows is what the record says there, no more and no less.
  @Test func aSlidersGridIsTheRecords() throws {
    let study = HalfspaceLaboratory.study(of: [.samples: Self.record], facts: [])
    let figure = try #require(study.sections.first?.sliderFigures.first)
    #expect(figure.settings == [[0.02], [0.01]] && figure.start == 0)
    for (settings, cell) in zip(figure.settings, figure.cells) {
      let shown = cell.curves.flatMap(\.marks)
      let points = Self.record.points.filter { $0["optimum"] == settings[0] }
      #expect(
        shown
          == points.map {
            Figure.Place(x: $0["sampleCount"], y: $0.value, low: $0.low, high: $0.high)
          }
      )
    }
    // Every one of them stands in the page.
    for point in Self.record.points {
      let note =
        "d = \(Int(point["dimension"])) at \(Int(point["sampleCount"])): \(LabReader.text(point.value))"
      #expect(study.page.components(separatedBy: "<title>\(note) (").count >= 2, "\(note)")
    }
  }

  /// Through points of a power law every tangent has its exponent, at the ends too.
  @Test func tangentsHaveTheSlopeOfTheirCurve() throws {
    let optima = [1e-1, 1e-2, 1e-4, 1e-5]
    let points = optima.flatMap { optimum in
      [
        LabKey(by: .logistic, .population, optimum: optimum).point(3 * pow(optimum, 0.5)),
        LabKey(by: .twoPhase, .population, optimum: optimum).point(2 * optimum),
      ]
    }
    let record = HalfspaceLaboratory.record(.risk, parameters: ["optima": optima], points: points)
    let study = HalfspaceLaboratory.study(of: [.risk: record], facts: [])
    let figure = try #require(study.sections.first?.sliderFigures.first)
    #expect(
      figure.sliders.map(\.values) == [optima.reversed()] && figure.settings[figure.start] == [1e-2]
    )
    for (settings, cell) in zip(figure.settings, figure.cells) {
      #expect(cell.curves.map(\.name) == ["slope 0.50", "slope 1.00"])
      for (curve, exponent) in zip(cell.curves, [0.5, 1]) {
        let mark = try #require(curve.marks.first)
        #expect(mark.x == settings[0])
        for end in curve.line {
          #expect(abs(log(end.y / mark.y) - exponent * log(end.x / mark.x)) < 1e-9)
        }
      }
    }
    // Without exact numbers there is nothing to touch.
    let bare = HalfspaceLaboratory.study(
      of: [.risk: HalfspaceLaboratory.record(.risk, parameters: [:], points: [])],
      facts: []
    )
    #expect(bare.sections.allSatisfy { $0.sliderFigures.isEmpty })
  }
}
