import ArgumentParser
import LocalityLab

private let full = LocalityLaboratory.Size.full

extension Regime: ExpressibleByArgument {}

/// `espalier lab locality samples`.
struct LocalitySamples: LocalityExperiments {
  static let configuration = CommandConfiguration(
    commandName: "samples",
    abstract: "How many images each network needs, against patches and their size.",
    discussion: """
      Sample counts by doubling and a search inside, with intervals and exponents, in the regimes \
      R1 (noise 0.7/sqrt(k), error 0.1), R2 (one noise, error 0.03 above the best rule's), \
      likelihood-R1 and likelihood-R2 (the same by maximum likelihood) and descent (R1 by gradient \
      descent, at few patches).

        espalier lab locality samples
        espalier lab locality samples --regimes R1 R2 --output timed
        espalier lab locality samples --regimes R2 --patches 4 8 --output quick
      """
  )

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "Settings: R1, R2, likelihood-R1, likelihood-R2, descent.",
      valueName: "name"
    )
  )
  var regimes = full.regimes

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "Numbers of patches; dimensions vary at the second smallest.",
      valueName: "count"
    )
  )
  var patches = full.patches

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "Numbers of a patch; patches vary at the second smallest. (default: 32 to 256 in R1, else 16 to 128)",
      valueName: "count"
    )
  )
  var dimensions: [Int] = []

  @Option(help: ArgumentHelp("The noise of R2 and likelihood-R2.", valueName: "number"))
  var sigma = full.sigma

  @Option(
    help: ArgumentHelp("The error to reach in R1, likelihood-R1 and descent.", valueName: "number")
  )
  var target = full.target

  @OptionGroup var repetitions: SeedOptions<LocalityLaboratory>
  @OptionGroup var lab: LabOptions

  var experiments: [LocalityLaboratory.Experiment] { [.samples] }

  var size: LocalityLaboratory.Size {
    var size = full
    (size.regimes, size.patches, size.seeds) = (regimes, patches, repetitions.list)
    (size.sigma, size.target) = (sigma, target)
    if !dimensions.isEmpty {
      (size.fallingDimensions, size.fixedDimensions) = (dimensions, dimensions)
    }
    return size
  }
}

/// `espalier lab locality bayes`.
struct LocalityBayes: LocalityExperiments {
  static let configuration = CommandConfiguration(
    commandName: "bayes",
    abstract: "Errors of the best rule and of simpler ones, where the signal is known.",
    discussion: """
      The best rule, the largest projection, activations and the sum of projections, by \
      simulation and by formula.

        espalier lab locality bayes
        espalier lab locality bayes --output quick
      """
  )

  @OptionGroup var lab: LabOptions

  var experiments: [LocalityLaboratory.Experiment] { [.bayes] }
  var size: LocalityLaboratory.Size { full }
}

/// `espalier lab locality curves`.
struct LocalityCurves: LocalityRepetitions {
  static let configuration = CommandConfiguration(
    commandName: "curves",
    abstract: "Test error against the number of images, and pictures.",
    discussion: """
      Learners at 16 patches of 32 numbers beside the rules that know the signal; an image and \
      filters while they are learned.

        espalier lab locality curves
        espalier lab locality curves --seeds 4 --output quick
      """
  )

  @OptionGroup var repetitions: SeedOptions<LocalityLaboratory>
  @OptionGroup var lab: LabOptions

  var experiments: [LocalityLaboratory.Experiment] { [.curves] }
}

/// `espalier lab locality alignment`.
struct LocalityAlignment: LocalityRepetitions {
  static let configuration = CommandConfiguration(
    commandName: "alignment",
    abstract: "How filters turn towards the signal.",
    discussion: """
      Squared alignments of averages and of the ascent, beside the formulas of averages.

        espalier lab locality alignment
        espalier lab locality alignment --seeds 4 --output quick
      """
  )

  @OptionGroup var repetitions: SeedOptions<LocalityLaboratory>
  @OptionGroup var lab: LabOptions

  var experiments: [LocalityLaboratory.Experiment] { [.alignment] }
}

/// `espalier lab locality noise`.
struct LocalityNoise: LocalityRepetitions {
  static let configuration = CommandConfiguration(
    commandName: "noise",
    abstract: "Sample counts against the noise.",
    discussion: """
      The exponent of n in sigma, for filters that have to be equally good at each noise.

        espalier lab locality noise
        espalier lab locality noise --seeds 4 --output quick
      """
  )

  @OptionGroup var repetitions: SeedOptions<LocalityLaboratory>
  @OptionGroup var lab: LabOptions

  var experiments: [LocalityLaboratory.Experiment] { [.noise] }
}

/// `espalier lab locality equivariance`.
struct LocalityEquivariance: LocalityRepetitions {
  static let configuration = CommandConfiguration(
    commandName: "equivariance",
    abstract: "What rotations of images change.",
    discussion: """
      Learners on rotated images: exact where theory says so, broken where it must break, with \
      Adam and an L1 penalty as controls.

        espalier lab locality equivariance
        espalier lab locality equivariance --seeds 4 --output quick
      """
  )

  @OptionGroup var repetitions: SeedOptions<LocalityLaboratory>
  @OptionGroup var lab: LabOptions

  var experiments: [LocalityLaboratory.Experiment] { [.equivariance] }
}

/// `espalier lab locality static`.
struct LocalityStatic: LocalityRepetitions {
  static let configuration = CommandConfiguration(
    commandName: "static",
    abstract: "A signal in one place beside one that may be anywhere.",
    discussion: """
      Alignments of averages where the signal's patch is fixed and where it is drawn.

        espalier lab locality static
        espalier lab locality static --seeds 4 --output quick
      """
  )

  @OptionGroup var repetitions: SeedOptions<LocalityLaboratory>
  @OptionGroup var lab: LabOptions

  var experiments: [LocalityLaboratory.Experiment] { [.fixed] }
}

/// `espalier lab locality bias`.
struct LocalityBias: LocalityRepetitions {
  static let configuration = CommandConfiguration(
    commandName: "bias",
    abstract: "What the final bias does.",
    discussion: """
      Errors against the final bias for filters found in three ways, and of gradient descent \
      with a learned bias.

        espalier lab locality bias
        espalier lab locality bias --seeds 4 --output quick
      """
  )

  @OptionGroup var repetitions: SeedOptions<LocalityLaboratory>
  @OptionGroup var lab: LabOptions

  var experiments: [LocalityLaboratory.Experiment] { [.bias] }
}

/// `espalier lab locality beyond`.
struct LocalityBeyond: LocalityRepetitions {
  static let configuration = CommandConfiguration(
    commandName: "beyond",
    abstract: "Overlapping patches, several signals, two layers, augmentation.",
    discussion: """
      Sample counts in settings that the theorems do not speak of.

        espalier lab locality beyond
        espalier lab locality beyond --seeds 4 --output quick
      """
  )

  @OptionGroup var repetitions: SeedOptions<LocalityLaboratory>
  @OptionGroup var lab: LabOptions

  var experiments: [LocalityLaboratory.Experiment] { [.beyond] }
}

/// `espalier lab locality all`.
struct LocalityAll: LocalityExperiments {
  static let configuration = CommandConfiguration(
    commandName: "all",
    abstract: "All experiments, at the sizes of the committed study.",
    discussion: """
      This is what docs/results/locality.md is made with.

        espalier lab locality all
        espalier lab locality all --output study
      """
  )

  @OptionGroup var lab: LabOptions

  var experiments: [LocalityLaboratory.Experiment] { LocalityLaboratory.Experiment.allCases }
  var size: LocalityLaboratory.Size { full }
}
