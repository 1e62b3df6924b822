import Laboratory
import Reports

extension LabSection {
  static let stacking = LabSection(rawValue: "stacking")
}

extension ImplicitBiasLaboratory {
  static var stackingSections: KeyValuePairs<LabSection, (LabReader) -> Study.Section> {
    [.stacking: StackingReport.layers]
  }
}

/// The section about growing by copies.
enum StackingReport {
  private static let looks: [(start: LayerStack.Start, name: String)] = [
    (.zero, "from 0"), (.random, "random"), (.copy, "copy"), (.dampedCopy, "copy times β"),
    (.nesterov, "Nesterov"),
  ]

  static func layers(_ reader: LabReader) -> Study.Section {
    let conditions = reader.parameter("conditions").sorted()
    return Study.Section(
      title: "Growing by copies is accelerated descent",
      lesson: Study.Lesson(
        question:
          "A linear residual network grows by one layer at a time, each trained for one step. Inputs are ten times worse conditioned. How many times more layers does it take from 0, and how many from copies?",
        answer:
          "Ten times more from 0, as gradient descent does, and about three times more from copies, the root of ten, as Nesterov's method does.",
        see: "Both lines of copies and of Nesterov run side by side, half as steep as that from 0."
      ),
      claim:
        "A new layer I + W that starts from 0 makes a step of gradient descent in the space of functions. One that starts from a copy of "
        + "the layer before begins at F + βWF, where Nesterov's method begins at F + βWF₋₁; for deep linear residual networks the "
        + "difference does no harm, and layers of the order √κ suffice where κ are needed from 0 (Agarwal et al. 2024).",
      findings: reader.fits.map { "\($0.name): exponent \(LabReader.text($0))." } + [
        "Each layer takes one step of one over its curvature; β is Nesterov's for the condition number at the target. Means and intervals are over \(reader.record.seeds.count) targets."
      ],
      figures: [
        Figure(
          title: "Layers needed",
          summary: "Layers until the loss has fallen a millionfold, against the condition number.",
          horizontal: Figure.Axis("condition number κ", isLogarithmic: true),
          vertical: Figure.Axis("layers", isLogarithmic: true),
          curves: looks.enumerated().map { style, look in
            reader.curve(
              look.name,
              style: style,
              StackingStudy.key("needed-layers", look.start),
              over: "condition"
            )
          }
        ),
        Figure(
          title: "Loss while layers are added, κ = 100",
          summary: "The loss of one target against the number of layers for five starts.",
          horizontal: Figure.Axis("layers"),
          vertical: Figure.Axis("loss over that of no layers", isLogarithmic: true),
          curves: looks.enumerated().map { style, look in
            Figure.Curve(
              name: look.name,
              style: style,
              line: reader.places(StackingStudy.key("loss", look.start), over: "layer")
            )
          }
        ),
      ],
      tables: [
        Study.Table(
          caption:
            "Layers until the loss is \(NumberText.setting(reader.parameter("target").first ?? .nan)) of that of no layers.",
          heads: ["start"] + conditions.map { "κ = \(LabReader.text($0))" },
          rows: looks.map { look in
            [look.name]
              + conditions.map { condition in
                let key = StackingStudy.key("needed-layers", look.start).at([
                  "condition": condition
                ])
                return reader.record.points.value(key) == .infinity
                  ? "never" : reader.text(key)
              }
          }
        )
      ]
    )
  }
}
