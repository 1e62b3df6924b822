import Foundation
import Laboratory
import Reports

extension LabSection {
  static let margins = LabSection(rawValue: "margins")
  static let linear = LabSection(rawValue: "linear-model")
}

extension ImplicitBiasLaboratory {
  static var classificationSections: KeyValuePairs<LabSection, (LabReader) -> Study.Section> {
    [.margins: ClassificationReport.margins, .linear: ClassificationReport.linear]
  }
}

/// The sections about margins.
enum ClassificationReport {
  /// Ratios of the l1 and the l2 margin as another program measured them on one set of its own, down to 1e-100.
  private static let independent: [Double: [String]] = [
    10: [
      ".627 (.855)", ".663 (.931)", ".674 (.963)", ".681 (.981)", ".686 (.992)", ".691 (.998)",
    ],
    3: [
      ".627 (.855)", ".663 (.931)", ".677 (.962)", ".689 (.980)", ".716 (.985)", ".787 (.951)",
    ],
    1: [
      ".643 (.843)", ".704 (.908)", ".750 (.923)", ".801 (.911)", ".861 (.869)", ".913 (.820)",
    ],
    0.3: [
      ".771 (.698)", ".852 (.723)", ".896 (.735)", ".926 (.741)", ".950 (.740)", ".968 (.735)",
    ],
    0.1: [
      ".773 (.549)", ".853 (.606)", ".899 (.644)", ".933 (.673)", ".966 (.697)", ".979 (.699)",
    ],
    0.01: [
      ".718 (.459)", ".820 (.536)", ".844 (.555)", ".864 (.571)", ".898 (.604)", ".933 (.633)",
    ],
    0.001: [
      ".674 (.418)", ".810 (.522)", ".840 (.543)", ".849 (.549)", ".857 (.555)", ".877 (.574)",
    ],
  ]

  private static func key(
    _ quantity: String,
    _ network: String,
    _ loss: MarginFlow.Loss = .exponential
  ) -> LabKey {
    LabKey(quantity, labels: ["network": network, "loss": loss.rawValue])
  }

  static func margins(_ reader: LabReader) -> Study.Section {
    Study.Section(
      title: "Which margin, and when",
      lesson: Study.Lesson(
        question:
          "On separable data a network of two layers ends in the largest l1 margin from every α, in the limit. Which α is nearest to it when the loss is 1e-30?",
        answer:
          "Not the smallest: .1 is ahead of .001 on most sets, since what the way out of 0 collects on the wrong samples is washed out doubly exponentially slowly. And α = 10 is at the largest l2 margin, 99 % of it.",
        see:
          "Move the slider: from α = 10 the l2 margin is reached and kept down to 1e-300; from α = 1 it is approached and then left for the l1 margin."
      ),
      claim:
        "Exponential losses lead to the largest margin in the norm of the network: l1 for two layers, from every α (Gunasekar et al. "
        + "2018; Lyu and Li 2020). What is seen at a loss L is the minimum of Q at the scale μ = α^D/γ among margins from 1 up, short of "
        + "complementary slackness: l2 as long as μ ≫ 1, l1 when μ ≪ 1 (cf. Moroshko et al. 2020), which takes losses like e^(-α^D).",
      findings: [
        "Weights are w = g(Xᵀν) exactly; ν is followed in a time that runs with the loss, so only its logarithm is kept.",
        "Largest margins are by Clp (l1) and an active set (l2), each with the gap to its own bound. Means are over \(reader.record.seeds.count) sets of \(reader.counts("samples").first ?? 0) points in \(reader.counts("dimension").first ?? 0) dimensions, labels from 2.",
      ],
      figures: [scaleFigure(reader, "l1"), scaleFigure(reader, "l2")],
      sliderFigures: [lossFigure(reader)].compactMap(\.self),
      tables: [ratios(reader), slackness(reader), others(reader)]
    )
  }

  private static func scaleFigure(_ reader: LabReader, _ norm: String) -> Figure {
    let exponents = [1.0, 6, 30, 100, 300].filter(reader.parameter("exponents").contains)
    return Figure(
      title: "\(norm) margin over the largest",
      summary: "The share of the largest \(norm) margin against alpha at five losses.",
      horizontal: Figure.Axis("scale α", isLogarithmic: true),
      vertical: Figure.Axis("share"),
      curves: exponents.enumerated().map { style, exponent in
        reader.curve(
          loss(exponent),
          style: style,
          key("\(norm)-ratio", "depth 2").at(["exponent": exponent]),
          over: "alpha"
        )
      }
    )
  }

  private static func loss(_ exponent: Double) -> String { "1e-\(Int(exponent))" }

