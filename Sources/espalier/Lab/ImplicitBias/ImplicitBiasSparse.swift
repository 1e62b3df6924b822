import ArgumentParser
import ImplicitBiasLab

private let full = ImplicitBiasLaboratory.Size.full.sparse

/// `espalier lab implicit-bias sparse`.
struct ImplicitBiasSparse: ImplicitBiasExperiments {
  static let configuration = CommandConfiguration(
    commandName: "sparse",
    abstract: "Sparse regression: error against scale, depth and samples.",
    discussion: """
      Errors of the least l2 norm, of diagonal networks of two and three layers and of the least l1 \
      norm, and how many samples each needs.

        espalier lab implicit-bias sparse
        espalier lab implicit-bias sparse --samples 40 80 --seeds 2 --output quick
      """
  )

  @Option(parsing: .upToNextOption, help: ArgumentHelp("Numbers of samples.", valueName: "count"))
  var samples = full.sampleCounts

  @Option(
    help: ArgumentHelp("How many weights, more than samples and 512.", valueName: "count")
  )
  var dimension = full.law.dimension

  @Option(help: ArgumentHelp("The error that is to be reached.", valueName: "number"))
  var target = full.target

  @Option(help: ArgumentHelp("How many seeds, 1, 2 and so on.", valueName: "count"))
  var seeds = full.seedCount

  @OptionGroup var lab: LabOptions

  var experiments: [ImplicitBiasLaboratory.Experiment] { [.sparse] }

  var size: ImplicitBiasLaboratory.Size {
    // The search for samples has seeds of its own.
    var size = ImplicitBiasLaboratory.Size(
      seedCount: seeds < 2 ? seeds : max(seeds, full.searchSeedCount)
    )
    (size.sparse.sampleCounts, size.sparse.law.dimension) = (samples, dimension)
    (size.sparse.target, size.sparse.seedCount) = (target, seeds)
    return size
  }
}
