import Foundation
import Laboratory
import Reports

extension HalfspaceReport {
  /// The exact risk against OPT, with the slope that it has where the slider stands.
  static func tangents(
    _ reader: LabReader,
    to methods: [Method],
    law: String,
    name: String
  ) -> SliderFigure? {
    let lines = looks.filter { methods.contains($0.method) }.map { look in
      let key = LabKey(by: look.method, law: law, .population)
      return Figure.Curve(
        name: look.name,
        style: look.style,
        line: reader.places(key, over: "optimum")
      )
    }
    let optima = lines[0].line.map(\.x)
    guard optima.count > 1, lines.allSatisfy({ $0.line.map(\.x) == optima }) else {
      return nil
    }
    let figure = Figure(
      title: "The slope at an OPT",
      summary: "R01 against OPT on \(name), both logarithmic, with the tangents at one OPT.",
      horizontal: Figure.Axis("OPT", isLogarithmic: true),
      vertical: Figure.Axis("R01", isLogarithmic: true),
      curves: lines
    )
    let slider = SliderFigure.Slider("OPT", optima, startingAt: optima.last { $0 <= 1e-2 })
    return SliderFigure(figure, over: [slider]) { settings in
      let touching = lines.map { Tangent(to: $0.line, at: settings[0]) }
      return SliderFigure.Cell(
        curves: zip(lines, touching).map { line, tangent in
          Figure.Curve(
            name: "slope \(NumberFormat.fixed(tangent.slope, digits: 2))",
            style: line.style,
            line: tangent.line,
            marks: [tangent.place]
          )
        },
        reading: zip(lines, touching).map { line, tangent in
          "R01 of \(line.name) is \(LabReader.text(tangent.place.y)), "
            + "\(LabReader.text(tangent.place.y / settings[0])) times OPT, with slope "
            + "\(NumberFormat.fixed(tangent.slope, digits: 2))."
        }.joined(separator: " ")
      )
    }
  }

  /// The risk of two phases against the samples, at the OPT where the slider stands.
  static func risks(_ reader: LabReader, _ optima: [Double], _ dimensions: [Int]) -> SliderFigure {
    let figure = Figure(
      title: "Two phases",
      summary:
        "Mean R01 over OPT against the samples of a phase, for \(dimensions.count) dimensions.",
      horizontal: Figure.Axis("samples a phase", isLogarithmic: true),
      vertical: Figure.Axis("R01 / OPT", isLogarithmic: true),
      curves: [],
      levels: [Figure.Level(name: "3 OPT", y: 3)]
    )
    let start = optima.sorted().dropFirst(optima.count / 2).first
    return SliderFigure(figure, over: [SliderFigure.Slider("OPT", optima, startingAt: start)]) {
      settings in
      func key(_ quantity: String, _ dimension: Int) -> LabKey {
        LabKey(quantity, by: .twoPhase, .sampled, optimum: settings[0], dimension: dimension)
      }
      let needed = dimensions.map { dimension in
        let count = reader.record.points.on(key("needed-samples", dimension)).first
        return "\(count.map { "\(Int($0.value))" } ?? "more than tried") in \(dimension)"
      }
      return SliderFigure.Cell(
        curves: dimensions.enumerated().map { index, dimension in
          Figure.Curve(
            name: "d = \(dimension)",
            style: index + 1,
            marks: reader.places(key("risk-ratio", dimension), over: "sampleCount")
          )
        },
        reading: "Samples that a phase needs, by dimension: \(needed.joined(separator: ", "))."
      )
    }
  }
}

/// The power law that touches a curve at one of its places.
private struct Tangent {
  let place: Figure.Place
  /// Through the neighbours of the place.
  let slope: Double
  /// As long as the curve.
  let line: [Figure.Place]

  init(to curve: [Figure.Place], at x: Double) {
    let index = curve.firstIndex { $0.x == x } ?? 0
    let (place, before, after) = (
      curve[index], curve[max(index - 1, 0)], curve[min(index + 1, curve.count - 1)]
    )
    let slope = log(after.y / before.y) / log(after.x / before.x)
    self.place = place
    self.slope = slope
    line = [curve[0].x, curve[curve.count - 1].x].map {
      Figure.Place(x: $0, y: place.y * pow($0 / x, slope))
    }
  }
}
