import Foundation
import Laboratory
import Reports

extension LabSection {
  static let metric = LabSection(rawValue: "metric")
  static let limits = LabSection(rawValue: "limits")
}

extension ImplicitBiasLaboratory {
  static var metricSections: KeyValuePairs<LabSection, (LabReader) -> Study.Section> {
    [
      .metric: MetricReport.geometry, .limits: MetricReport.limits, .growth: GrownMetric.section,
    ]
  }
}

/// The sections about parametrizations.
enum MetricReport {
  /// A cell for each quantity of each parametrization.
  private static func rows(
    _ reader: LabReader,
    _ cells: (MetricCase, (String) -> LabKey) -> [String]
  ) -> [[String]] {
    MetricCase.all.map { entry in
      let name = entry.parametrization.name
      return [name] + cells(entry) { LabKey($0, labels: ["parametrization": name]) }
    }
  }

  static func geometry(_ reader: LabReader) -> Study.Section {
    let rows = rows(reader) { entry, key in
      let found = reader.record.points.on(key("potential")).first?.key.labels["found"] ?? ""
      return [
        found, entry.kept?.formula ?? NumberText.unknown,
        reader.text(key("kept-count")),
      ]
        + ["formula-residual", "asymmetry", "commutator", "change-of-kept"].map {
          NumberText.brief(reader.record.points.value(key($0)))
        }
    }
    let shown = ["u²", "exp u", "u₊² - u₋²", "u v"]
    let curves = shown.enumerated().compactMap { index, name -> Figure.Curve? in
      guard let entry = MetricCase.all.first(where: { $0.parametrization.name == name }),
        let formula = entry.inverseMetric
      else { return nil }
      let marks = reader.places(
        LabKey("speed", labels: ["parametrization": name]),
        over: "weight"
      )
      let (least, most) = (marks.map(\.x).min() ?? 0, marks.map(\.x).max() ?? 1)
      let line = (0...40).map { least + (most - least) * Double($0) / 40 }
      return Figure.Curve(
        name: name,
        style: [0, 1, 3, 4][index],
        line: line.map { Figure.Place(x: $0, y: formula($0)) },
        marks: marks
      )
    }
    return Study.Section(
      title: "What metric parameters make",
      lesson: Study.Lesson(
        question:
          "Weights u₁u₂ and u₂² share a parameter, as the weights of A u² do. Does descent on u follow a potential of w in both cases, in one, in none?",
        answer:
          "In one: with A u² it does, entropy in other coordinates. With (u₁u₂, u₂², u₃²) no potential has this metric, and where descent ends depends on its way.",
        see:
          "The columns of asymmetry and commutator: 0 to rounding in all rows but the last."
      ),
      claim:
        "Descent on u moves w = F(u) as w' = -J Jᵀ∇L. With ρ = (J Jᵀ)⁻¹ this is mirror flow if ρ = ∇²ψ, that is if ∂ₖρᵢⱼ = ∂ᵢρₖⱼ; "
        + "it is enough that gradients commute, ∇²Fᵢ∇Fⱼ = ∇²Fⱼ∇Fᵢ (Li, Wang, Lee and Arora 2022). Functions c with J∇c = 0 are kept.",
      findings: [
        "All from the Swift functions by differentiating them twice, at 20 places that descent can reach; residuals are relative.",
        "The potential is found by its second derivative along what descent can reach from the start.",
      ],
      figures: [
        Figure(
          title: "Speed of a weight, 1/ρ",
          summary: "J Jᵀ of one weight against the weight, by differentiation and by formula.",
          horizontal: Figure.Axis("w"),
          vertical: Figure.Axis("J Jᵀ"),
          curves: curves
        )
      ],
      sliderFigures: [speeds],
      tables: [
        Study.Table(
          caption:
            "What each parametrization follows and keeps, and residuals of the metric's formula, of its symmetry, of commuting and of what is kept.",
          heads: [
            "F", "potential", "kept", "how many", "formula", "asymmetry", "commutator", "J∇c",
          ],
          rows: rows
        )
      ]
    )
  }

