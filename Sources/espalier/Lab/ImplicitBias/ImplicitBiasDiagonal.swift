import ArgumentParser
import ImplicitBiasLab

/// `espalier lab implicit-bias diagonal`.
struct ImplicitBiasDiagonal: ImplicitBiasRepetitions {
  static let configuration = CommandConfiguration(
    commandName: "diagonal",
    abstract: "Diagonal linear networks from the kernel to the rich regime.",
    discussion: """
      Gradient descent beside the potential that depth, scale and shape of the start decide.

        espalier lab implicit-bias diagonal
        espalier lab implicit-bias diagonal --seeds 4 --output quick
      """
  )

  @OptionGroup var repetitions: SeedOptions<ImplicitBiasLaboratory>
  @OptionGroup var lab: LabOptions

  var experiments: [ImplicitBiasLaboratory.Experiment] { [.diagonal] }
}
