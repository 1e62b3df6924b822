import Foundation
import Laboratory
import Reports

extension LabSection {
  static let doubleDescent = LabSection(rawValue: "double-descent")
  static let ranks = LabSection(rawValue: "effective-ranks")
  static let spiked = LabSection(rawValue: "spiked")
}

extension ImplicitBiasLaboratory {
  static var benignSections: KeyValuePairs<LabSection, (LabReader) -> Study.Section> {
    [
      .doubleDescent: BenignReport.descent, .ranks: BenignReport.ranks,
      .spiked: BenignReport.spiked,
    ]
  }
}

/// The sections about least-norm interpolation.
enum BenignReport {
  /// What another program measured at 100 samples and a noise of 0.25, with 50 draws of its own.
  private static let independent: [Int: String] = [
    20: ".0664 ± .0031", 50: ".243 ± .008", 80: "1.03 ± .05", 90: "2.42 ± .18",
    110: "2.94 ± .24", 120: "1.52 ± .07", 150: ".827 ± .019", 200: ".759 ± .012",
    400: ".837 ± .005", 1000: ".9269 ± .0021",
  ]

  static func descent(_ reader: LabReader) -> Study.Section {
    func places(_ quantity: String, _ method: String) -> [Figure.Place] {
      reader.places(LabKey(quantity, labels: ["method": method]), over: "parameters")
    }
    let risk = Figure(
      title: "Excess risk",
      summary: "Excess risk of least-norm least squares against the number of parameters.",
      horizontal: Figure.Axis("parameters p", isLogarithmic: true),
      vertical: Figure.Axis("excess risk", isLogarithmic: true),
      curves: [
        Figure.Curve(
          name: "mean, exact",
          style: 0,
          line: places("risk", "exact"),
          marks: places("risk", "least-norm")
        ),
        Figure.Curve(name: "median", style: 3, marks: places("risk", "median")),
        Figure.Curve(name: "ridge", style: 1, marks: places("risk", "ridge")),
      ]
    )
    let norm = Figure(
      title: "Squared length of the weights",
      summary: "The squared length of the least-norm weights against the number of parameters.",
      horizontal: Figure.Axis("parameters p", isLogarithmic: true),
      vertical: Figure.Axis("|w|²", isLogarithmic: true),
      curves: [
        Figure.Curve(name: "mean", style: 0, marks: places("squared-norm", "least-norm"))
      ]
    )
    let isStandard =
      reader.parameter("samples") == [100] && reader.parameter("noise") == [0.25]
    let rows = reader.points(LabKey("risk", labels: ["method": "least-norm"]), over: "parameters")
      .map { point -> [String] in
        func text(_ method: String) -> String {
          var key = point.key
          key.labels["method"] = method
          return reader.text(key)
        }
        let count = Int(point["parameters"])
        return [
          "\(count)", text("least-norm"), text("exact"),
          isStandard ? independent[count] ?? NumberText.unknown : NumberText.unknown,
          text("asymptotic"), text("median"), text("ridge"),
        ] + Certificate.cells(of: point.key, in: reader).prefix(2)
      }
    return Study.Section(
      title: "Double descent",
      lesson: Study.Lesson(
        question:
          "100 noisy samples are fitted with ever more parameters by the shortest weights that fit best. Where is the risk worst, and is 1000 parameters better or worse than 20?",
        answer:
          "Worst where parameters equal samples: the one fit that there is has to follow all the noise. With 1000 it is worse than with 20, .93 for .06, since most of the signal is given up; with 200 it has a second valley.",
        see: "Risk and length of the weights peak at the same place; ridge regression has no peak."
      ),
      claim:
        "Gradient descent from 0 ends in the least-norm fit. Its mean excess risk is s²p/(n - p - 1) for p ≤ n - 2 and "
        + "r²(1 - n/p) + s²n/(p - n - 1) for p ≥ n + 2, exactly; in the limit s²g/(1 - g) and r²(1 - 1/g) + s²/(g - 1) with "
        + "g = p/n (Hastie et al. 2022). Beyond the peak it is least at g = r/(r - s).",
      findings: [
        "Intervals are 95 % over \(reader.record.seeds.count) draws; a draw uses its first p features.",
        "Ridge regression with the best penalty, p s²/r², rises without a peak, below the least-norm fit everywhere.",
      ],
      figures: [risk, norm],
      sliderFigures: [formulaFigure()],
      tables: [
        Study.Table(
          caption:
            "Excess risk, \(reader.counts("samples").first ?? 0) samples, noise s² = \(LabReader.text(reader.parameter("noise").first ?? .nan)), r = 1; "
            + "what another program measured with 50 draws of its own; residuals of the fit and of its conditions, the worst.",
          heads: [
            "p", "mean", "exact", "another program", "limit", "median", "ridge",
          ] + Certificate.heads.prefix(2),
          rows: rows
        )
      ]
    )
  }

