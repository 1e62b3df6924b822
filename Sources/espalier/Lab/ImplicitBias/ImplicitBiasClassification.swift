import ArgumentParser
import ImplicitBiasLab

/// `espalier lab implicit-bias classification`.
struct ImplicitBiasClassification: ImplicitBiasRepetitions {
  static let configuration = CommandConfiguration(
    commandName: "classification",
    abstract: "Which margin a diagonal network maximises, and when.",
    discussion: """
      The exact flow of the exponential loss down to losses of 1e-300, beside the largest l1 and l2 \
      margins.

        espalier lab implicit-bias classification
        espalier lab implicit-bias classification --seeds 4 --output quick
      """
  )

  @OptionGroup var repetitions: SeedOptions<ImplicitBiasLaboratory>
  @OptionGroup var lab: LabOptions

  var experiments: [ImplicitBiasLaboratory.Experiment] { [.classification] }
}
