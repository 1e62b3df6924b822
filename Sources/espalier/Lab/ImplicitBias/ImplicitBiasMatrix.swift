import ArgumentParser
import ImplicitBiasLab

/// `espalier lab implicit-bias matrix`.
struct ImplicitBiasMatrix: ImplicitBiasRepetitions {
  static let configuration = CommandConfiguration(
    commandName: "matrix",
    abstract: "Matrix factorisation and the least trace.",
    discussion: """
      Gradient descent on a square root of a matrix from smaller and smaller starts, beside the \
      least trace.

        espalier lab implicit-bias matrix
        espalier lab implicit-bias matrix --seeds 4 --output quick
      """
  )

  @OptionGroup var repetitions: SeedOptions<ImplicitBiasLaboratory>
  @OptionGroup var lab: LabOptions

  var experiments: [ImplicitBiasLaboratory.Experiment] { [.matrix] }
}
