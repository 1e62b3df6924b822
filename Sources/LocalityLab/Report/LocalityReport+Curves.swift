import Laboratory
import Reports

extension LocalityReport {
  static func rules(_ reader: LabReader) -> Study.Section {
    let rules = [
      ("best", "best rule", 0), ("largest", "largest projection", 4),
      ("activations", "activations, b = 0.5", 3),
      ("linear", "sum of projections", 1),
    ]
    func key(_ rule: String, _ sigma: Double) -> LabKey {
      LabKey("error", by: rule).at(["sigma": sigma])
    }
    let curves = rules.map { rule, name, style in
      let isExact = rule == "linear"
      let exact = rule == "activations" ? "activations, exact" : rule
      return Figure.Curve(
        name: name,
        style: style,
        line: isExact || rule == "activations"
          ? reader.places(key(exact, 0.3), over: "patches") : [],
        marks: isExact ? [] : reader.places(key(rule, 0.3), over: "patches")
      )
    }
    let rows = reader.points(LabKey("error", by: "best"), over: "patches").map { best -> [String] in
      [LabReader.text(best["sigma"]), "\(Int(best["patches"]))"]
        + rules.map { rule, _, _ in
          var key = best.key
          key.labels["method"] = rule
          return reader.text(key)
        }
    }
    return Study.Section(
      title: "What can be known if the signal is known",
      claim:
        "With the projections Pᵢ = ⟨w, xᵢ⟩ the best rule is the sign of Σ sinh(Pᵢ/σ²). The sum of the projections errs "
        + "with probability Q(1/(σ√k)), as do all three networks without a bias. With two patches no rule is better.",
      findings: [
        "A bias that leaves out what looks like noise brings activations near the best rule; the sum is lost in the noise of "
          + "the other patches."
      ],
      figures: [
        Figure(
          title: "Errors at σ = 0.3",
          summary: "The error of four rules against the number of patches.",
          horizontal: Figure.Axis("patches k", isLogarithmic: true),
          vertical: Figure.Axis("error"),
          curves: curves
        )
      ],
      tables: [
        Study.Table(
          caption: "Errors, \(reader.counts("draws").first ?? 0) images each.",
          heads: ["σ", "k"] + rules.map(\.1),
          rows: rows.sorted { ($0[0], Int($0[1]) ?? 0) < ($1[0], Int($1[1]) ?? 0) }
        )
      ]
    )
  }

  static func curves(_ reader: LabReader) -> Study.Section {
    let curves = looks.flatMap { look in
      ["thresholded", "likelihood", "averaging"].enumerated().map { index, method in
        Figure.Curve(
          name: "\(look.name), \(methods[method] ?? "")",
          style: method == "likelihood" ? look.style + 1 : look.style,
          marks: reader.places(LabKey("error", look.architecture, by: method), over: "samples")
        )
      }.filter { !$0.marks.isEmpty }
    }
    let levels = [
      ("best", "best rule"), ("activations", "filters known"), ("linear", "sum of projections"),
    ]
    .map { rule, name in
      Figure.Level(name: name, y: reader.record.points.value(LabKey("level", by: rule)))
    }
    return Study.Section(
      title: "Error against the number of images",
      claim:
        "No network falls below the best rule, and no linear one below the sum of projections.",
      findings: [
        "16 patches of 32 numbers in noise of 0.3; each network has the best of eight biases for its test error."
      ],
      figures: [
        Figure(
          title: "Test error, k = 16, d = 32",
          summary: "Mean test error against the number of images for five learners.",
          horizontal: Figure.Axis("images n", isLogarithmic: true),
          vertical: Figure.Axis("test error"),
          curves: curves,
          levels: levels
        )
      ]
    )
  }

