import Laboratory
import Reports

extension LabSection {
  static let sparse = LabSection(rawValue: "sparse")
}

extension ImplicitBiasLaboratory {
  static var sparseSections: KeyValuePairs<LabSection, (LabReader) -> Study.Section> {
    [.sparse: SparseReport.errors]
  }
}

/// The section about sparse regression.
enum SparseReport {
  /// A row of the table: what it is called, and what another program measured with three seeds of its own.
  private static let rows: [(key: LabKey, name: String, others: [String])] = [
    (method("least-l2"), "least l2 norm", [".980", ".963", ".926", ".856"]),
    (network(2, 1), "D = 2, α = 1", [".980", ".963", ".926", ".856"]),
    (network(2, 0.1), "D = 2, α = 0.1", [".979", ".954", ".872", ".613"]),
    (network(2, 0.03), "D = 2, α = 0.03", [".959", ".811", ".415", ".072"]),
    (network(2, 0.01), "D = 2, α = 0.01", [".941", ".678", ".137", ".016"]),
    (network(2, 1e-3), "D = 2, α = 0.001", [".949", ".537", ".033", ".009"]),
    (network(2, 1e-6), "D = 2, α = 1e-6", [".992", ".425", ".019", ".008"]),
    (network(3, 0.2), "D = 3, α = 0.2", [".977", ".931", ".737", ".287"]),
    (network(3, 0.1), "D = 3, α = 0.1", [".946", ".656", ".125", ".017"]),
    (network(3, 0.05), "D = 3, α = 0.05", [".963", ".445", ".023", ".007"]),
    (method("least-l1"), "least l1 norm", ["1.059", ".405", ".016", ".008"]),
  ]

  private static func method(_ name: String) -> LabKey {
    LabKey("error", labels: ["method": name])
  }

  private static func network(_ depth: Int, _ scale: Double) -> LabKey {
    LabKey(
      "error",
      labels: ["method": "network"],
      coordinates: ["depth": Double(depth), "alpha": scale]
    )
  }

  static func errors(_ reader: LabReader) -> Study.Section {
    let counts = reader.counts("samples")
    let isStandard = counts == SparseSize().sampleCounts
    return Study.Section(
      title: "Sparse regression: what a small start is worth",
      lesson: Study.Lesson(
        question:
          "1000 weights, 5 of them not 0, 80 noisy samples. The least l2 norm errs by .92. What does the same network of two layers reach from α = 0.001?",
        answer:
          "About .02: 80 samples are enough for a sparse truth, and a small start looks for one. At α = 0.1 it still errs by .84.",
        see:
          "On the left all curves fall from the kernel's level at the right edge; three layers fall at larger scales already."
      ),
      claim:
        "In the kernel regime the error is that of the least l2 norm, 1 - n/d of the truth and some noise. In the rich regime it is that of "
        + "the least l1 norm, for which of the order of k ln d samples suffice (Woodworth et al. 2020).",
      findings: [
        "Errors are those of the population, |w - b|², over \(reader.record.seeds.count) seeds at most; each minimum has its certificate.",
        "Samples needed are the least, within 3 %, with a mean error over \(SparseSize().searchSeedCount) seeds of at most \(LabReader.text(reader.parameter("target").first ?? .nan)).",
      ],
      figures: [errorFigure(reader, counts), neededFigure(reader)],
      tables: [
        Study.Table(
          caption:
            "Error; in brackets what another program measured with three seeds of its own. The last columns are samples needed and the worst residuals.",
          heads: ["solution"] + counts.map { "n = \($0)" } + ["needed", "worst certificate"],
          rows: rows.map { row in
            [row.name]
              + counts.enumerated().map { place, count in
                let value = LabReader.text(
                  reader.record.points.value(row.key.at(["samples": Double(count)]))
                )
                return isStandard ? "\(value) (\(row.others[place]))" : value
              }
              + [
                needed(reader, row.key),
                NumberText.brief(Certificate.worst(of: row.key, in: reader.record.points)),
              ]
          }
        )
      ]
    )
  }

  private static func needed(_ reader: LabReader, _ key: LabKey) -> String {
    let value = reader.record.points.value(key.of("needed-samples"))
    return value == .infinity
      ? "over \(reader.counts("limit").first ?? 0)" : LabReader.text(value)
  }

  private static func errorFigure(_ reader: LabReader, _ counts: [Int]) -> Figure {
    let curves = [2, 3].flatMap { depth in
      counts.suffix(3).enumerated().map { place, count in
        reader.curve(
          "D = \(depth), n = \(count)",
          style: place + (depth - 2) * 3,
          LabKey(
            "error",
            labels: ["method": "network"],
            coordinates: ["depth": Double(depth), "samples": Double(count)]
          ),
          over: "alpha"
        )
      }
    }
    return Figure(
      title: "Error against the scale",
      summary: "The population error against the scale alpha, for two depths and sample counts.",
      horizontal: Figure.Axis("scale α", isLogarithmic: true),
      vertical: Figure.Axis("error", isLogarithmic: true),
      curves: curves
    )
  }

  private static func neededFigure(_ reader: LabReader) -> Figure {
    let curves = [2, 3].map { depth in
      reader.curve(
        "D = \(depth)",
        style: (depth - 2) * 3,
        LabKey(
          "needed-samples",
          labels: ["method": "network"],
          coordinates: ["depth": Double(depth)]
        ),
        over: "alpha"
      )
    }
    let least = reader.record.points.value(method("least-l1").of("needed-samples"))
    return Figure(
      title: "Samples needed",
      summary: "The least samples that reach the target error against the scale alpha.",
      horizontal: Figure.Axis("scale α", isLogarithmic: true),
      vertical: Figure.Axis("samples", isLogarithmic: true),
      curves: curves,
      levels: least.isFinite ? [Figure.Level(name: "least l1 norm", y: least)] : []
    )
  }
}
