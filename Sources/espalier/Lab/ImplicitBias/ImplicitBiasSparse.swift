import ArgumentParser
import ImplicitBiasLab

/// `espalier lab implicit-bias sparse`.
struct ImplicitBiasSparse: ImplicitBiasRepetitions {
  static let configuration = CommandConfiguration(
    commandName: "sparse",
    abstract: "Sparse regression: error against scale, depth and samples.",
    discussion: """
      Minima of the diagonal networks' potentials between the least l2 and the least l1 norm.

        espalier lab implicit-bias sparse
        espalier lab implicit-bias sparse --seeds 4 --output quick
      """
  )

  @OptionGroup var repetitions: SeedOptions<ImplicitBiasLaboratory>
  @OptionGroup var lab: LabOptions

  var experiments: [ImplicitBiasLaboratory.Experiment] { [.sparse] }
}
