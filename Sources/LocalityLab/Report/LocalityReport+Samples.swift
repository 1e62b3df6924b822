import Foundation
import Laboratory
import Reports

extension LocalityReport {
  static func falling(_ reader: LabReader) -> Study.Section {
    samples(
      reader,
      .falling,
      title: "Sample counts where noise falls as 1/√k",
      lesson: Study.Lesson(
        question:
          "Images get twice as many patches, and noise falls so that the sum of all projections errs as before. "
          + "How many times the images over σ² does the FCN need, how many the LCN, how many the CNN?",
        answer:
          "Four times, a little more than twice, and hardly more: the exponents of k are near 2, 1 and 0.2.",
        see:
          "On the left the three rows of marks fan out; on the right, against the size of a patch, they are next to "
          + "parallel."
      ),
      claim:
        "Lahoti et al. (ICLR 2024), for noise of order 1/√k and up to logarithms: an equivariant learner of a "
        + "fully connected network needs σ²k²d images at least, one of a locally connected network σ²kd at least and, by "
        + "gradient descent, σ²k(k + d) at most, one of a convolutional network σ²(k + d) at most. In units of σ² the "
        + "exponents of k are 2, 1 to 2 and 0 to 1; those of d are 1, or less where k is not small.",
      setting:
        "σ = 0.7/√k, target error 0.1; the FCN is the average of the images, where equivariant descent begins."
    )
  }

  static func fixedNoise(_ reader: LabReader) -> Study.Section {
    samples(
      reader,
      .fixed,
      title: "Sample counts at one noise",
      lesson: Study.Lesson(
        question:
          "At one noise, with 32 patches in place of 4: does it pay more or less to know that patches are alike?",
        answer:
          "More: the LCN needs 4 times the images of the CNN with 4 patches and 32 times with 32, as each of its "
          + "filters sees one signal in 32 images.",
        see: "The marks of the LCN rise about one power of k faster than those of the CNN."
      ),
      claim:
        "The same bounds at one σ: the exponent of k is 1 to 2 for LCN and at most 1 for CNN. The linear rule of an "
        + "average cannot reach the target from 8 patches on, so there is no FCN.",
      setting: "σ = 0.3, target 0.03 above the best rule's error."
    )
  }

  private static let likelihoodClaim =
    "The upper bounds have k + d where the lower ones have d, and the paper holds the k for a cost of the analysis of "
    + "gradient descent. If it is a cost of the method, maximum likelihood is free of it. Here it is the likelier end of "
    + "two ascents by expectation maximisation, one from the images' mean and one from the answer."

  static func fallingLikelihood(_ reader: LabReader) -> Study.Section {
    withRatios(
      reader,
      .falling,
      samples(
        reader,
        .fallingLikelihood,
        title: "Is the k in k + d the cost of gradient descent? Noise that falls",
        lesson: Study.Lesson(
          question:
            "The ascent has to find the place of the signal in each image. With noise that falls as 1/√k, does "
            + "maximum likelihood get by with fewer images the more patches there are?",
          answer:
            "Yes: the LCN's ascent takes 1.4 times the images with 4 patches and 2 to 4 times from 8 on. Both are "
            + "still far above the floor, as a filter has to have seen a signal at all.",
          see:
            "The LCN's marks of likelihood lie below those of the ascent, by a factor that the findings give place by place."
        ),
        claim: likelihoodClaim,
        setting: "The setting of R1: σ = 0.7/√k, target error 0.1."
      )
    )
  }

  static func fixedLikelihood(_ reader: LabReader) -> Study.Section {
    withRatios(
      reader,
      .fixed,
      samples(
        reader,
        .fixedLikelihood,
        title: "Is the k in k + d the cost of gradient descent? One noise",
        lesson: Study.Lesson(
          question:
            "And at one noise, where with more patches it becomes harder to say which one has the signal?",
          answer:
            "Then the exponent of k stays: maximum likelihood saves a factor of 1.4 to 1.6 at every k. Here the k is "
            + "information that images lack, not what an algorithm wastes.",
          see:
            "The marks leave the floors to the right, as the floors are told where each signal is."
        ),
        claim: likelihoodClaim,
        setting: "The setting of R2: σ = 0.3, target 0.03 above the best rule's error."
      )
    )
  }

  /// A section with what the ascent of another regime costs more than maximum likelihood, patches by patches.
  private static func withRatios(
    _ reader: LabReader,
    _ ascent: Regime,
    _ section: Study.Section
  ) -> Study.Section {
    let likelihood: Regime = ascent == .falling ? .fallingLikelihood : .fixedLikelihood
    let sentences = localLooks.compactMap { look -> String? in
      func counts(_ regime: Regime, _ method: String) -> [LabPoint] {
        reader.points(
          LabKey("needed-samples", look.architecture, by: method, in: regime.rawValue),
          over: "patches"
        )
      }
      let ratios = counts(likelihood, "likelihood").compactMap { point -> String? in
        let other = counts(ascent, "thresholded").first {
          $0["patches"] == point["patches"] && $0["dimension"] == point["dimension"]
        }
        return other.map {
          "\(LabReader.text($0.value / point.value)) (k = \(Int(point["patches"])), d = \(Int(point["dimension"])))"
        }
      }
      return ratios.isEmpty ? nil : "\(look.name): " + ratios.joined(separator: ", ") + "."
    }
    guard !sentences.isEmpty else { return section }
    var section = section
    section.findings.append(
      "The ascent takes so many times the images. " + sentences.joined(separator: " ")
    )
    return section
  }

