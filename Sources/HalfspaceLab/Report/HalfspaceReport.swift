import Laboratory
import Reports

extension LabSection {
  static let hardLaw = LabSection(rawValue: "hard-law")
  static let normalPoints = LabSection(rawValue: "normal-points")
  static let controls = LabSection(rawValue: "controls")
  static let scale = LabSection(rawValue: "scale")
  static let secondPhase = LabSection(rawValue: "second-phase")
  static let noise = LabSection(rawValue: "noise")
  static let samples = LabSection(rawValue: "samples")
}

extension HalfspaceLaboratory {
  package static let title = "Agnostic halfspaces by logistic loss"
  package static let lead =
    "Labels are wrong with probability OPT even for the best halfspace. How much worse is the one "
    + "that logistic regression finds? Lines are exact, marks are learned from samples and carry 95 % "
    + "intervals over the seeds."

  package static func sections(
    of experiment: Experiment
  ) -> KeyValuePairs<LabSection, (LabReader) -> Study.Section> {
    switch experiment {
    case .risk:
      [
        .hardLaw: HalfspaceReport.hardRisk, .normalPoints: HalfspaceReport.gaussianRisk,
        .controls: HalfspaceReport.controls,
      ]
    case .scale: [.scale: HalfspaceReport.scale]
    case .phase2: [.secondPhase: HalfspaceReport.secondPhase]
    case .noise: [.noise: HalfspaceReport.noise]
    case .samples: [.samples: HalfspaceReport.samples]
    }
  }
}

/// The sections of the page.
enum HalfspaceReport {}
