import Laboratory
import Reports

extension LocalityReport {
  static func equivariance(_ reader: LabReader) -> Study.Section {
    func rows(_ quantity: String) -> [[String]] {
      reader.record.points.on(LabKey(quantity)).map { point in
        let labels = point.key.labels
        let look = looks.first { $0.architecture.rawValue == labels["network"] }
        return [
          "\(look?.name ?? ""), \(methods[labels["method"] ?? ""] ?? "")", labels["regime"] ?? "",
          text(reader, point.key),
        ]
      }
    }
    func table(_ caption: String, _ quantity: String, _ unit: String) -> Study.Table {
      Study.Table(caption: caption, heads: ["learner", "rotation", unit], rows: rows(quantity))
    }
    return Study.Section(
      title: "What learners cannot see",
      lesson: Study.Lesson(
        question:
          "Each patch of all images is rotated by a matrix of its own. Which networks notice?",
        answer:
          "Only the CNN: its patches are no longer alike, and its error becomes 45 times as large. For LCN and FCN nothing changes, to the last digits.",
        see:
          "In the first table distances are 0 where the rotation belongs to the learner's group, and near 1 where it does not."
      ),
      claim:
        "The lower bounds hold for equivariant learners: on rotated images they learn rotated filters. An FCN's descent "
        + "is equivariant under all rotations of the image, an LCN's under one for each patch, a CNN's under one for all. "
        + "Adam and an L1 penalty know the axes.",
      findings: [
        "Rotations of a network's own group change nothing, to rounding; others take locality or sharing away.",
        "An L1 penalty makes use of a signal along an axis. Adam is not equivariant either, and yet needs about as many "
          + "images with the signal along an axis as turned.",
      ],
      tables: [
        table(
          "Largest distance of filters learned on rotated images from rotated filters, double precision.",
          "distance",
          "distance"
        ),
        table(
          "Test error after 400 images of 4 patches of 6 numbers, σ = 0.25, bias 0.3.",
          "error",
          "error"
        ),
        table(
          "Images needed: 8 patches of 16 numbers for CNN and LCN, 4 of 8 for FCN.",
          "needed-samples",
          "images"
        ),
      ]
    )
  }

  static func bias(_ reader: LabReader) -> Study.Section {
    let rules = ["averaging", "thresholded", "two-step"]
    let figures = localLooks.map { look in
      Figure(
        title: "\(look.name), k = 8, d = 32, n = 256",
        summary: "Test error against the final bias for three ways to find filters.",
        horizontal: Figure.Axis("final bias"),
        vertical: Figure.Axis("test error"),
        curves: rules.enumerated().map { index, rule in
          let key = LabKey("error", look.architecture, by: rule)
          return Figure.Curve(
            name: methods[rule] ?? rule,
            style: [0, 3, 4][index],
            marks: reader.places(key, over: "bias")
          )
        }
      )
    }
    let rows = localLooks.map { look in
      [look.name]
        + (rules + ["descent"]).map {
          text(reader, LabKey("best-error", look.architecture, by: $0))
        }
        + [text(reader, LabKey("learned-bias", look.architecture))]
    }
    return Study.Section(
      title: "What the bias does",
      lesson: Study.Lesson(
        question:
          "Filters are well aligned. The paper's algorithm ends with a bias of 1e-4. Is that a good network?",
        answer:
          "No: with so small a bias it errs as the sum of projections does, on 12 images of 100; with a bias of 0.4 the same filters err on 5.",
        see:
          "The curves are valleys: too small a bias lets noise in, too large a one keeps the signal out."
      ),
      claim:
        "In the paper's analysis the final bias is 1e-4, so that the network is almost linear and errs as the sum of "
        + "projections does. The lower bound for FCN asks for a bias of 1e-2 at least.",
      findings: ["The bias decides as much as the filters: next to 0 good filters are wasted."],
      figures: figures,
      tables: [
        Study.Table(
          caption:
            "Test error with the best bias of eight, and of gradient descent with the bias that it learned, over the length of "
            + "its filters.",
          heads: ["network"] + (rules + ["descent"]).map { methods[$0] ?? $0 } + ["learned bias"],
          rows: rows
        )
      ]
    )
  }

  static func beyond(_ reader: LabReader) -> Study.Section {
    let rows = LocalityLaboratory.Variant.allCases.map { variant -> [String] in
      func point(_ architecture: Architecture) -> LabPoint? {
        reader.record.points.on(LabKey("needed-samples", architecture, in: variant.rawValue)).first
      }
      let ratio = point(.locallyConnected).flatMap { lcn in
        point(.convolutional).map { LabReader.text(lcn.value / $0.value) }
      }
      return [variant.rawValue]
        + localLooks.map {
          text(reader, LabKey("needed-samples", $0.architecture, in: variant.rawValue))
        }
        + [ratio ?? "-"]
    }
    return Study.Section(
      title: "Beyond the theorem",
      lesson: Study.Lesson(
        question:
          "Patches overlap in all but one number. Does weight sharing become worth more or less?",
        answer:
          "More: neighbouring windows see shifted parts of the signal, which confuse a filter of each place more than a shared one.",
        see: "The last column: how many times the CNN's images the LCN needs in each setting."
      ),
      claim:
        "Nothing is claimed about these. All networks are trained by gradient descent that is stopped in time, k = 8, d = 16, target error 0.1.",
      findings: [
        "Overlapping patches are windows one number apart, so that the image is shorter and neighbours see parts of the "
          + "signal; with two signals each network has two filters a patch; with two layers it has four, mixed and "
          + "activated once more."
      ],
      tables: [
        Study.Table(
          caption: "Images needed, with 95 % intervals over \(reader.record.seeds.count) seeds.",
          heads: ["setting", "CNN", "LCN", "LCN over CNN"],
          rows: rows
        )
      ]
    )
  }

  static func shifts(_ reader: LabReader) -> Study.Section {
    let key = LabKey("needed-samples", .locallyConnected, in: "shifts")
    let shared = reader.record.points.value(LabKey("needed-samples", .convolutional, in: "shifts"))
    let counts = reader.points(key, over: "shifts")
    let gap = counts.first.map { $0.value - shared } ?? .nan
    let back = counts.map {
      "\(Int($0["shifts"])) shifts: \(LabReader.text((1 - ($0.value - shared) / gap) * 100)) %"
    }
    return Study.Section(
      title: "What augmentation gives back",
      lesson: Study.Lesson(
        question:
          "Each image is learned from in two shifts and not one. Which share of the gap between LCN and CNN comes back?",
        answer:
          "More than half: each filter sees twice as many signals, and the gap is a factor of about k. With all 8 shifts nothing is left of it.",
        see: "The marks fall along a straight line to the CNN's level, which they reach at 8."
      ),
      claim:
        "An LCN that learns from images whose patches are shifted around sees in every filter what the shared filter "
        + "sees. With all k shifts its ascent is the CNN's, filter by filter.",
      findings: [
        "Of the gap between LCN and CNN come back with " + back.joined(separator: ", ") + "."
      ],
      figures: [
        Figure(
          title: "Images needed, k = 8, d = 32, σ = 0.3",
          summary:
            "Images that the LCN needs against the number of shifts it learns from; the level is the CNN.",
          horizontal: Figure.Axis("shifts of each image", isLogarithmic: true),
          vertical: Figure.Axis("images", isLogarithmic: true),
          curves: [Figure.Curve(name: "LCN", style: 3, marks: reader.places(key, over: "shifts"))],
          levels: [Figure.Level(name: "CNN", y: shared)]
        )
      ]
    )
  }
}