  /// The exact risk, at the noise and the samples where the sliders stand.
  private static func formulaFigure() -> SliderFigure {
    let figure = Figure(
      title: "The formula",
      summary: "The exact excess risk against the number of parameters over that of samples.",
      horizontal: Figure.Axis("p/n", isLogarithmic: true),
      vertical: Figure.Axis("excess risk", isLogarithmic: true),
      curves: []
    )
    let sliders = [
      SliderFigure.Slider("noise s²", [0.01, 0.05, 0.25, 0.5, 1, 2], startingAt: 0.25),
      SliderFigure.Slider("samples n", [10, 30, 100, 1000], startingAt: 100),
    ]
    return SliderFigure(figure, over: sliders) { settings in
      let law = RidgelessRisk(sampleCount: Int(settings[1]), noise: settings[0])
      let near = (-20...20).map { 1 + Double($0) / 100 }
      let ratios = near + (0...60).map { pow(10, Double($0) / 20 - 1) }
      let counts = Set(ratios.map { Int(($0 * settings[1]).rounded()) }).sorted()
      let line = counts.map {
        Figure.Place(x: Double($0) / settings[1], y: law.exact(parameterCount: $0))
      }
      let valley =
        law.bestRatio.map { "The second valley is near p/n = \(LabReader.text($0))." }
        ?? "The noise is as strong as the signal: there is no second valley, and no fit beats no fit."
      return SliderFigure.Cell(
        curves: [Figure.Curve(name: "exact", style: 0, line: line.filter { $0.y.isFinite })],
        reading: valley
      )
    }
  }

