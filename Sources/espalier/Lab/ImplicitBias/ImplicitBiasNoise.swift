import ArgumentParser
import ImplicitBiasLab

/// `espalier lab implicit-bias noise`.
struct ImplicitBiasNoise: ImplicitBiasRepetitions {
  static let configuration = CommandConfiguration(
    commandName: "noise",
    abstract: "What stochastic steps and noisy labels do to the bias.",
    discussion: """
      Descent on single samples and with fresh label noise, beside the potentials' minima.

        espalier lab implicit-bias noise
        espalier lab implicit-bias noise --seeds 4 --output quick
      """
  )

  @OptionGroup var repetitions: SeedOptions<ImplicitBiasLaboratory>
  @OptionGroup var lab: LabOptions

  var experiments: [ImplicitBiasLaboratory.Experiment] { [.noise] }
}
