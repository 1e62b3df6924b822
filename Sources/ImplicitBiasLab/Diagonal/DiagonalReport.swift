import Foundation
import Laboratory
import Reports

extension LabSection {
  static let regimes = LabSection(rawValue: "regimes")
  static let training = LabSection(rawValue: "training")
  static let starts = LabSection(rawValue: "starts")
}

extension ImplicitBiasLaboratory {
  static var diagonalSections: KeyValuePairs<LabSection, (LabReader) -> Study.Section> {
    [
      .regimes: DiagonalReport.regimes, .training: DiagonalReport.training,
      .starts: DiagonalReport.starts,
    ]
  }
}

/// The sections about linear diagonal networks.
enum DiagonalReport {
  /// The l1 norm's excess as another program measured it on a regression of its own, by depth and α.
  private static let independent: [Int: [Double: String]] = [
    2: [
      1: ".302", 0.1: ".145", 0.01: ".0352", 1e-3: ".0155", 1e-4: ".0094", 1e-5: ".0064",
      1e-6: ".0047",
    ],
    3: [
      1: ".301", 0.32: ".177", 0.1: ".0296", 0.032: "4.8e-3", 0.01: "2.8e-4", 0.0032: "1.2e-5",
      1e-3: "4.9e-7",
    ],
    4: [
      1: ".301", 0.32: ".087", 0.1: "4.1e-3", 0.032: "4.4e-5", 0.01: "4.9e-7", 0.0032: "5e-9",
      1e-3: "2e-11",
    ],
  ]

  static func depthKey(_ quantity: String, _ depth: Int) -> LabKey {
    LabKey(quantity, coordinates: ["depth": Double(depth)])
  }

  static func regimes(_ reader: LabReader) -> Study.Section {
    let depths = reader.counts("depths")
    func curves(_ quantity: String) -> [Figure.Curve] {
      depths.enumerated().map { style, depth in
        reader.curve("D = \(depth)", style: style, depthKey(quantity, depth), over: "alpha")
      }
    }
    return Study.Section(
      title: "Between the l2 norm and the l1 norm",
      lesson: Study.Lesson(
        question:
          "A network w = u₊² - u₋² starts at α = 0.001 everywhere. Is it as sparse as the least l1 norm? What if it has four layers?",
        answer:
          "With two layers not by far: the l1 norm is a per cent or two too large, and falls with the logarithm of α alone. With four layers it is the least to nine digits.",
        see:
          "On the left the curve of two layers hardly bends down; on the right all fall steeply, twice the depth in powers of α."
      ),
      claim:
        "Gradient flow on w = u₊^D - u₋^D from u± = α ends in the fit with the least Q = α^D Σ q_D(wᵢ/α^D), where q_D' is the "
        + "inverse of 2 sinh z (D = 2) or of (1 - z)^(-D/(D-2)) - (1 + z)^(-D/(D-2)) (Woodworth et al. 2020). For large α this is "
        + "the least l2 norm, to a distance of order α^(-2D); for small α the least l1 norm, to 1/ln(1/α) for D = 2 and to a power of α beyond.",
      findings: reader.fits.map {
        "\($0.name): α^\(LabReader.text($0)); predicted \(-2 * Int($0.key.coordinates["depth"] ?? 0))."
      } + [
        "Minima are found by Newton's method on the dual, least l1 norms by Clp; means and 95 % intervals are over \(reader.record.seeds.count) regressions."
      ],
      figures: [
        Figure(
          title: "l1 norm over the least, less 1",
          summary: "The excess of the l1 norm against the scale alpha for each depth.",
          horizontal: Figure.Axis("scale α", isLogarithmic: true),
          vertical: Figure.Axis("excess", isLogarithmic: true),
          curves: curves("l1-excess")
        ),
        Figure(
          title: "Distance to the least l2 norm",
          summary: "The relative distance to the least-l2 fit against the scale alpha.",
          horizontal: Figure.Axis("scale α", isLogarithmic: true),
          vertical: Figure.Axis("relative distance", isLogarithmic: true),
          curves: curves("kernel-distance")
        ),
      ],
      sliderFigures: [potentialFigure(depths)].compactMap(\.self),
      tables: depths.map { excesses(reader, depth: $0) }
    )
  }