  static func descent(_ reader: LabReader) -> Study.Section {
    samples(
      reader,
      .descent,
      title: "Networks that are trained by gradient descent",
      lesson: Study.Lesson(
        question:
          "All images are learned by heart after 600 steps. Does the FCN do better or worse than the plain average of "
          + "the images, which is where its descent begins?",
        answer:
          "Worse: trained to the end it needs three to five times the images. Stopped in time it needs about those "
          + "of the average.",
        see:
          "The FCN's marks of stopped descent and of the average lie together, those of full descent above both; "
          + "with 8 patches FCN, LCN and CNN come in the order of the other sections."
      ),
      claim:
        "What stands for what: elsewhere an average stands for the FCN, and an ascent with a threshold for the CNN and "
        + "the LCN. Here all three are trained by gradient descent with momentum on the logistic loss, with a bias that "
        + "is learned, at small k.",
      setting:
        "σ = 0.7/√k, target error 0.1, d = 16, 600 steps, or the best of 15, 60, 200 and 600."
    )
  }

  private static func samples(
    _ reader: LabReader,
    _ regime: Regime,
    title: String,
    lesson: Study.Lesson,
    claim: String,
    setting: String
  ) -> Study.Section {
    let all = reader.record.points.on(LabKey("needed-samples", in: regime.rawValue))
    guard !all.isEmpty else {
      return Study.Section(title: title, claim: claim, findings: ["This regime was not run."])
    }
    let axes = [
      ("patches", "dimension", "patches k"), ("dimension", "patches", "numbers of a patch d"),
    ]
    let figures = axes.compactMap { axis, other, name in
      figure(reader, regime, over: axis, along: other, name: name)
    }
    return Study.Section(
      title: title,
      lesson: lesson,
      claim: claim,
      findings: [setting],
      figures: figures,
      sliderFigures: [errorCurves(reader, regime)].compactMap(\.self),
      tables: [exponents(reader, regime), table(reader, regime, all)]
    )
  }

  /// The fitted exponents of n/σ², each alone and both together.
  private static func exponents(_ reader: LabReader, _ regime: Regime) -> Study.Table {
    let rows = regime.contenders.compactMap { contender -> [String]? in
      let own = reader.fits.filter {
        $0.key.labels["network"] == contender.architecture.rawValue
          && $0.key.labels["method"] == contender.method.rawValue
      }
      guard !own.isEmpty else { return nil }
      let cells = [false, true].flatMap { isJoint in
        ["patches", "dimension"].map { axis in
          own.first { $0.coordinate == axis && $0.name.contains("joint") == isJoint }
            .map(LabReader.text) ?? "-"
        }
      }
      let look = looks.first { $0.architecture == contender.architecture }
      return ["\(look?.name ?? ""), \(methods[contender.method.rawValue] ?? "")"] + cells
    }
    return Study.Table(
      caption: "Exponents of n/σ², alone and fitted together, with 95 % intervals.",
      heads: ["learner", "in k", "in d", "together, in k", "together, in d"],
      rows: rows
    )
  }

  /// n/σ² over an axis of the grid, at the value of the other axis that most points have.
  private static func figure(
    _ reader: LabReader,
    _ regime: Regime,
    over axis: String,
    along other: String,
    name: String
  ) -> Figure? {
    let all = reader.record.points.on(LabKey("samples-over-variance", in: regime.rawValue))
    let counted = Dictionary(grouping: all) { $0[other] }
      .mapValues { Set($0.map { $0[axis] }).count }
    guard let row = counted.max(by: { ($0.value, -$0.key) < ($1.value, -$1.key) }), row.value > 1
    else { return nil }
    let curves = regime.contenders.flatMap { contender -> [Figure.Curve] in
      let look = looks.first { $0.architecture == contender.architecture } ?? looks[0]
      func key(_ method: String) -> LabKey {
        LabKey("samples-over-variance", look.architecture, by: method, in: regime.rawValue)
          .at([other: row.key])
      }
      let own = key(contender.method.rawValue)
      let marks = reader.places(own, over: axis)
      let fit = reader.fits.first { $0.coordinate == axis && $0.key.labels == own.labels }
      let isFormula = contender.method == .averaging
      let bound = Figure.Curve(
        name: "\(look.name), \(isFormula ? "formula" : "floor")",
        style: isFormula ? 5 : look.style + 1,
        line: reader.places(key(isFormula ? "formula" : "floor"), over: axis)
      )
      let measured = Figure.Curve(
        name: "\(look.name), \(methods[contender.method.rawValue] ?? "")",
        style: style(contender, look.style, regime),
        line: fit.map { powerLaw(through: marks, slope: $0.slope) } ?? [],
        marks: marks
      )
      // Where a network has several learners, bounds would hide them.
      if regime == .descent { return [measured] }
      guard let ascent = regime.ascent else { return [measured, bound] }
      var other = own
      (other.labels["regime"], other.labels["method"]) = (ascent.rawValue, "thresholded")
      let beside = Figure.Curve(
        name: "\(look.name), ascent",
        style: look.architecture == .convolutional ? 5 : 0,
        marks: reader.places(other, over: axis)
      )
      return [measured, bound, beside]
    }.filter { !$0.marks.isEmpty || !$0.line.isEmpty }
    return Figure(
      title:
        "n/σ² against \(axis == "patches" ? "k" : "d"), \(axis == "patches" ? "d" : "k") = \(Int(row.key))",
      summary:
        "Images needed over the noise's variance against \(name), both logarithmic; lines through marks are "
        + "fitted, the others are floors and the formula of averages.",
      horizontal: Figure.Axis(name, isLogarithmic: true),
      vertical: Figure.Axis("images / σ²", isLogarithmic: true),
      curves: curves
    )
  }

