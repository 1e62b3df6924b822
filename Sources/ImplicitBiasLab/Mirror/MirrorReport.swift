import Laboratory
import Reports

extension LabSection {
  static let mirror = LabSection(rawValue: "mirror")
  static let plane = LabSection(rawValue: "plane")
}

extension ImplicitBiasLaboratory {
  static var mirrorSections: KeyValuePairs<LabSection, (LabReader) -> Study.Section> {
    [.mirror: MirrorReport.descent, .plane: MirrorReport.plane]
  }
}

/// The sections about mirror descent.
enum MirrorReport {
  static func descent(_ reader: LabReader) -> Study.Section {
    let rows = potentials(reader).map { name -> [String] in
      func key(_ quantity: String) -> LabKey {
        LabKey(quantity, labels: ["potential": name])
      }
      let farthest = reader.record.points.on(key("distance")).map(\.value).max()
      return [name] + reader.record.points.on(key("passes")).map { "\(Int($0.value))" }
        + [
          NumberText.brief(farthest ?? .nan),
          NumberText.brief(Certificate.worst(of: key("distance"), in: reader.record.points)),
        ]
    }
    let ways = reader.record.points.on(LabKey("passes")).compactMap { $0.key.labels["way"] }
    return Study.Section(
      title: "Mirror descent ends where its potential is least",
      lesson: Study.Lesson(
        question:
          "Eight samples, twenty weights: exponentiated gradient is run with a step ten times smaller, with momentum, and with one sample at a time. How far apart do the four runs end?",
        answer:
          "Nowhere: all end in the same point, to the tolerance at which they stop. Only the potential and the start decide.",
        see: "Passes differ by factors of 50; the distances are those at which all ways stop."
      ),
      claim:
        "Each step moves ∇ψ(w) by a combination of samples. If w ends with Xw = y, these are the conditions of the least "
        + "divergence D(w, w₀) among all fits: the limit is the same for every step size, order and momentum.",
      findings: [
        "The minimum is found by Newton's method on the dual, which knows nothing of steps; distances are relative.",
        "Entropy and Burg begin at 0.5 with targets that positive weights can meet, all others at 0.",
      ],
      sliderFigures: [weights(reader)].compactMap(\.self),
      tables: [
        Study.Table(
          caption:
            "Passes over the samples by step over the stable one, with momentum and with one sample at a time; over all five, the largest distance from Newton's minimum and residual of the conditions.",
          heads: ["potential"] + ways.prefix(5) + ["distance", "residual"],
          rows: rows
        ), norms(reader),
      ]
    )
  }

  /// The names of the potentials, in the order of the record.
  private static func potentials(_ reader: LabReader) -> [String] {
    reader.record.points.on(LabKey("norm").at(["exponent": 1]))
      .compactMap { $0.key.labels["potential"] }
  }

  /// Norms of where each potential ends: each p-norm is least in its own row.
  private static func norms(_ reader: LabReader) -> Study.Table {
    let exponents = [1, 1.1, 1.5, 2]
    let names = potentials(reader).filter { !["entropy", "Burg"].contains($0) }
    return Study.Table(
      caption: "Norms of the minima of potentials on the same data.",
      heads: ["potential"] + exponents.map { "l\(LabReader.text($0)) norm" },
      rows: names.map { name in
        [name]
          + exponents.map { exponent in
            LabReader.text(
              reader.record.points.value(
                LabKey("norm", labels: ["potential": name], coordinates: ["exponent": exponent])
              )
            )
          }
      }
    )
  }

  /// The sizes of the minimum's weights, the largest first, for the hypentropy's scales.
  private static func weights(_ reader: LabReader) -> SliderFigure? {
    let scales = reader.parameter("scales").sorted()
    guard !scales.isEmpty else { return nil }
    func places(_ potential: String) -> [Figure.Place] {
      reader.places(LabKey("weight", labels: ["potential": potential]), over: "place")
    }
    let figure = Figure(
      title: "Sizes of the weights, the largest first",
      summary: "The absolute weights of the hypentropy's minimum beside those of the least norm.",
      horizontal: Figure.Axis("rank of the weight"),
      vertical: Figure.Axis("|w|"),
      curves: [Figure.Curve(name: "Euclidean", style: 0, line: places("Euclidean"))]
    )
    let slider = SliderFigure.Slider("scale b", scales)
    return SliderFigure(figure, over: [slider]) { settings in
      let name = "hypentropy, b = \(NumberText.setting(settings[0]))"
      func norm(_ potential: String, _ exponent: Double) -> String {
        LabReader.text(
          reader.record.points.value(
            LabKey("norm", labels: ["potential": potential], coordinates: ["exponent": exponent])
          )
        )
      }
      return SliderFigure.Cell(
        curves: [Figure.Curve(name: "hypentropy", style: 1, marks: places(name))],
        reading:
          "l1 norm \(norm(name, 1)) (Euclidean \(norm("Euclidean", 1))), l2 norm \(norm(name, 2)) "
          + "(\(norm("Euclidean", 2)))."
      )
    }
  }

  static func plane(_ reader: LabReader) -> Study.Section {
    func places(_ key: LabKey) -> [Figure.Place] {
      reader.points(key, over: "step").map { Figure.Place(x: $0["first"], y: $0.value) }
    }
    let figures = PlanePicture.names.enumerated().map { index, name in
      let style = [0, 1, 3, 4][index]
      let ellipses = ["1", "2", "3", "4"].map { number in
        Figure.Curve(
          name: "",
          style: style,
          line: places(LabKey("ellipse", labels: ["potential": name, "number": number]))
        )
      }
      return Figure(
        title: name,
        summary:
          "The path of mirror flow in the plane of two weights to the line of fits, with ellipses of its metric.",
        horizontal: Figure.Axis("w₁"),
        vertical: Figure.Axis("w₂"),
        curves: [
          Figure.Curve(name: "fits", style: 5, line: places(LabKey("line"))),
          Figure.Curve(
            name: "path",
            style: style,
            line: places(LabKey("path", labels: ["potential": name]))
          ),
        ] + ellipses
      )
    }
    return Study.Section(
      title: "Paths in the plane",
      lesson: Study.Lesson(
        question:
          "All four paths begin at (0.05, 0.05) and end on the line w₁ + 2 w₂ = 2. Which of them end nearest to the sparse fit (0, 1)?",
        answer:
          "Burg's, then entropy's: a weight that is larger moves faster, so the second one, which the data pull more, runs away.",
        see:
          "Ellipses are how far the flow gets in equal short times in each direction: circles for gradient descent, long where a weight is large for the others."
      ),
      claim:
        "Mirror flow is steepest descent in the metric ∇²ψ(w). Its ellipses turn and stretch the same force differently.",
      findings: ["One sample x = (1, 2) with target 2."],
      figures: figures
    )
  }
}