  private static func excesses(_ reader: LabReader, depth: Int) -> Study.Table {
    let points = reader.points(depthKey("l1-excess", depth), over: "alpha").reversed()
    return Study.Table(
      caption:
        "D = \(depth): l1 norm over the least, less 1; what another program measured on one regression of its own; distance to the least l2 norm.",
      heads: ["α", "excess", "another program", "distance to l2"]
        + Certificate.heads.prefix(2),
      rows: points.map { point in
        [
          NumberText.setting(point["alpha"]), reader.text(point.key),
          independent[depth]?[point["alpha"]] ?? NumberText.unknown,
          reader.text(point.key.of("kernel-distance")),
        ] + Certificate.cells(of: point.key, in: reader).prefix(2)
      }
    )
  }

  /// `Q(w)/Q(1)` between the square and the absolute value.
  private static func potentialFigure(_ depths: [Int]) -> SliderFigure? {
    guard let first = depths.first else { return nil }
    let places = (-40...40).map { Double($0) / 40 }
    func curve(_ name: String, _ style: Int, _ function: (Double) -> Double) -> Figure.Curve {
      Figure.Curve(
        name: name,
        style: style,
        line: places.map { Figure.Place(x: $0, y: function($0)) }
      )
    }
    let figure = Figure(
      title: "The potential of one weight, Q(w)/Q(1)",
      summary: "The potential of a diagonal network between the square and the absolute value.",
      horizontal: Figure.Axis("w"),
      vertical: Figure.Axis("Q(w)/Q(1)"),
      curves: [curve("w²", 5) { $0 * $0 }, curve("|w|", 4) { abs($0) }]
    )
    let sliders = [
      SliderFigure.Slider("scale α", [0.001, 0.01, 0.03, 0.1, 0.3, 1, 3], startingAt: 0.1),
      SliderFigure.Slider("depth D", depths.map(Double.init), startingAt: Double(first)),
    ]
    return SliderFigure(figure, over: sliders) { settings in
      guard
        let potential = try? DiagonalPotential(depth: Int(settings[1]), scale: settings[0])
      else {
        return SliderFigure.Cell(curves: [], reading: "Double precision does not carry this scale.")
      }
      let whole = potential.value(1)
      return SliderFigure.Cell(
        curves: [curve("Q", 0) { potential.value($0) / whole }],
        reading:
          "Half a weight costs \(LabReader.text(potential.value(0.5) / whole)) of a whole one: between 0.25 (l2) and 0.5 (l1)."
      )
    }
  }

  /// Distances of descent with c = 0.2 and 0.05 as another program measured them on one regression of its own.
  private static let independentDescents: [Int: [Double: [String]]] = [
    2: [
      2: ["2.4e-6 (1.0k)", "5.8e-7 (3.9k)"], 0.5: ["4.7e-4 (1.5k)", "1.2e-4 (6.0k)"],
      0.1: ["8.3e-3 (9.7k)", "2.0e-3 (39k)"], 0.03: ["1.7e-2 (21k)", "4.3e-3 (85k)"],
    ],
    3: [0.5: ["2.2e-3 (2.9k)", "5.3e-4 (12k)"], 0.2: ["1.4e-2 (30k)", "3.4e-3 (120k)"]],
    4: [0.5: ["5.1e-3 (6.8k)", "1.3e-3 (27k)"], 0.2: ["3.9e-2 (146k)", "not in 400k"]],
  ]