  private static func table(_ reader: LabReader, _ regime: Regime, _ all: [LabPoint]) -> Study.Table
  {
    let places = Set(all.map { [$0["patches"], $0["dimension"], $0["sigma"]] })
      .sorted { $0.lexicographicallyPrecedes($1) }
    let contenders = regime.contenders
    func name(_ contender: Contender) -> String {
      let look = looks.first { $0.architecture == contender.architecture }
      return "\(look?.name ?? ""), \(methods[contender.method.rawValue] ?? "")"
    }
    let floors = looks.filter { look in contenders.contains { $0.architecture == look.architecture }
    }
    func key(_ architecture: Architecture, _ method: String, _ place: [Double]) -> LabKey {
      LabKey("needed-samples", architecture, by: method, in: regime.rawValue)
        .at(["patches": place[0], "dimension": place[1]])
    }
    let rows = places.map { place -> [String] in
      [Int(place[0]).description, Int(place[1]).description, LabReader.text(place[2])]
        + contenders.map { text(reader, key($0.architecture, $0.method.rawValue, place)) }
        + floors.map { reader.text(key($0.architecture, "floor", place)) }
    }
    return Study.Table(
      caption:
        "Images needed, with 95 % intervals over \(reader.record.seeds.count) seeds, and the floors under all learners.",
      heads: ["k", "d", "σ"] + contenders.map(name) + floors.map { "\($0.name), floor" },
      rows: rows
    )
  }

  /// The mean error against the images, at the number of patches where the slider stands.
  private static func errorCurves(_ reader: LabReader, _ regime: Regime) -> SliderFigure? {
    let all = reader.record.points.on(LabKey("mean-error", in: regime.rawValue))
    let counted = Dictionary(grouping: all) { $0["dimension"] }
      .mapValues { Set($0.map { $0["patches"] }) }
    guard let row = counted.max(by: { ($0.value.count, -$0.key) < ($1.value.count, -$1.key) })
    else { return nil }
    let figure = Figure(
      title: "Test error, d = \(Int(row.key))",
      summary: "Mean test error against the images learned from, for each network.",
      horizontal: Figure.Axis("images n", isLogarithmic: true),
      vertical: Figure.Axis("test error"),
      curves: []
    )
    let slider = SliderFigure.Slider("patches k", row.value.sorted())
    return SliderFigure(figure, over: [slider]) { settings in
      func curve(_ contender: Contender) -> (key: LabKey, curve: Figure.Curve) {
        let look = looks.first { $0.architecture == contender.architecture } ?? looks[0]
        let key = LabKey(
          "mean-error",
          contender.architecture,
          by: contender.method.rawValue,
          in: regime.rawValue
        )
        .at(["dimension": row.key, "patches": settings[0]])
        let style = style(contender, look.style, regime)
        let name = "\(look.name), \(methods[contender.method.rawValue] ?? "")"
        return (
          key, Figure.Curve(name: name, style: style, marks: reader.places(key, over: "samples"))
        )
      }
      let curves = regime.contenders.map(curve)
      let reading = curves.map { key, curve in
        "\(curve.name): \(text(reader, key.of("needed-samples")))"
      }.joined(separator: "; ")
      return SliderFigure.Cell(curves: curves.map(\.curve), reading: "Images needed. \(reading).")
    }
  }

  /// Colours tell networks apart, and where a network has several learners, learners.
  private static func style(_ contender: Contender, _ style: Int, _ regime: Regime) -> Int {
    guard regime == .descent else { return style }
    switch contender.method {
    case .stopped: return style
    case .averaging: return 5
    default: return style == 0 ? 4 : style + 1
    }
  }

  /// The line of a slope through the middle of places.
  private static func powerLaw(through places: [Figure.Place], slope: Double) -> [Figure.Place] {
    let count = Double(places.count)
    let x = places.reduce(0) { $0 + log($1.x) } / count
    let y = places.reduce(0) { $0 + log($1.y) } / count
    return places.map { Figure.Place(x: $0.x, y: exp(y + slope * (log($0.x) - x))) }
  }
}