  private static func lossFigure(_ reader: LabReader) -> SliderFigure? {
    let scales = reader.parameter("scales").sorted()
    guard scales.count > 1 else { return nil }
    let figure = Figure(
      title: "Margins while the loss falls",
      summary: "Shares of the largest l1 and l2 margins against the logarithm of the loss.",
      horizontal: Figure.Axis("-log₁₀ of the loss", isLogarithmic: true),
      vertical: Figure.Axis("share of the largest"),
      curves: []
    )
    let slider = SliderFigure.Slider("scale α", scales)
    return SliderFigure(figure, over: [slider]) { settings in
      let lines = ["l1", "l2"].enumerated().map { style, norm in
        reader.curve(
          "\(norm) margin",
          style: style,
          key("\(norm)-ratio", "depth 2").at(["alpha": settings[0]]),
          over: "exponent"
        )
      }
      let last = lines.map { LabReader.text($0.marks.last?.y ?? .nan) }
      return SliderFigure.Cell(
        curves: lines,
        reading: "At the smallest loss: \(last[0]) of the l1 margin, \(last[1]) of the l2 margin."
      )
    }
  }

  /// A table with a row a scale and a column a loss.
  private static func grid(
    _ reader: LabReader,
    caption: String,
    cell: (Double, Int, Double) -> String
  ) -> Study.Table {
    let exponents = reader.parameter("exponents")
    return Study.Table(
      caption: caption,
      heads: ["α"] + exponents.map(loss),
      rows: reader.parameter("scales").map { scale in
        [NumberText.setting(scale)]
          + exponents.enumerated().map { cell(scale, $0, $1) }
      }
    )
  }

  private static func share(_ value: Double) -> String {
    value.isFinite ? String(format: "%.3f", value) : NumberText.unknown
  }

  private static func ratios(_ reader: LabReader) -> Study.Table {
    let isStandard =
      reader.parameter("exponents") == ClassificationSize().exponents
      && reader.counts("samples") == [12]
    return grid(
      reader,
      caption:
        "Two layers: l1 margin over the largest (l2 margin over the largest), by loss; after the bar what another program measured on one set of its own."
    ) { scale, place, exponent in
      let own = ["l1", "l2"].map { norm in
        share(
          reader.record.points.value(
            key("\(norm)-ratio", "depth 2").at(["alpha": scale, "exponent": exponent])
          )
        )
      }
      let text = "\(own[0]) (\(own[1]))"
      guard isStandard, let others = independent[scale], others.indices.contains(place) else {
        return text
      }
      return "\(text) | \(others[place])"
    }
  }

  private static func slackness(_ reader: LabReader) -> Study.Table {
    grid(
      reader,
      caption:
        "Two layers: slackness Σν(m/γ - 1)/Σν. It is all that the weights lack of being the minimum of Q at the scale α²/γ."
    ) { scale, _, exponent in
      NumberText.brief(
        reader.record.points.value(
          key("slackness", "depth 2").at(["alpha": scale, "exponent": exponent])
        )
      )
    }
  }

  /// The logistic loss and three layers.
  private static func others(_ reader: LabReader) -> Study.Table {
    let exponents = reader.parameter("exponents")
    let rows = [
      ("depth 2", MarginFlow.Loss.logistic), ("depth 3", .exponential),
    ].flatMap { network, kind -> [[String]] in
      let keys = reader.points(
        key("l1-ratio", network, kind).at(["exponent": exponents.first ?? 1]),
        over: "alpha"
      ).map(\.key)
      return keys.reversed().map { found in
        [network, kind.rawValue, NumberText.setting(found.coordinates["alpha"] ?? .nan)]
          + exponents.map { exponent in
            let own = ["l1", "l2"].map {
              share(
                reader.record.points.value(found.of("\($0)-ratio").at(["exponent": exponent]))
              )
            }
            return "\(own[0]) (\(own[1]))"
          }
      }
    }
    return Study.Table(
      caption:
        "Shares of the l1 and (l2) margins with the logistic loss and with three layers, whose own norm is the quasi-norm with p = 2/3.",
      heads: ["network", "loss", "α"] + exponents.map(loss),
      rows: rows
    )
  }

  static func linear(_ reader: LabReader) -> Study.Section {
    let points = reader.points(key("turning", "linear"), over: "exponent")
    return Study.Section(
      title: "The linear model turns slowly",
      lesson: Study.Lesson(
        question:
          "Logistic regression on separable data turns towards the largest margin. How far does the loss have to fall until the angle is ten times smaller?",
        answer:
          "To its tenth power: the distance falls as one over the logarithm of time, and time is one over the loss. From 1e-30 to 1e-300.",
        see:
          "The product in the table hardly changes while the loss falls by hundreds of powers of ten."
      ),
      claim:
        "Gradient flow of a linear model ends in the direction of the largest l2 margin, at a distance of order 1/ln t (Soudry et al. 2018); t is about 1/L.",
      findings: ["Means over \(reader.record.seeds.count) sets with 95 % intervals."],
      tables: [
        Study.Table(
          caption: "Distance of the direction from the largest margin's, times ln 1/L.",
          heads: ["loss", "distance × ln 1/L", "l2 margin over the largest"],
          rows: points.map { point in
            [
              loss(point["exponent"]), reader.text(point.key),
              share(reader.record.points.value(point.key.of("l2-ratio"))),
            ]
          }
        )
      ]
    )
  }
}
