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
      lesson: Study.Lesson(
        question:
          "The direction of the signal is known, and its place is not. Noise is 0.3. Is the sum of all projections a good rule with 32 patches?",
        answer:
          "No: it errs on 28 images of 100, the best rule on 9. What the other 31 patches add up to drowns the signal unless small projections are left out.",
        see:
          "With one patch or two all rules but the activations are equally good; with more the sum falls behind."
      ),
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
      sliderFigures: [biasFigure(reader)].compactMap(\.self),
      tables: [
        Study.Table(
          caption: "Errors, \(reader.counts("draws").first ?? 0) images each.",
          heads: ["σ", "k"] + rules.map(\.1),
          rows: rows.sorted { ($0[0], Int($0[1]) ?? 0) < ($1[0], Int($1[1]) ?? 0) }
        )
      ]
    )
  }

  /// What known filters err with each bias, at the patches and the noise where the sliders stand.
  private static func biasFigure(_ reader: LabReader) -> SliderFigure? {
    let all = reader.record.points.on(LabKey("error-of-bias"))
    func values(_ coordinate: String) -> [Double] { Set(all.map { $0[coordinate] }).sorted() }
    guard !all.isEmpty else { return nil }
    let figure = Figure(
      title: "Activations of known filters",
      summary: "The error of the sum of activations against their bias.",
      horizontal: Figure.Axis("bias b"),
      vertical: Figure.Axis("error"),
      curves: []
    )
    let sliders = [
      SliderFigure.Slider("patches k", values("patches"), startingAt: 16),
      SliderFigure.Slider("noise σ", values("sigma"), startingAt: 0.3),
    ]
    return SliderFigure(figure, over: sliders) { settings in
      let places = reader.places(
        LabKey("error-of-bias").at(["patches": settings[0], "sigma": settings[1]]),
        over: "bias"
      )
      let best = places.min { $0.y < $1.y }
      return SliderFigure.Cell(
        curves: [Figure.Curve(name: "activations", style: 3, line: places)],
        reading:
          "Without a bias the error is \(LabReader.text(places.first?.y ?? .nan)); the least is "
          + "\(LabReader.text(best?.y ?? .nan)), with a bias of \(LabReader.text(best?.x ?? .nan))."
      )
    }
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
      lesson: Study.Lesson(
        question:
          "How many times more images does the LCN need than the CNN to come halfway from guessing to its best?",
        answer:
          "With 16 patches about 20 times: each filter sees a signal in one of 16 images, and has to find them alone.",
        see:
          "The curves of the LCN are those of the CNN moved to the right, and all end at the level of known filters."
      ),
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
    let steps = Set(reader.record.points.on(LabKey("filter", by: "thresholded")).map { $0["step"] })
    let answer = reader.places(LabKey("filter", by: "answer"), over: "place")
    let frame = Figure(
      title: "The third patch's filter from 64 images",
      summary: "The filters of both networks, and the signal that they should become.",
      horizontal: Figure.Axis("number of the patch"),
      vertical: Figure.Axis("weight"),
      curves: [Figure.Curve(name: "signal", style: 0, line: answer)]
    )
    let slider = SliderFigure.Slider("step", steps.sorted())
    let filters = SliderFigure(frame, over: [slider]) { settings in
      let lines = localLooks.map { look in
        let key = LabKey("filter", look.architecture).at(["step": settings[0]])
        return Figure.Curve(
          name: look.name,
          style: look.style,
          line: reader.places(key, over: "place")
        )
      }
      let cosines = lines.map { line in
        "\(line.name) \(LabReader.text(zip(line.line, answer).reduce(0) { $0 + $1.0.y * $1.1.y }))"
      }
      return SliderFigure.Cell(
        curves: lines,
        reading: "Alignment with the signal: \(cosines.joined(separator: ", "))."
      )
    }
    return Study.Section(
      title: "An image, and filters while they are learned",
      lesson: Study.Lesson(
        question:
          "Can you find the bump in the noisy image before the line of the signal shows it to you?",
        answer:
          "Hardly: in one image the noise of the other patches makes as large waves. It is the many images that tell.",
        see:
          "Move the slider: the shared filter takes the signal's shape at once, that of one patch slowly."
      ),
      claim:
        "The first step is the mean of the images; later ones keep the images whose projection is large.",
      findings: [
        "The shared filter has seen 64 signals and looks like the bump; the filter of one patch has seen some 16."
      ],
      figures: [image],
      sliderFigures: steps.isEmpty ? [] : [filters]
    )
  }

  static func alignment(_ reader: LabReader) -> Study.Section {
    Study.Section(
      title: "How filters turn towards the signal",
      lesson: Study.Lesson(
        question:
          "The mean of 2000 images, 8 patches of 32 numbers: is it closer to the signal in an LCN's filter or in an FCN's?",
        answer:
          "Equally close: both have to tell the signal from the noise of 1/k of its strength, and a filter on the whole image has k signals in k times the noise.",
        see: "The formulas of LCN and FCN are one line; the ascent leaves it far behind."
      ),
      claim:
        "The mean of n images has ⟨w, w*⟩² near 1/(1 + σ²k²d/n) in a patch's filter and in a filter on the whole "
        + "image, and 1/(1 + σ²kd/n) where all patches are put together.",
      findings: ["8 patches of 32 numbers in noise of 0.3; lines are the formulas of averages."],
      figures: [
        alignmentFigure(reader, "averaging", "dynamic", "Averages"),
        alignmentFigure(reader, "thresholded", "dynamic", "Ascent"),
      ],
      sliderFigures: [formulaFigure()]
    )
  }

  static func fixedPatch(_ reader: LabReader) -> Study.Section {
    Study.Section(
      title: "A signal with one place",
      lesson: Study.Lesson(
        question:
          "If the signal is always in the first patch, how many times fewer images does the filter there need for the same alignment?",
        answer:
          "64 times fewer, k²: it sees the signal in each image and not in one of 8, and a mean that is 8 times as strong needs 64 times fewer images.",
        see:
          "On the left the LCN is aligned from the first few images on; on the right it needs hundreds."
      ),
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

  /// The formulas of averages, at the patches and dimension where the sliders stand.
  private static func formulaFigure() -> SliderFigure {
    let figure = Figure(
      title: "Formulas of averages, σ = 0.3",
      summary: "Squared alignment against the number of images, by formula.",
      horizontal: Figure.Axis("images n", isLogarithmic: true),
      vertical: Figure.Axis("⟨w, w*⟩²"),
      curves: []
    )
    let sliders = [
      SliderFigure.Slider("patches k", [1, 2, 4, 8, 16, 32], startingAt: 8),
      SliderFigure.Slider("numbers d", [8, 16, 32, 64, 128], startingAt: 32),
    ]
    return SliderFigure(figure, over: sliders) { settings in
      let law = SignalLaw(patchCount: Int(settings[0]), dimension: Int(settings[1]), sigma: 0.3)
      let variance = 0.09 * settings[0] * settings[1]
      return SliderFigure.Cell(
        curves: localLooks.map { look in
          Figure.Curve(
            name: look.architecture == .convolutional ? "CNN" : "LCN and FCN",
            style: look.style,
            line: (2...15).map { power in
              let count = Double(1 << power)
              let square = ClosedForms.averagingAlignment(
                law,
                look.architecture,
                sampleCount: count
              )
              return Figure.Place(x: count, y: square)
            }
          )
        },
        reading:
          "Half of the alignment takes \(LabReader.text(variance)) images with a shared filter and "
          + "\(LabReader.text(variance * settings[0])) without."
      )
    }
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
      lesson: Study.Lesson(
        question:
          "Noise doubles, and filters have to be as well aligned as before. How many times the images?",
        answer: "About four, as all bounds carry σ²: the exponents measured here are near 2.",
        see: "The marks rise next to parallel to the floors."
      ),
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