  static func pictures(_ reader: LabReader) -> Study.Section {
    let image = Figure(
      title: "An image of 4 patches of 32 numbers",
      summary: "The signal, a bump in the third patch, and the image, which hides it in noise.",
      horizontal: Figure.Axis("number of the image"),
      vertical: Figure.Axis("value"),
      curves: [
        Figure.Curve(
          name: "image",
          style: 5,
          line: reader.places(LabKey("picture", by: "image"), over: "place")
        ),
        Figure.Curve(
          name: "signal",
          style: 1,
          line: reader.places(LabKey("picture", by: "signal"), over: "place")
        ),
      ]
    )
    let filters = localLooks.map { look in
      Figure(
        title: "\(look.name): the third patch's filter from 64 images",
        summary: "The filter after 1, 2, 4 and 15 steps, and the signal that it should become.",
        horizontal: Figure.Axis("number of the patch"),
        vertical: Figure.Axis("weight"),
        curves: [1, 2, 4, 15].enumerated().map { index, step in
          let key = LabKey("filter", look.architecture).at(["step": Double(step)])
          return Figure.Curve(
            name: "step \(step)",
            style: [5, 4, 3, 1][index],
            line: reader.places(key, over: "place")
          )
        } + [
          Figure.Curve(
            name: "signal",
            style: 0,
            line: reader.places(LabKey("filter", by: "answer"), over: "place")
          )
        ]
      )
    }
    return Study.Section(
      title: "An image, and filters while they are learned",
      claim:
        "The first step is the mean of the images; later ones keep the images whose projection is large.",
      findings: [
        "The shared filter has seen 64 signals and looks like the bump; the filter of one patch has seen some 16."
      ],
      figures: [image] + filters
    )
  }

  static func alignment(_ reader: LabReader) -> Study.Section {
    Study.Section(
      title: "How filters turn towards the signal",
      claim:
        "The mean of n images has ⟨w, w*⟩² near 1/(1 + σ²k²d/n) in a patch's filter and in a filter on the whole "
        + "image, and 1/(1 + σ²kd/n) where all patches are put together.",
      findings: ["8 patches of 32 numbers in noise of 0.3; lines are the formulas of averages."],
      figures: [
        alignmentFigure(reader, "averaging", "dynamic", "Averages"),
        alignmentFigure(reader, "thresholded", "dynamic", "Ascent"),
      ]
    )
  }

  static func fixedPatch(_ reader: LabReader) -> Study.Section {
    Study.Section(
      title: "A signal with one place",
      claim:
        "If the signal is always in one patch, that patch's filter sees it in each image: σ²d images align the LCN's "
        + "average and σ²kd the FCN's. That its place is drawn costs factors of k² and k; of the first, one k is that the "
        + "mean has 1/k of the signal's length, and ascent wins some of it back.",
      findings: [
        "The filter of the first patch, which has the signal; lines are the formulas of averages."
      ],
      figures: [
        alignmentFigure(reader, "averaging", "static", "One place"),
        alignmentFigure(reader, "averaging", "dynamic", "Any place"),
      ]
    )
  }

  private static func alignmentFigure(
    _ reader: LabReader,
    _ method: String,
    _ regime: String,
    _ title: String
  ) -> Figure {
    let curves = looks.map { look in
      Figure.Curve(
        name: look.name,
        style: look.style,
        line: reader.places(
          LabKey("alignment", look.architecture, by: "formula", in: regime),
          over: "samples"
        ),
        marks: reader.places(
          LabKey("alignment", look.architecture, by: method, in: regime),
          over: "samples"
        )
      )
    }
    return Figure(
      title: title,
      summary: "Squared alignment with the signal against the number of images.",
      horizontal: Figure.Axis("images n", isLogarithmic: true),
      vertical: Figure.Axis("⟨w, w*⟩²"),
      curves: curves.filter { method == "averaging" || !$0.marks.isEmpty }
    )
  }

  static func noise(_ reader: LabReader) -> Study.Section {
    let curves = localLooks.map { look in
      func key(_ method: String) -> LabKey {
        LabKey("needed-samples", look.architecture, by: method)
      }
      return Figure.Curve(
        name: look.name,
        style: look.style,
        line: reader.places(key("floor"), over: "sigma"),
        marks: reader.places(key("thresholded"), over: "sigma")
      )
    }
    return Study.Section(
      title: "Sample counts against the noise",
      claim:
        "All bounds carry σ². The target is the error of filters of alignment 0.9, so that filters have to be equally "
        + "good at each noise. Nothing is gated.",
      findings: reader.fits.map { "\($0.name): \(LabReader.text($0))." },
      figures: [
        Figure(
          title: "Images needed, k = 8, d = 32",
          summary: "Images needed against the noise, both logarithmic; lines are floors.",
          horizontal: Figure.Axis("noise σ", isLogarithmic: true),
          vertical: Figure.Axis("images", isLogarithmic: true),
          curves: curves
        )
      ]
    )
  }
}
