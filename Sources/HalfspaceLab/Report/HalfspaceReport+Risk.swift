import Laboratory
import Reports

extension HalfspaceReport {
  typealias Method = HalfspaceLaboratory.Method

  private static let gaussian = "gaussian-far-quadrant"

  /// Names and colours of the methods.
  static let looks: [(method: Method, name: String, style: Int)] = [
    (.logistic, "logistic", 1), (.twoPhase, "two phases", 3), (.averaging, "averaging", 0),
    (.sigmoid, "sigmoid", 4), (.leastSquares, "least squares", 5), (.supportVectors, "SVM", 2),
  ]

  static func hardRisk(_ reader: LabReader) -> Study.Section {
    let smallest = 1e-7
    func exact(_ method: Method) -> Double {
      reader.record.points.value(LabKey(by: method, .population, optimum: smallest))
    }
    let slopes = reader.counts("dimensions").map { d in
      let logistic = LabKey(by: .logistic, .sampled, dimension: d)
      let second = LabKey(by: .twoPhase, .sampled, dimension: d)
      return "In \(d) dimensions log R01 against log OPT has slope "
        + "\(reader.slope(logistic)) for logistic regression and "
        + "\(reader.slope(second)) for two phases; R01 - OPT of "
        + "logistic regression has \(reader.slope(logistic.of("excess")))."
    }
    return Study.Section(
      title: "A law on which logistic regression fails",
      lesson: Study.Lesson(
        question:
          "OPT falls by a factor of 16, from 4 % to a quarter of a percent. By which factor does the "
          + "risk of logistic regression fall?",
        answer:
          "By less than 7, from 0.116 to 0.0174: beside OPT itself it errs with probability 0.27·√OPT, "
          + "and √16 is 4. A second phase falls by more than 18, from 0.0984 to 0.0053.",
        see:
          "To the left the line of logistic regression falls half as steeply as OPT does; that of two "
          + "phases falls as steeply, at about twice its height."
      ),
      claim:
        "Ji et al. (ICML 2022): there is a well-behaved law on which the global minimiser of the "
        + "logistic risk has R01 = Ω(√OPT), while a second phase, hinge descent from its direction, reaches "
        + "O(OPT ln(1/OPT)). For this law the constants follow by expansion: |w*|·√OPT tends to 1.512, "
        + "R01/√OPT to 0.2691, and R01/OPT of two phases to 1 + 3/(2√2) = 2.061.",
      findings: [
        "At OPT = 1e-7 quadrature gives R01/√OPT = "
          + "\(LabReader.text(exact(.logistic) / smallest.squareRoot())) and, for two phases, R01/OPT = "
          + "\(LabReader.text(exact(.twoPhase) / smallest)).",
        "From 3e-3 to 1e-5 the exact R01 - OPT of logistic regression has slope "
          + "\(reader.slope(LabKey("excess", by: .logistic, .population))); at sampled OPT "
          + "the raw slope is nearer 0.7 than 1/2, because OPT itself is part of R01.",
      ] + slopes,
      figures: figures(reader, law: "hard", name: "the hard law"),
      sliderFigures: [
        tangents(reader, to: [.logistic, .twoPhase], law: "hard", name: "the hard law")
      ]
      .compactMap(\.self),
      tables: tables(reader, law: "hard")
    )
  }

  static func gaussianRisk(_ reader: LabReader) -> Study.Section {
    let slopes = reader.counts("dimensions").map { d in
      let logistic = LabKey(by: .logistic, law: gaussian, .sampled, dimension: d)
      return "In \(d) dimensions logistic regression has slope \(reader.slope(logistic))."
    }
    return Study.Section(
      title: "A law on which it does not",
      lesson: Study.Lesson(
        question:
          "Now the points are normal, and labels are wrong far out in two quadrants. Does logistic "
          + "regression still fall behind as OPT shrinks?",
        answer:
          "No. The density does not change with the angle, so nothing turns the minimiser but the wrong "
          + "labels themselves, and its risk stays near OPT, up to a factor √ln(1/OPT).",
        see:
          "The lines are next to parallel now: what the methods differ by is a factor, not a slope."
      ),
      claim:
        "Ji et al.: if the density changes slowly with the angle (radially Lipschitz, as for normal "
        + "points), projected gradient descent on the logistic loss reaches Õ(OPT). With labels flipped far "
        + "out in two quadrants the direction is known exactly, and the slope from OPT 4e-2 to 1e-6 is 0.957; "
        + "the rest to 1 is the factor √ln(1/OPT).",
      findings: slopes,
      figures: figures(reader, law: gaussian, name: "normal points"),
      sliderFigures: [tangents(reader, to: [.logistic], law: gaussian, name: "normal points")]
        .compactMap(\.self),
      tables: tables(reader, law: gaussian)
    )
  }

