import Laboratory
import Reports

extension HalfspaceReport {
  static func scale(_ reader: LabReader) -> Study.Section {
    let laws = [("hard", "hard law", 1), ("gaussian-far-quadrant", "normal points", 3)]
    let curves = laws.map { law, name, style in
      let key = LabKey("risk-ratio", by: .bestDirection, law: law, .population)
      return Figure.Curve(name: name, style: style, line: reader.places(key, over: "norm"))
    }
    let hard = reader.points(LabKey("risk-ratio", by: .bestDirection, .population), over: "norm")
    let ends = [hard.first, hard.last].map { LabReader.text($0?.value ?? .nan) }
    return Study.Section(
      title: "The failure is one of scale",
      lesson: Study.Lesson(
        question:
          "Suppose that you may tell logistic regression nothing but how long its weights are to be. "
          + "On the hard law, does it err less with shorter weights or with longer ones?",
        answer:
          "With longer ones, by a factor of more than ten: the hinge, which sees the labels, then outweighs "
          + "the part that ignores them. On normal points the length makes no difference at all.",
        see:
          "The line of the hard law falls from left to right, and that of normal points is level."
      ),
      claim:
        "The logistic risk is a part that ignores labels, of size 1/|w|, plus the hinge risk, of size "
        + "|w|. Where the points are not rotation invariant the first part turns w away from where they are "
        + "dense; at large norms the hinge decides, and at every norm where they are rotation invariant.",
      findings: [
        "On the hard law the best direction's R01/OPT falls from \(ends[0]) at norm 1 to \(ends[1]) at norm "
          + "\(LabReader.text(hard.last?["norm"] ?? .nan)); on normal points it does not depend on the norm."
      ],
      figures: [
        Figure(
          title:
            "Best direction of each norm, OPT = \(reader.parameter("optimum").map(LabReader.text).joined())",
          summary:
            "R01 over OPT of the best direction against the norm of the weights, for two laws.",
          horizontal: Figure.Axis("|w|", isLogarithmic: true),
          vertical: Figure.Axis("R01 / OPT", isLogarithmic: true),
          curves: curves
        )
      ]
    )
  }

  static func secondPhase(_ reader: LabReader) -> Study.Section {
    let optima = reader.parameter("optima")
    let curves = optima.enumerated().map { index, optimum in
      func places(_ source: LabKey.Source) -> [Figure.Place] {
        reader.places(LabKey("risk-ratio", by: .twoPhase, source, optimum: optimum), over: "angle")
      }
      return Figure.Curve(
        name: "OPT \(LabReader.text(optimum))",
        style: index == 0 ? 3 : 2,
        line: places(.population),
        marks: places(.sampled)
      )
    }
    let smallest = curves.first?.line.map(\.y) ?? []
    return Study.Section(
      title: "The first phase need only be roughly right",
      lesson: Study.Lesson(
        question:
          "The first phase hands over a direction that is 0.4 radians off, 23 degrees. How much worse is "
          + "the second phase's answer than from the best direction?",
        answer:
          "R01/OPT is 2.5 and not 2.06. The constraint ⟨w, v⟩ ≥ 1 only keeps the weights away from 0; "
          + "where they point is left to the hinge.",
        see:
          "The lines rise gently from end to end, and the marks lie on them within their intervals."
      ),
      claim:
        "Phase 2 minimises the hinge risk over ⟨w, v⟩ ≥ 1, with v from phase 1. On the hard law its "
        + "minimiser has R01/OPT → 1 + 3/(2√2)·(1 + θ_v) to first order in the angle of v.",
      findings: [
        "At OPT = \(LabReader.text(optima.first ?? .nan)) the exact R01/OPT stays between "
          + "\(LabReader.text(smallest.min() ?? .nan)) and \(LabReader.text(smallest.max() ?? .nan)) "
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
      ]
    )
  }

  static func noise(_ reader: LabReader) -> Study.Section {
    let angles = reader.record.points.filter { $0.key.quantity == "angle" && $0.key.isExact }
    let rows = angles.map { angle -> [String] in
      let (law, mass) = (angle.key.labels["law"] ?? "", angle["mass"])
      let cells = ["angle", "risk", "norm"].flatMap { quantity in
        [LabKey.Source.population, .sampled].map { source in
          reader.text(LabKey(quantity, by: .logistic, law: law, source).at(["mass": mass]))
        }
      }
      return [law, LabReader.text(mass), LabReader.text(angle["optimum"])] + cells
    }
    return Study.Section(
      title: "Noise of other kinds",
      lesson: Study.Lesson(
        question:
          "Points are normal, and one label in five is flipped at random, wherever it lies. By what "
          + "angle does that turn the minimiser of logistic regression?",
        answer:
          "By none: it is shorter, and points the same way. Flips at the same rate in two quadrants only "
          + "turn it by an angle of tangent 0.2/0.8, 14 degrees.",
        see:
          "Rows of the same OPT have different angles, so how many labels are wrong does not decide; and "
          + "each sampled number stands by its exact one."
      ),
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
      ]
    )
  }

  static func samples(_ reader: LabReader) -> Study.Section {
    let (dimensions, optima) = (reader.counts("dimensions"), reader.parameter("optima"))
    let rows = optima.map { optimum in
      [LabReader.text(optimum)]
        + dimensions.map { dimension in
          let key = LabKey(
            "needed-samples",
            by: .twoPhase,
            .sampled,
            optimum: optimum,
            dimension: dimension
          )
          let needed = reader.record.points.on(key).first
          return needed.map { "\(Int($0.value))" } ?? "more than tried"
        }
    }
    return Study.Section(
      title: "How many samples",
      lesson: Study.Lesson(
        question:
          "Ten times as many dimensions, and the same OPT. How many times as many samples does a phase "
          + "need to stay below 3 OPT?",
        answer:
          "The bound says at most ten times as many. Measured counts double from one to the next, so they "
          + "are rough; the slopes measured here say how they rise with the dimension.",
        see:
          "Marks come down to the level of 3 OPT and stay below it; in more dimensions they do so farther to "
          + "the right, and farther still as OPT falls."
      ),
      claim:
        "The theorem's bound for two phases is Õ(d/ε²) samples for R01 = O(OPT ln(1/OPT)) + ε; with ε of "
        + "order OPT, linear in d and at most quadratic in 1/OPT. It is an upper bound, so nothing is gated.",
      findings: reader.fits.map { "Slope of \($0.name): \(LabReader.text($0))." },
      sliderFigures: optima.isEmpty ? [] : [risks(reader, optima, dimensions)],
      tables: [
        Study.Table(
          caption: "Samples a phase, of those tried (doubling from "
            + "\(reader.counts("counts").min() ?? 0)), from which on the mean R01 over "
            + "\(reader.record.seeds.count) seeds stays at most 3 OPT.",
          heads: ["OPT"] + dimensions.map { "d = \($0)" },
          rows: rows
        )
      ]
    )
  }
}
