import ArgumentParser
import ImplicitBiasLab

/// `espalier lab implicit-bias metric`.
struct ImplicitBiasMetric: ImplicitBiasRepetitions {
  static let configuration = CommandConfiguration(
    commandName: "metric",
    abstract: "Which potential a parametrisation follows, if any.",
    discussion: """
      Metric tensors by differentiation, the test whether they are Hessians, and what the flow keeps.

        espalier lab implicit-bias metric
        espalier lab implicit-bias metric --seeds 4 --output quick
      """
  )

  @OptionGroup var repetitions: SeedOptions<ImplicitBiasLaboratory>
  @OptionGroup var lab: LabOptions

  var experiments: [ImplicitBiasLaboratory.Experiment] { [.metric] }
}
