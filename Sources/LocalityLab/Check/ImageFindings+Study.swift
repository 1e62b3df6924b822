import Foundation
import Laboratory
import Reports

extension ImageFindings {
  private static let titles: [ImageView: String] = [
    .plain: "Images as they are", .permuted: "Pixels permuted", .rotated: "Images rotated",
  ]

  /// The page.
  ///
  /// - Parameters:
  ///   - path: Where the images come from.
  ///   - command: The command.
  ///   - facts: How the numbers came to be.
  /// - Returns: Two sections: what knowledge is worth, and errors on each view.
  package func study(of path: String, command: String?, facts: [Study.Fact]) -> Study {
    let origin = Study.Origin(command: command, seeds: seeds)
    var sections = [worth, views]
    for place in sections.indices { sections[place].origin = origin }
    return Study(
      title: "What locality and weight sharing are worth on \(path)",
      lead:
        "\(names[0]) or \(names[1])? Images of \(grid.shape.height) x \(grid.shape.width) pixels in "
        + "\(grid.patchCount) patches of \(grid.dimension) numbers, seen by a network that knows that patches are "
        + "alike (CNN), one that knows what a patch is (LCN) and one that knows neither (FCN), each inside the next. "
        + "Marks carry 95 % intervals over the seeds.",
      sections: sections,
      facts: facts
    )
  }

  private var worth: Study.Section {
    Study.Section(
      title: "What knowledge is worth in images",
      lesson: Study.Lesson(
        question:
          "Suppose that what tells the classes apart may stand anywhere in an image. Which of the three "
          + "networks needs the fewest images? And which, if it always stands in the same place?",
        answer:
          "Where it may stand anywhere, the CNN: all patches teach its one filter. Where it always stands in "
          + "the same place, a network may need to know which patch it looks at, and sharing weights costs.",
        see:
          "At an error that the slider chooses, the marks farther to the left are the networks that need fewer "
          + "images."
      ),
      claim:
        "Lahoti et al. (ICLR 2024): for a signal in one of k patches of d numbers gradient descent needs of order "
        + "k + d images with a CNN, k(k + d) with an LCN and k²d with an FCN, where k is \(grid.patchCount) and d is "
        + "\(grid.dimension) here. Real images may carry signals in all patches, or always in the same ones.",
      findings: verdicts,
      sliderFigures: [neededFigure].compactMap(\.self)
    )
  }

  private var views: Study.Section {
    Study.Section(
      title: "Errors, and what destroys locality",
      lesson: Study.Lesson(
        question: "All pixels change places, the same way in every image. Which networks notice?",
        answer:
          "Those that know what a patch is. To the FCN all pixels are alike before it learns, so on average it "
          + "learns the same, and the same again from images that are turned by an orthogonal matrix.",
        see:
          "The curve of the FCN is the same in all three figures, up to chance; what the others lose from one to "
          + "the next is what they had from neighbours."
      ),
      claim:
        "Gradient descent is equivariant: networks learn the same of images turned by a rotation of their group, all "
        + "rotations for the FCN, of each patch for the LCN, one of all patches for the CNN. Permuted pixels and "
        + "rotated images are beyond the groups of CNN and LCN.",
      findings: changes,
      figures: ImageView.allCases.map(figure),
      tables: [errorTable, exponentTable]
    )
  }

  private func curve(
    _ view: ImageView,
    _ look: (architecture: Architecture, name: String, style: Int)
  )
    -> Figure.Curve
  {
    let places = sizes.indices.map { place in
      let error = error(view, look.architecture, at: place)
      return Figure.Place(
        x: Double(sizes[place]),
        y: error.value,
        low: error.low.isFinite ? error.low : nil,
        high: error.high.isFinite ? error.high : nil
      )
    }
    return Figure.Curve(
      name: look.name,
      style: look.style,
      line: places.map { .init(x: $0.x, y: $0.y) },
      marks: places
    )
  }

