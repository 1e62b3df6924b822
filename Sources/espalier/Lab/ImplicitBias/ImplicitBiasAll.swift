import ArgumentParser
import ImplicitBiasLab

/// `espalier lab implicit-bias all`.
struct ImplicitBiasAll: ImplicitBiasExperiments {
  static let configuration = CommandConfiguration(
    commandName: "all",
    abstract: "All experiments, at the sizes of the committed study.",
    discussion: """
      This is what docs/results/implicit-bias.md is made with.

        espalier lab implicit-bias all
        espalier lab implicit-bias all --output study
      """
  )

  @OptionGroup var lab: LabOptions

  var experiments: [ImplicitBiasLaboratory.Experiment] {
    ImplicitBiasLaboratory.Experiment.allCases
  }
  var size: ImplicitBiasLaboratory.Size { .full }
}