  static func training(_ reader: LabReader) -> Study.Section {
    let shares = reader.parameter("shares")
    let flows = reader.record.points.on(LabKey("flow-distance"))
    let rows = flows.map { point -> [String] in
      let (depth, scale) = (Int(point["depth"]), point["alpha"])
      let others = independentDescents[depth]?[scale] ?? []
      let descents = shares.enumerated().flatMap { place, share -> [String] in
        let key = point.key.of("descent-distance").at(["share": share])
        return [
          outcome(reader, key), others.indices.contains(place) ? others[place] : NumberText.unknown,
        ]
      }
      return ["\(depth)", LabReader.text(scale)] + descents + [
        reader.text(point.key.of("step-ratio")),
        NumberText.brief(reader.record.points.value(point.key.of("extrapolated-distance"))),
        NumberText.brief(point.value),
        NumberText.brief(reader.record.points.value(point.key.of("flow-steps"))),
      ]
    }
    return Study.Section(
      title: "Descent errs in proportion to its step, flow does not",
      lesson: Study.Lesson(
        question:
          "Mirror descent ends in the minimum of its potential for any step. Gradient descent on u does not. How much nearer does it come with steps four times smaller?",
        answer:
          "Four times: the error is of the first order in the step. So two runs are enough to extrapolate, and adaptive flow ends there at once.",
        see:
          "The column of ratios is 4 all the way down; deeper networks at smaller scales take the most steps."
      ),
      claim:
        "The potential belongs to gradient flow. Descent with steps c over the curvature ends at a distance of order c; the value "
        + "extrapolated from two c is of order c². The way out of 0 takes a time like ln(1/α) for D = 2 and α^(2-D) beyond.",
      findings: [
        "Steps are c over a bound of the curvature where the network stands; descent stops at |Xw - y|/|y| = 1e-8. All networks, steps and regressions are one program of double precision.",
        "Flow is by adaptive Runge-Kutta steps of order 5 on u itself, so that it knows nothing of potentials.",
      ],
      tables: [
        Study.Table(
          caption:
            "Relative distance to the minimum of the potential (steps), means over \(reader.record.seeds.count) regressions; what another program measured on one of its own.",
          heads: ["D", "α"] + shares.flatMap { ["c = \(LabReader.text($0))", "another program"] }
            + ["ratio", "extrapolated", "flow", "flow's steps"],
          rows: rows
        )
      ]
    )
  }

  /// A distance with the steps it took, unless descent ran out of them on some regression.
  private static func outcome(_ reader: LabReader, _ key: LabKey) -> String {
    func value(_ quantity: String) -> Double { reader.record.points.value(key.of(quantity)) }
    let steps = value("descent-steps") / 1e3
    guard value("descent-residual") <= 1.001 * DiagonalDescent.defaultTolerance else {
      return "not on all in \(DiagonalDescent.defaultLimit / 1000)k"
    }
    let count = String(format: steps < 10 ? "%.1fk" : "%.0fk", steps)
    return "\(NumberText.brief(value("descent-distance"))) (\(count))"
  }

  static func starts(_ reader: LabReader) -> Study.Section {
    let starts = reader.record.points.on(LabKey("start-distance")).map { point in
      [
        "\(Int(point["depth"]))", point.key.labels["start"] ?? "", reader.text(point.key),
        reader.text(point.key.of("start-distance-by-scale-alone")),
      ]
    }
    let shapes = reader.points(LabKey("shape-distance"), over: "ratio").map { point in
      [
        LabReader.text(point["ratio"]), LabReader.text(point["alpha"]), reader.text(point.key),
        reader.text(point.key.of("shape-distance-by-product-alone")),
        reader.text(point.key.of("shape-kernel-distance")),
      ]
    }
    let rotations = reader.record.points.on(LabKey("rotation-distance")).map { point in
      [point.key.labels["solution"] ?? "", NumberText.brief(point.value)]
    }
    return Study.Section(
      title: "What the start decides, and what rotations break",
      lesson: Study.Lesson(
        question:
          "Two layers start at p and q with pq = 0.04, once equal and once as 0.8 and 0.05. Which of the two networks is nearer to the l2 norm?",
        answer:
          "The uneven one: its scale is √((p² + q²)/2), .57 and not .2. What is small about a start is its shape as well as its product.",
        see:
          "In each table the last columns are controls: formulas that leave something out are far off."
      ),
      claim:
        "From u₊ = a, u₋ = b the flow ends in the fit of least divergence from w₀ = a^D - b^D, in the potential whose scale is the power "
        + "mean of a and b (√(ab) for D = 2). Layers that start at p and q have the scale √((p² + q²)/2) (cf. Azulay et al. 2021). The l2 "
        + "norm does not know the axes; the l1 norm does.",
      findings: [
        "Controls have to fail: the potential without its start, the product without the shape, and sparse solutions in rotated coordinates."
      ],
      tables: [
        Study.Table(
          caption:
            "Unequal starts: distance of flow from the minimum, and from that of its scale alone.",
          heads: ["D", "u₊, u₋", "distance", "by scale alone"],
          rows: starts
        ),
        Study.Table(
          caption:
            "Two layers from p and q with pq = 0.04: distance of flow from the minimum of the right scale, from that of the product alone, and from the least l2 norm.",
          heads: ["p/q", "scale", "distance", "by product alone", "to least l2"],
          rows: shapes
        ),
        Study.Table(
          caption: "Change of solutions in rotated coordinates, rotated back; two layers.",
          heads: ["solution", "change"],
          rows: rotations
        ),
      ]
    )
  }
}