  private func figure(_ view: ImageView) -> Figure {
    let title = Self.titles[view] ?? ""
    return Figure(
      title: title,
      summary:
        "\(title): test error against images learned from, both logarithmic, for three networks.",
      horizontal: Figure.Axis("images learned from", isLogarithmic: true),
      vertical: Figure.Axis("error on \(testCount) others", isLogarithmic: true),
      curves: LocalityReport.looks.map { curve(view, $0) }
    )
  }

  /// The curves as they are, with what each network needs for an error that a slider chooses.
  private var neededFigure: SliderFigure? {
    guard isLearned else { return nil }
    var figure = figure(.plain)
    figure.title = "Images needed for an error"
    for place in figure.curves.indices { figure.curves[place].marks = [] }
    let (least, most) = (commonError(), min(0.4, commonError() * 4))
    let errors = (0..<9).map { least * pow(most / least, Double($0) / 8) }
    let slider = SliderFigure.Slider(
      "error",
      errors.map(Self.rounded),
      startingAt: Self.rounded(least)
    )
    return SliderFigure(figure, over: [slider]) { settings in
      // The common error itself was not rounded.
      let error = max(settings[0], least)
      let counts = LocalityReport.looks.map { ($0, needed(error, $0.architecture)) }
      return SliderFigure.Cell(
        curves: counts.compactMap { look, count in
          count.map {
            Figure.Curve(
              name: "",
              style: look.style,
              marks: [Figure.Place(x: $0.value, y: error, low: error, high: error)]
            )
          }
        },
        reading: counts.map { look, count in
          "\(look.name) needs \(count.map(Self.text) ?? "more than tried")."
        }.joined(separator: " ")
      )
    }
  }

  private static func rounded(_ error: Double) -> Double { (error * 1e4).rounded() / 1e4 }

  private var errorTable: Study.Table {
    let columns = ImageView.allCases.flatMap { view in LocalityReport.looks.map { (view, $0) } }
    return Study.Table(
      caption:
        "Errors with half their 95 % intervals over \(seeds.count) seeds, by images learned from.",
      heads: ["images"] + columns.map { "\($1.name), \($0.rawValue)" },
      rows: sizes.indices.map { place in
        ["\(sizes[place])"]
          + columns.map { view, look in
            let error = error(view, look.architecture, at: place)
            return
              "\(LabReader.text(error.value)) ± \(String(format: "%.1g", (error.high - error.low) / 2))"
          }
      },
      numbers: 0..<columns.count + 1
    )
  }

  private var exponentTable: Study.Table {
    Study.Table(
      caption: "Exponents of the error's power law in the images, with 95 % intervals.",
      heads: ["network"] + ImageView.allCases.map(\.rawValue),
      rows: LocalityReport.looks.map { look in
        [look.name]
          + ImageView.allCases.map { view in
            exponent(view, look.architecture).map(Self.text) ?? NumberText.unknown
          }
      },
      numbers: 1..<ImageView.allCases.count + 1
    )
  }

  /// The findings in lines for a terminal.
  package var terminalText: String {
    let head =
      "\(grid.shape.height) x \(grid.shape.width) pixels in \(grid.patchCount) patches of "
      + "\(grid.dimension) numbers; \(names[0]) against \(names[1]); \(testCount) images held out\n\n"
    var table = exponentTable
    table.heads[0] = "exponent"
    let last = sizes.count - 1
    let errors = Study.Table(
      caption: "",
      heads: ["error at n = \(sizes[last])"] + ImageView.allCases.map(\.rawValue),
      rows: LocalityReport.looks.map { look in
        [look.name] + ImageView.allCases.map { Self.text(error($0, look.architecture, at: last)) }
      },
      numbers: table.numbers
    )
    let section = Study.Section(title: "", tables: [errors, table])
    return head + section.terminalText + "\n"
      + verdicts.flatMap { TerminalText.wrapped($0, to: 76) }.map { $0 + "\n" }.joined()
  }
}
