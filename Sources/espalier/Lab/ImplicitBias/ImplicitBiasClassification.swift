import ArgumentParser
import ImplicitBiasLab

private let full = ImplicitBiasLaboratory.Size.full.classification

/// `espalier lab implicit-bias classification`.
struct ImplicitBiasClassification: ImplicitBiasExperiments {
  static let configuration = CommandConfiguration(
    commandName: "classification",
    abstract: "Which margin a diagonal network maximises, and when.",
    discussion: """
      The exact flow of the exponential and the logistic loss down to losses of 1e-300, beside the \
      largest l1 and l2 margins.

        espalier lab implicit-bias classification
        espalier lab implicit-bias classification --exponents 3 30 --output quick
      """
  )

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("Scales of two layers.", valueName: "number")
  )
  var scales = full.scales

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("Losses, 6 for 1e-6, rising.", valueName: "number")
  )
  var exponents = full.exponents

  @Option(help: ArgumentHelp("How many seeds, 1, 2 and so on.", valueName: "count"))
  var seeds = full.seedCount

  @OptionGroup var lab: LabOptions

  var experiments: [ImplicitBiasLaboratory.Experiment] { [.classification] }

  var size: ImplicitBiasLaboratory.Size {
    var size = ImplicitBiasLaboratory.Size(seedCount: seeds)
    (size.classification.scales, size.classification.exponents) = (scales, exponents)
    size.classification.seedCount = seeds
    return size
  }
}
