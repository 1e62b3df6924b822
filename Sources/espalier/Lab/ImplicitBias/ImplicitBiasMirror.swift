import ArgumentParser
import ImplicitBiasLab

private let full = ImplicitBiasLaboratory.Size.full.mirror

/// `espalier lab implicit-bias mirror`.
struct ImplicitBiasMirror: ImplicitBiasExperiments {
  static let configuration = CommandConfiguration(
    commandName: "mirror",
    abstract: "Mirror descent ends where its potential is least.",
    discussion: """
      Descent with Euclidean, p-norm, hypentropy, entropy and Burg potentials, in several steps and \
      orders, beside Newton's minimum.

        espalier lab implicit-bias mirror
        espalier lab implicit-bias mirror --exponents 1.5 --scales 1e-3 --output quick
      """
  )

  @Option(help: ArgumentHelp("How many samples.", valueName: "count"))
  var samples = full.sampleCount

  @Option(help: ArgumentHelp("How many weights, more than samples.", valueName: "count"))
  var dimension = full.dimension

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("Exponents of p-norms, above 1 and at most 2.", valueName: "number")
  )
  var exponents = full.exponents

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("Scales of hypentropies.", valueName: "number")
  )
  var scales = full.scales

  @OptionGroup var lab: LabOptions

  var experiments: [ImplicitBiasLaboratory.Experiment] { [.mirror] }

  var size: ImplicitBiasLaboratory.Size {
    var size = ImplicitBiasLaboratory.Size.full
    (size.mirror.sampleCount, size.mirror.dimension) = (samples, dimension)
    (size.mirror.exponents, size.mirror.scales) = (exponents, scales)
    return size
  }
}