  static func controls(_ reader: LabReader) -> Study.Section {
    let optima = HalfspaceLaboratory.controlOptima
    func angle(_ law: String, _ optimum: Double) -> Double {
      reader.record.points.value(
        LabKey("angle", by: .logistic, law: law, .population, optimum: optimum)
      )
    }
    func risk(_ optimum: Double) -> Double {
      reader.record.points.value(LabKey(by: .marginHinge, .population, optimum: optimum))
    }
    return Study.Section(
      title: "Controls that have to fail",
      lesson: Study.Lesson(
        question:
          "Two thin rectangles beside the boundary turn logistic regression away. What happens when "
          + "they are mirrored, and what when they are left out?",
        answer:
          "Mirrored they turn it the other way, by nearly as much. Left out, the angle is of order OPT and "
          + "no longer of order √OPT, so the failure is gone with them.",
        see:
          "Going down, the first two columns come to rest, so each is divided by the right power of OPT; the "
          + "last one grows, where the hinge without a margin tends to 2.06."
      ),
      claim:
        "The effect comes from the two thin rectangles beside the boundary, and the cure from a hinge "
        + "without a margin. Mirrored rectangles turn the minimiser the other way; without them its angle is "
        + "of order OPT, tending to 3π/(2√2) = 3.33 OPT; with max(1 - u, 0) the second phase does not come "
        + "near 2.06 OPT.",
      findings: [
        "All three fail to show the effect, as they should: at OPT = 1e-4 the mirrored law turns the minimiser "
          + "by \(LabReader.text(angle("hard-downward", 1e-4) / 1e-2))·√OPT, the law without rectangles by "
          + "\(LabReader.text(angle("hard-absent", 1e-4) / 1e-4))·OPT, and the margin hinge ends at "
          + "\(LabReader.text(risk(1e-4) / 1e-4))·OPT."
      ],
      tables: [
        Study.Table(
          caption: "Exact, by quadrature.",
          heads: ["OPT", "mirrored: θ*/√OPT", "without: θ*/OPT", "margin hinge: R01/OPT"],
          rows: optima.map { optimum in
            [
              LabReader.text(optimum),
              LabReader.text(angle("hard-downward", optimum) / optimum.squareRoot()),
              LabReader.text(angle("hard-absent", optimum) / optimum),
              LabReader.text(risk(optimum) / optimum),
            ]
          }
        )
      ]
    )
  }

  /// The risk, and what it is above OPT, against OPT.
  private static func figures(_ reader: LabReader, law: String, name: String) -> [Figure] {
    let dimension = reader.counts("dimensions").max()
    let range = (reader.parameter("optima").min() ?? 0) / 3
    func figure(_ title: String, isExcess: Bool) -> Figure {
      let curves = looks.compactMap { look -> Figure.Curve? in
        func places(_ source: LabKey.Source, _ dimension: Int?) -> [Figure.Place] {
          let key = LabKey(by: look.method, law: law, source, dimension: dimension)
          return reader.places(key, over: "optimum").filter { $0.x >= range }.map {
            isExcess ? $0.lowered(by: $0.x) : $0
          }
        }
        // The sigmoid's exact excess on normal points is next to nothing, and would stretch the axis.
        let line = places(.population, nil).filter { $0.y > $0.x / 50 }
        return Figure.Curve(
          name: look.name,
          style: look.style,
          line: line,
          marks: places(.sampled, dimension)
        )
      }
      return Figure(
        title: title,
        summary: "\(title) on \(name) against OPT, both logarithmic, for \(curves.count) methods.",
        horizontal: Figure.Axis("OPT", isLogarithmic: true),
        vertical: Figure.Axis(isExcess ? "R01 - OPT" : "R01", isLogarithmic: true),
        curves: curves
      )
    }
    let size = dimension.map { " (marks: d = \($0))" } ?? ""
    return [
      figure("Risk\(size)", isExcess: false), figure("Risk above OPT\(size)", isExcess: true),
    ]
  }

  /// The two methods of the theorem in every dimension, and all others in the largest.
  private static func tables(_ reader: LabReader, law: String) -> [Study.Table] {
    let dimensions = reader.counts("dimensions")
    func cell(
      _ method: Method,
      _ optimum: Double,
      _ source: LabKey.Source,
      _ dimension: Int? = nil
    ) -> String {
      reader.text(LabKey(by: method, law: law, source, optimum: optimum, dimension: dimension))
    }
    func rows(_ cells: (Double) -> [String]) -> [[String]] {
      reader.parameter("optima").map { [LabReader.text($0)] + cells($0) }
    }
    let main = looks.prefix(2)
    let others = looks.dropFirst(2)
    return [
      Study.Table(
        caption: "R01 with 95 % intervals over \(reader.record.seeds.count) seeds, "
          + "\(reader.counts("sampleCount").first ?? 0) samples a phase.",
        heads: ["OPT"]
          + main.flatMap { look in
            ["\(look.name), exact"] + dimensions.map { "d = \($0)" }
          },
        rows: rows { optimum in
          main.flatMap { look in
            [cell(look.method, optimum, .population)]
              + dimensions.map { cell(look.method, optimum, .sampled, $0) }
          }
        }
      ),
      Study.Table(
        caption: "The other methods, d = \(dimensions.max() ?? 0).",
        heads: ["OPT"] + others.map(\.name),
        rows: rows { optimum in
          others.map { cell($0.method, optimum, .sampled, dimensions.max()) }
        }
      ),
    ]
  }
}

extension Figure.Place {
  /// The place so much further down.
  fileprivate func lowered(by height: Double) -> Figure.Place {
    Figure.Place(
      x: x,
      y: y - height,
      low: low.map { $0 - height },
      high: high.map { $0 - height }
    )
  }
}
