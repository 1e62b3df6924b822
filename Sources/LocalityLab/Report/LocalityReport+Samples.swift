import Laboratory
import Reports

extension LocalityReport {
  static func falling(_ reader: LabReader) -> Study.Section {
    samples(
      reader,
      .falling,
      title: "Sample counts where noise falls as 1/√k",
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
      claim:
        "The same bounds at one σ: the exponent of k is 1 to 2 for LCN and at most 1 for CNN. The linear rule of an "
        + "average cannot reach the target from 8 patches on, so there is no FCN.",
      setting: "σ = 0.3, target 0.03 above the best rule's error."
    )
  }

  static func likelihood(_ reader: LabReader) -> Study.Section {
    var section = samples(
      reader,
      .likelihood,
      title: "The k in k + d is the cost of gradient ascent, not of information",
      claim:
        "The k in σ²(k + d) comes from the analysis of gradient descent; information alone asks for σ²d, the floor. "
        + "Maximum likelihood, an ascent by expectation maximisation from the images' mean or from the answer, whichever "
        + "ends more likely, shows what the images say. It has the setting of R2.",
      setting: "σ = 0.3, target 0.03 above the best rule's error."
    )
    let ratios = localLooks.compactMap { look -> String? in
      let rows = counts(reader.counts("patches").max() ?? 0, look.architecture, reader)
      guard let ascent = rows.0, let likelihood = rows.1 else { return nil }
      return "\(look.name): \(LabReader.text(ascent / likelihood))"
    }
    if !ratios.isEmpty {
      section.findings.append(
        "With the most patches the ascent of R2 takes so many times the images of maximum likelihood: "
          + ratios.joined(separator: ", ") + "."
      )
    }
    return section
  }

  /// The counts of ascent and of maximum likelihood at the most patches.
  private static func counts(_ patches: Int, _ architecture: Architecture, _ reader: LabReader) -> (
    Double?, Double?
  ) {
    func count(_ regime: Regime) -> Double? {
      let key = LabKey("needed-samples", architecture, in: regime.rawValue)
        .at(["patches": Double(patches)])
      return reader.record.points.on(key).first { $0.key.labels["method"] != "floor" }?.value
    }
    return (count(.fixed), count(.likelihood))
  }

  static func descent(_ reader: LabReader) -> Study.Section {
    samples(
      reader,
      .descent,
      title: "Networks that are trained by gradient descent",
      claim:
        "What stands for what: elsewhere an average stands for the FCN, and an ascent with a threshold for the CNN and "
        + "the LCN. Here all three are trained by gradient descent with momentum on the logistic loss, with a bias that "
        + "is learned, at small k.",
      setting: "σ = 0.7/√k, target error 0.1, d = 16, 600 steps."
    )
  }

  private static func samples(
    _ reader: LabReader,
    _ regime: Regime,
    title: String,
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
    let slopes = reader.fits.map { "\($0.name): \(LabReader.text($0))." }
    return Study.Section(
      title: title,
      claim: claim,
      findings: [setting]
        + (slopes.isEmpty ? [] : ["Exponents of n/σ². " + slopes.joined(separator: " ")]),
      figures: figures,
      tables: [table(reader, regime, all)]
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
    let curves = looks.flatMap { look -> [Figure.Curve] in
      regime.contenders.filter { $0.architecture == look.architecture }.map { contender in
        let key = LabKey("samples-over-variance", look.architecture, in: regime.rawValue)
          .at([other: row.key])
        var marked = key
        marked.labels["method"] = contender.method.rawValue
        var bound = key
        bound.labels["method"] = contender.method == .averaging ? "formula" : "floor"
        let style = contender.method == .averaging && regime == .descent ? 4 : look.style
        return Figure.Curve(
          name: "\(look.name), \(methods[contender.method.rawValue] ?? "")",
          style: style,
          line: reader.places(bound, over: axis),
          marks: reader.places(marked, over: axis)
        )
      }
    }.filter { !$0.marks.isEmpty }
    return Figure(
      title:
        "n/σ² against \(axis == "patches" ? "k" : "d"), \(axis == "patches" ? "d" : "k") = \(Int(row.key))",
      summary:
        "Images needed over the noise's variance against \(name), both logarithmic; lines are floors, and for "
        + "averages the formula.",
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
    let rows = places.map { place -> [String] in
      let cells = contenders.flatMap { contender -> [String] in
        func key(_ method: String) -> LabKey {
          LabKey("needed-samples", contender.architecture, by: method, in: regime.rawValue)
            .at(["patches": place[0], "dimension": place[1]])
        }
        return [text(reader, key(contender.method.rawValue)), reader.text(key("floor"))]
      }
      return [Int(place[0]).description, Int(place[1]).description, LabReader.text(place[2])]
        + cells
    }
    return Study.Table(
      caption:
        "Images needed, with 95 % intervals over \(reader.record.seeds.count) seeds, and the floor under every learner.",
      heads: ["k", "d", "σ"] + contenders.flatMap { [name($0), "floor"] },
      rows: rows
    )
  }
}
