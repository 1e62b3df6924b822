import Laboratory
import Reports

extension LabSection {
  static let rules = LabSection(rawValue: "rules")
  static let curves = LabSection(rawValue: "curves")
  static let pictures = LabSection(rawValue: "pictures")
  static let alignment = LabSection(rawValue: "alignment")
  static let noise = LabSection(rawValue: "noise")
  static let equivariance = LabSection(rawValue: "equivariance")
  static let fixed = LabSection(rawValue: "static")
  static let bias = LabSection(rawValue: "bias")
  static let beyond = LabSection(rawValue: "beyond")
  static let shifts = LabSection(rawValue: "shifts")

  /// The section of a regime's sample counts.
  static func samples(_ regime: Regime) -> LabSection {
    LabSection(rawValue: "samples-\(regime.rawValue)")
  }
}

extension LocalityLaboratory {
  package static let title = "What locality and weight sharing are worth"
  package static let lead =
    "A signal hides in one patch of an image, and noise is everywhere. How many images does a network need that knows "
    + "that patches are alike (CNN), one that knows what a patch is (LCN), and one that knows neither (FCN)? Marks are "
    + "measured and carry 95 % intervals over the seeds, lines are formulas."

  package static func sections(
    of experiment: Experiment
  ) -> KeyValuePairs<LabSection, (LabReader) -> Study.Section> {
    switch experiment {
    case .bayes: [.rules: LocalityReport.rules]
    case .samples:
      [
        .samples(.falling): LocalityReport.falling, .samples(.fixed): LocalityReport.fixedNoise,
        .samples(.fallingLikelihood): LocalityReport.fallingLikelihood,
        .samples(.fixedLikelihood): LocalityReport.fixedLikelihood,
        .samples(.descent): LocalityReport.descent,
      ]
    case .curves: [.curves: LocalityReport.curves, .pictures: LocalityReport.pictures]
    case .alignment: [.alignment: LocalityReport.alignment]
    case .noise: [.noise: LocalityReport.noise]
    case .equivariance: [.equivariance: LocalityReport.equivariance]
    case .fixed: [.fixed: LocalityReport.fixedPatch]
    case .bias: [.bias: LocalityReport.bias]
    case .beyond: [.beyond: LocalityReport.beyond, .shifts: LocalityReport.shifts]
    }
  }
}

/// The sections of the page.
enum LocalityReport {
  /// Names and colours of the networks.
  static let looks: [(architecture: Architecture, name: String, style: Int)] = [
    (.convolutional, "CNN", 1), (.locallyConnected, "LCN", 3), (.fullyConnected, "FCN", 0),
  ]

  /// The two networks with local filters.
  static let localLooks = looks.prefix(2)

  /// How learners are called.
  static let methods = [
    "thresholded": "ascent", "averaging": "average", "likelihood": "likelihood",
    "descent": "gradient descent", "stopped": "descent, stopped", "momentum": "gradient descent",
    "adam": "Adam",
    "l1": "L1 penalty", "two-step": "two steps",
  ]

  /// The value of the first point on a curve, in words.
  static func text(_ reader: LabReader, _ key: LabKey) -> String {
    guard let point = reader.record.points.on(key).first else { return "not reached" }
    guard let low = point.low, let high = point.high else { return LabReader.text(point.value) }
    return "\(LabReader.text(point.value)) (\(LabReader.text(low)) to \(LabReader.text(high)))"
  }
}
