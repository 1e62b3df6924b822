import ArgumentParser
import ImplicitBiasLab

private let full = ImplicitBiasLaboratory.Size.full.diagonal

/// `espalier lab implicit-bias diagonal`.
struct ImplicitBiasDiagonal: ImplicitBiasExperiments {
  static let configuration = CommandConfiguration(
    commandName: "diagonal",
    abstract: "Diagonal linear networks from the kernel to the rich regime.",
    discussion: """
      Minima of the networks' potentials between the least l2 and the least l1 norm; descent with \
      two steps and adaptive flow beside them; what the start decides, and controls that fail.

        espalier lab implicit-bias diagonal
        espalier lab implicit-bias diagonal --depths 2 --seeds 2 --output quick
      """
  )

  @Option(parsing: .upToNextOption, help: ArgumentHelp("Layers, 2 to 12.", valueName: "count"))
  var depths = full.depths

  @Option(help: ArgumentHelp("How many samples, fewer than 30.", valueName: "count"))
  var samples = full.sampleCount

  @Option(help: ArgumentHelp("How many seeds, 1, 2 and so on.", valueName: "count"))
  var seeds = full.seedCount

  @OptionGroup var lab: LabOptions

  var experiments: [ImplicitBiasLaboratory.Experiment] { [.diagonal] }

  var size: ImplicitBiasLaboratory.Size {
    var size = ImplicitBiasLaboratory.Size(seedCount: seeds)
    (size.diagonal.depths, size.diagonal.sampleCount) = (depths, samples)
    size.diagonal.seedCount = seeds
    return size
  }
}