  static func ranks(_ reader: LabReader) -> Study.Section {
    let rows = reader.record.points.on(LabKey("r0/n")).map { point -> [String] in
      func text(_ quantity: String) -> String {
        let value = reader.record.points.value(point.key.of(quantity))
        return value == .infinity ? "none" : LabReader.text(value)
      }
      return [
        point.key.labels["spectrum"] ?? "", "\(Int(point["samples"]))", text("r0/n"), text("k/n"),
        text("n/R"),
      ]
    }
    let looks = [
      ("isotropic", "isotropic, p = 1.2 n", 0), ("power", "1/i²", 3),
      ("benign", "1/(i ln²(i + 1))", 1), ("spiked", "spiked, tail 1/√n", 4),
    ]
    let curves = looks.map { name, title, style in
      Figure.Curve(
        name: title,
        style: style,
        marks: reader.places(
          LabKey("risk-of-spectrum", labels: ["spectrum": name]),
          over: "samples"
        )
      )
    }
    return Study.Section(
      title: "When fitting noise does no harm",
      lesson: Study.Lesson(
        question:
          "Eigenvalues fall as 1/i² or, hardly more slowly than 1/i, as 1/(i ln²(i + 1)). For which of the two does interpolating noise cost nothing in the end?",
        answer:
          "For the second, and only just: all three ranks over n fall, like 1/ln n. For 1/i² the tail is too short: two of them stay where they are for ever.",
        see: "In the table, whether a row's numbers fall as n grows tenfold."
      ),
      claim:
        "With r_k = Σ_{i>k} λᵢ/λ_{k+1}, R_k = (Σ_{i>k} λᵢ)²/Σ_{i>k} λᵢ² and k* = min{k : r_k ≥ n} the variance of the least-norm "
        + "fit is of the order s²(k*/n + n/R_{k*}), from both sides (Bartlett et al. 2020). Overfitting is benign if r₀/n, k*/n "
        + "and n/R_{k*} go to 0.",
      findings: [
        "Isotropic inputs with p = 1.2 n meet neither condition, however many samples there are: r₀/n and n/R stay near 1.",
        "At the sample sizes of a lecture the benign spectrum 1/(i ln²(i + 1)) is not benign yet; the spiked one is.",
      ],
      figures: [
        Figure(
          title: "Excess risk, s² = 0.25",
          summary: "Excess risk of the least-norm fit against the number of samples, four spectra.",
          horizontal: Figure.Axis("samples n", isLogarithmic: true),
          vertical: Figure.Axis("excess risk", isLogarithmic: true),
          curves: curves
        )
      ],
      tables: [
        Study.Table(
          caption:
            "Effective ranks of infinite spectra, cut off after 400 000 eigenvalues with an integral for the rest of the sum.",
          heads: ["λᵢ", "n", "r₀/n", "k*/n", "n/R"],
          rows: rows.sorted { ($0[0], Int($0[1]) ?? 0) < ($1[0], Int($1[1]) ?? 0) }
        )
      ]
    )
  }

  /// What another program measured, in the order of the cells.
  private static let independentSpiked = [
    ".049 ± .003", ".0215 ± .0036", ".129 ± .007", ".0174 ± .0031", ".028 ± .003", ".244",
  ]

  static func spiked(_ reader: LabReader) -> Study.Section {
    let rows = reader.record.points.on(LabKey("spiked-risk")).enumerated().map {
      place,
      point -> [String] in
      [
        LabReader.text(point["tail"]), "\(Int(point["parameters"]))", reader.text(point.key),
        reader.text(point.key.of("prediction")),
        independentSpiked.indices.contains(place)
          ? independentSpiked[place] : NumberText.unknown,
        reader.text(point.key.of("variance-order")),
        NumberText.brief(reader.record.points.value(point.key.of("training-error"))),
      ] + Certificate.cells(of: point.key, in: reader).prefix(2)
    }
    return Study.Section(
      title: "A few strong directions and a long flat tail",
      lesson: Study.Lesson(
        question:
          "5 strong directions carry the signal, 5000 weak ones nothing. The fit passes through all 100 noisy targets. How large is its risk, if guessing 0 has risk 1 and the noise is 0.25?",
        answer:
          "About .02: the noise is spread over thousands of directions that hardly matter, so that fitting it costs s²n/R_k*, .005.",
        see:
          "Training errors are 0 to rounding in every row; the last row has too few weak directions."
      ),
      claim:
        "With k spikes of 1 and a flat tail of trace nε over p ≫ n dimensions the tail acts as a ridge penalty nε: "
        + "R ≈ (ε/(1 + ε))²|b|² + s²k/(n(1 + ε)²) + s²n/R_k.",
      findings: [
        "Fits meet every target, and their risk is far below the noise: overfitting is benign here."
      ],
      tables: [
        Study.Table(
          caption:
            "Excess risk with 5 spikes, 95 % intervals over up to 20 draws; the bound's order; training error and residuals, the worst.",
          heads: [
            "ε", "p", "measured", "predicted", "another program", "s²(k*/n + n/R)",
            "training error",
          ] + Certificate.heads.prefix(2),
          rows: rows
        )
      ]
    )
  }
}
