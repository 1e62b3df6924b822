import Laboratory
import Reports

extension BiasFindings {
  /// The page.
  ///
  /// - Parameters:
  ///   - path: Where the data come from.
  ///   - command: The command.
  ///   - facts: How the numbers came to be.
  /// - Returns: Two sections: errors of the fits, and the features' spectrum.
  package func study(of path: String, command: String?, facts: [Study.Fact]) -> Study {
    var sections = [errors, ranks]
    let origin = Study.Origin(command: command, seeds: checker.seeds)
    for place in sections.indices { sections[place].origin = origin }
    return Study(
      title: "Which perfect fit of \(path) does best",
      lead:
        "\(checker.learnedCount) rows, \(checker.table.columns.count) features: many weights fit all rows. A gradient method "
        + "picks one, by scale and depth, between the least l2 and the least l1 norm. Errors are on \(checker.heldOutCount) "
        + "other rows, with 95 % intervals over \(checker.seeds.count) splits, which share rows.",
      sections: sections,
      facts: facts
    )
  }

  private var errors: Study.Section {
    let isRegression = checker.task == .regression
    return Study.Section(
      title: "From the l2 end to the l1 end",
      lesson: Study.Lesson(
        question:
          "Do you expect few of your features to matter, or all of them a little? Which end should do better then?",
        answer:
          "With few that matter the l1 end, small α and more layers; with many that matter a little the l2 end, large α.",
        see: "Whether the curves fall or rise from the right, where α is large, to the left."
      ),
      claim: isRegression
        ? "A diagonal network of depth D that starts at α ends in the fit of least Q: the least l2 norm for large α, the least l1 norm for small α."
        : "A diagonal network of depth D passes from the largest l2 margin towards the largest l1 margin while its loss falls, the earlier the smaller α.",
      findings: [verdict, bestNetwork].compactMap(\.self),
      figures: [figure],
      tables: [
        Study.Table(
          caption: isRegression
            ? "Squared error on held-out rows over that of guessing the mean; l1 norm; the worst certificate."
            : "Share of held-out rows on the wrong side; shares of the largest margins; the worst certificate.",
          heads: ["solution", "error"] + (isRegression ? ["l1 norm"] : ["l1 margin", "l2 margin"])
            + ["worst certificate"],
          rows: rows.map { row in
            let worst = Certificate.worst(of: row.key, in: splits)
            return [row.name, Self.text(row.error)]
              + (isRegression ? ["l1-norm"] : ["l1-ratio", "l2-ratio"]).map {
                mean($0, row.key).map(LabReader.text) ?? NumberText.unknown
              } + [worst.isNaN ? NumberText.unknown : NumberText.brief(worst)]
          }
        )
      ]
    )
  }

  private var figure: Figure {
    let exponents: [Double?] =
      checker.task == .regression ? [nil] : BiasChecker.exponents.map { $0 }
    let kinds = Set(checker.networks.map(\.depth)).sorted().flatMap { depth in
      exponents.map { (depth: depth, exponent: $0) }
    }
    let curves = kinds.enumerated().map { style, kind in
      let own = rows.filter {
        $0.key.coordinates["depth"] == Double(kind.depth)
          && $0.key.coordinates["exponent"] == kind.exponent
      }
      return Figure.Curve(
        name: "D = \(kind.depth)" + (kind.exponent.map { ", loss 1e-\(Int($0))" } ?? ""),
        style: style,
        marks: own.map {
          Figure.Place(
            x: $0.key.coordinates["alpha"] ?? .nan,
            y: $0.error.value,
            low: $0.error.low,
            high: $0.error.high
          )
        }
      )
    }
    let ends = rows.filter { $0.key.labels["method"] != "network" }
    return Figure(
      title: "Error on held-out rows",
      summary: "The held-out error of diagonal networks against alpha, beside both ends.",
      horizontal: Figure.Axis("scale α", isLogarithmic: true),
      vertical: Figure.Axis("error"),
      curves: curves,
      levels: ends.map { Figure.Level(name: $0.name, y: $0.error.value) }
    )
  }

  private var ranks: Study.Section {
    Study.Section(
      title: "Is overfitting benign here?",
      lesson: Study.Lesson(
        question:
          "Which eigenvalues make fitting noise harmless: a few large ones that fall quickly, or a few large ones and very many small equal ones?",
        answer:
          "The second: noise is spread over the many small directions, which hardly matter for new rows.",
        see: "Whether the curve ends in a long flat part."
      ),
      claim:
        "The variance of the least-norm fit is of the order s²(k*/n + n/R_k*) with k* = min{k : r_k ≥ n} (Bartlett et al. 2020).",
      findings: benign,
      figures: [
        Figure(
          title: "Eigenvalues of the features' covariance",
          summary: "The eigenvalues of the covariance of standardised features, the largest first.",
          horizontal: Figure.Axis("number", isLogarithmic: true),
          vertical: Figure.Axis("eigenvalue", isLogarithmic: true),
          curves: [
            Figure.Curve(
              name: "",
              style: 0,
              line: spectrum.eigenvalues.enumerated().map {
                Figure.Place(x: Double($0.offset + 1), y: $0.element)
              }
            )
          ]
        )
      ]
    )
  }
}