  /// Speeds of a weight by formula, at the scale where the slider stands.
  private static var speeds: SliderFigure {
    let grid = (-40...40).map { Double($0) / 20 }
    let figure = Figure(
      title: "u₊² - u₋² from a start of scale α",
      summary: "The speed of a weight against the weight.",
      horizontal: Figure.Axis("w"),
      vertical: Figure.Axis("J Jᵀ"),
      curves: [
        Figure.Curve(
          name: "4|w|",
          style: 0,
          line: grid.map { Figure.Place(x: $0, y: 4 * abs($0)) }
        )
      ]
    )
    let slider = SliderFigure.Slider("α", [0.03, 0.1, 0.3, 0.6, 1], startingAt: 0.6)
    return SliderFigure(figure, over: [slider]) { settings in
      let scale = 2 * settings[0] * settings[0]
      return SliderFigure.Cell(
        curves: [
          Figure.Curve(
            name: "4√(w² + 4α⁴)",
            style: 1,
            line: grid.map { Figure.Place(x: $0, y: 4 * ($0 * $0 + scale * scale).squareRoot()) }
          )
        ],
        reading:
          "A weight of 1 is \(LabReader.text((1 + 1 / (scale * scale)).squareRoot())) times as fast as one of 0: "
          + (settings[0] < 0.2
            ? "large weights run away, fits are sparse." : "all move alike, nearly.")
      )
    }
  }

  static func limits(_ reader: LabReader) -> Study.Section {
    let rows = rows(reader) { _, key in
      MetricStudy.steps.map { step in
        reader.text(key("limit-distance").at(["step": step]))
      } + [reader.text(key("extrapolated-distance"))]
        + MetricStudy.steps.map { reader.text(key("drift").at(["step": $0])) }
        + Certificate.cells(of: key("limit"), in: reader).prefix(2)
    }
    let natural = ["natural", "plain"].map { method in
      [method]
        + NaturalGradient.steps.map { step in
          reader.text(
            LabKey(
              "coordinates-distance",
              labels: ["method": method],
              coordinates: ["step": step]
            )
          )
        }
    }
    return Study.Section(
      title: "Descent ends where the metric says, if steps are small",
      lesson: Study.Lesson(
        question:
          "Gradient descent on u with u₊² - u₋² ends near the hypentropy's minimum. The step is made four times smaller. What becomes of the distance?",
        answer:
          "A quarter of it is left: the error is of first order in the step. Mirror descent in w would have none, whatever its step.",
        see: "Each row's first two numbers, and the last row, which no step brings nearer."
      ),
      claim:
        "If ρ is a Hessian, flow from w₀ ends in the fit of the least divergence from w₀. The inverse mirror map takes z to where "
        + "u' = Jᵀz leads in unit time, for any F. Natural descent does not depend on coordinates, plain descent does.",
      findings: [
        "The prediction comes from following F's own flow by Runge-Kutta inside Newton's method on the dual; no formula of a "
          + "potential is used."
      ],
      tables: [
        Study.Table(
          caption:
            "Distance of gradient descent from the prediction for steps over the curvature of 0.2 and 0.05 and extrapolated to 0; drift of what is kept; the prediction's residuals.",
          heads: ["F", "0.2", "0.05", "0", "drift, 0.2", "drift, 0.05"]
            + Certificate.heads.prefix(2),
          rows: rows
        ),
        Study.Table(
          caption:
            "Distance between where descent in w and in ln w end, in the metric 1/w and without it.",
          heads: ["descent"] + NumberText.steps(NaturalGradient.steps),
          rows: natural
        ),
      ]
    )
  }
}

extension NumberText {
  /// Heads of columns for steps.
  fileprivate static func steps(_ steps: [Double]) -> [String] { steps.map { "step \($0)" } }
}
