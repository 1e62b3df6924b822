import Laboratory
import Reports

extension HalfspaceReport {
  static func scale(_ reader: RecordReader) -> Study.Section {
    let laws = [("hard", "hard law", 1), ("gaussian-far-quadrant", "normal points", 3)]
    let curves = laws.map { law, name, style in
      Figure.Curve(
        name: name,
        style: style,
        line: reader.points("best-direction", law: law, "risk-ratio", .population).map {
          $0.place()
        }
      )
    }
    let hard = reader.points("best-direction", law: "hard", "risk-ratio", .population)
    let ends = [hard.first, hard.last].map { RecordReader.text($0?.value ?? .nan) }
    return Study.Section(
      title: "The failure is one of scale",
      claim:
        "The logistic risk is a part that ignores labels, of size 1/|w|, plus the hinge risk, of size "
        + "|w|. Where the points are not rotation invariant the first part turns w away from where they are "
        + "dense; at large norms the hinge decides, and at every norm where they are rotation invariant.",
      findings: [
        "On the hard law the best direction's R01/OPT falls from \(ends[0]) at norm 1 to \(ends[1]) at norm "
          + "\(RecordReader.text(hard.last?.place ?? .nan)); on normal points it does not depend on the norm."
      ],
      figures: [
        Figure(
          title:
            "Best direction of each norm, OPT = \(reader.parameter("optimum").map(RecordReader.text).joined())",
          summary:
            "R01 over OPT of the best direction against the norm of the weights, for two laws.",
          horizontal: Figure.Axis("|w|", isLogarithmic: true),
          vertical: Figure.Axis("R01 / OPT", isLogarithmic: true),
          curves: curves
        )
      ],
      checks: reader.checks()
    )
  }

  static func secondPhase(_ reader: RecordReader) -> Study.Section {
    let optima = reader.parameter("optima")
    let curves = optima.enumerated().map { index, optimum in
      func places(_ source: LabPoint.Source) -> [Figure.Place] {
        reader.points("two-phase", law: "hard", "risk-ratio", source)
          .filter { $0.optimum == optimum }.map { $0.place() }
      }
      return Figure.Curve(
        name: "OPT \(RecordReader.text(optimum))",
        style: index == 0 ? 3 : 2,
        line: places(.population),
        marks: places(.sampled)
      )
    }
    let smallest = curves.first?.line.map(\.y) ?? []
    return Study.Section(
      title: "The first phase need only be roughly right",
      claim:
        "Phase 2 minimises the hinge risk over ⟨w, v⟩ ≥ 1, with v from phase 1. On the hard law its "
        + "minimiser has R01/OPT → 1 + 3/(2√2)·(1 + θ_v) to first order in the angle of v.",
      findings: [
        "At OPT = \(RecordReader.text(optima.first ?? .nan)) the exact R01/OPT stays between "
          + "\(RecordReader.text(smallest.min() ?? .nan)) and \(RecordReader.text(smallest.max() ?? .nan)) "
          + "while v turns from -0.3 to 0.4 radians."
      ],
      figures: [
        Figure(
          title: "Second phase from a given direction",
          summary:
            "R01 over OPT after the second phase against the angle of the direction it starts from.",
          horizontal: Figure.Axis("angle of v, radians"),
          vertical: Figure.Axis("R01 / OPT"),
          curves: curves,
          levels: [Figure.Level(name: "2.061, the limit", y: LimitConstants.secondPhase)]
        )
      ],
      checks: reader.checks()
    )
  }

  static func noise(_ reader: RecordReader) -> Study.Section {
    let keys = reader.record.points.filter { $0.quantity == "angle" && $0.source == .population }
    let rows = keys.map { key -> [String] in
      func cell(_ quantity: String, _ source: LabPoint.Source) -> String {
        RecordReader.text(
          reader.record.points.first {
            $0.law == key.law && $0.place == key.place && $0.quantity == quantity
              && $0.source == source
          }
        )
      }
      return [
        key.law, RecordReader.text(key.place ?? .nan), RecordReader.text(key.optimum ?? .nan),
        cell("angle", .population), cell("angle", .sampled), cell("risk", .population),
        cell("risk", .sampled), cell("norm", .population), cell("norm", .sampled),
      ]
    }
    return Study.Section(
      title: "Noise of other kinds",
      claim:
        "On normal points random flips leave the direction alone; flips at rate η in two quadrants "
        + "(Massart) turn it by tan θ = η/(1 - η); far-quadrant flips by a closed form. Flips next to the "
        + "boundary shorten the minimiser and leave its angle, and OPT is then below the flipped mass, since "
        + "a turned halfspace runs through the strip.",
      findings: [
        "Each run's angle lies within four standard deviations of the exact one; the deviation is that of "
          + "the central limit theorem, computed from the law."
      ],
      tables: [
        Study.Table(
          caption: "Logistic regression, \(reader.counts("sampleCount").first ?? 0) samples, "
            + "\(reader.record.seeds.count) seeds.",
          heads: [
            "law", "flipped", "OPT", "angle, exact", "sampled", "R01, exact", "sampled",
            "norm, exact", "sampled",
          ],
          rows: rows
        )
      ],
      checks: reader.checks()
    )
  }

  static func samples(_ reader: RecordReader) -> Study.Section {
    let (dimensions, optima) = (reader.counts("dimensions"), reader.parameter("optima"))
    let shown = optima.sorted().dropFirst(optima.count / 2).first ?? .nan
    let curves = dimensions.enumerated().map { index, dimension in
      Figure.Curve(
        name: "d = \(dimension)",
        style: index + 1,
        line: [],
        marks: reader.points(
          "two-phase",
          law: "hard",
          "risk-ratio",
          .sampled,
          dimension: dimension
        ).filter { $0.optimum == shown }.map { $0.place(over: Double($0.sampleCount ?? 0)) }
      )
    }
    let rows = optima.map { optimum in
      [RecordReader.text(optimum)]
        + dimensions.map { dimension in
          let needed = reader.value(
            "two-phase",
            law: "hard",
            "needed-samples",
            .sampled,
            optimum: optimum,
            dimension: dimension
          )
          return needed.map { "\(Int($0.value))" } ?? "more than tried"
        }
    }
    return Study.Section(
      title: "How many samples",
      claim:
        "The theorem's bound for two phases is Õ(d/ε²) samples for R01 = O(OPT ln(1/OPT)) + ε; with ε of "
        + "order OPT, linear in d and at most quadratic in 1/OPT. It is an upper bound, so nothing is gated.",
      findings: reader.record.fits.map { "Slope of \($0.quantity): \(RecordReader.text($0))." },
      figures: [
        Figure(
          title: "Two phases at OPT = \(RecordReader.text(shown))",
          summary:
            "Mean R01 over OPT against the samples of a phase, for \(dimensions.count) dimensions.",
          horizontal: Figure.Axis("samples a phase", isLogarithmic: true),
          vertical: Figure.Axis("R01 / OPT", isLogarithmic: true),
          curves: curves,
          levels: [Figure.Level(name: "3 OPT", y: 3)]
        )
      ],
      tables: [
        Study.Table(
          caption: "Samples a phase, of those tried (doubling from "
            + "\(reader.counts("counts").min() ?? 0)), from which on the mean R01 over "
            + "\(reader.record.seeds.count) seeds stays at most 3 OPT.",
          heads: ["OPT"] + dimensions.map { "d = \($0)" },
          rows: rows
        )
      ],
      checks: reader.checks()
    )
  }
}
