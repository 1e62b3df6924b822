import ArgumentParser
import ImplicitBiasLab

private let full = ImplicitBiasLaboratory.Size.full.benign

/// `espalier lab implicit-bias benign`.
struct ImplicitBiasBenign: ImplicitBiasExperiments {
  static let configuration = CommandConfiguration(
    commandName: "benign",
    abstract: "Least-norm interpolation: double descent, and when fitting noise does no harm.",
    discussion: """
      Risks of the least-norm fit beside exact formulas, effective ranks of spectra, and spikes on \
      long flat tails.

        espalier lab implicit-bias benign
        espalier lab implicit-bias benign --samples 40 --parameters 20 80
      """
  )

  @Option(help: ArgumentHelp("How many samples.", valueName: "count"))
  var samples = full.sampleCount

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "Numbers of parameters, two or more away from the samples.",
      valueName: "count"
    )
  )
  var parameters = full.parameterCounts

  @Option(help: ArgumentHelp("The variance of the targets' noise.", valueName: "number"))
  var noise = full.noise

  @OptionGroup var repetitions: SeedOptions<ImplicitBiasLaboratory>
  @OptionGroup var lab: LabOptions

  var experiments: [ImplicitBiasLaboratory.Experiment] { [.benign] }

  var size: ImplicitBiasLaboratory.Size {
    var size = ImplicitBiasLaboratory.Size.full
    size.seeds = repetitions.list
    size.benign.sampleCount = samples
    (size.benign.parameterCounts, size.benign.noise) = (parameters, noise)
    return size
  }
}
