import ArgumentParser
import HalfspaceLab

private let full = HalfspaceLaboratory.Size.full

/// `espalier lab halfspaces risk`.
struct HalfspacesRisk: HalfspacesExperiments {
  static let configuration = CommandConfiguration(
    commandName: "risk",
    abstract: "The zero-one risk against OPT, by method and law.",
    discussion: """
      Six methods on the hard law and on normal points, exact where that is known and from \
      samples, with the fitted slopes and the controls that have to fail.

        espalier lab halfspaces risk
        espalier lab halfspaces risk --optima 0.04 0.01 --samples 20000 --output quick
      """
  )

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("OPT values, above 0 and below 0.17.", valueName: "number")
  )
  var optima = full.optima

  @Option(parsing: .upToNextOption, help: ArgumentHelp("Dimensions.", valueName: "number"))
  var dimensions = full.dimensions

  @Option(help: ArgumentHelp("Samples a phase, a multiple of 40.", valueName: "count"))
  var samples = full.sampleCount

  @OptionGroup var repetitions: SeedOptions<HalfspaceLaboratory>
  @OptionGroup var lab: LabOptions

  var experiments: [HalfspaceLaboratory.Experiment] { [.risk] }

  var size: HalfspaceLaboratory.Size {
    var size = full
    (size.optima, size.dimensions) = (optima, dimensions)
    (size.sampleCount, size.seeds) = (samples, repetitions.list)
    return size
  }
}

/// `espalier lab halfspaces scale`.
struct HalfspacesScale: HalfspacesExperiments {
  static let configuration = CommandConfiguration(
    commandName: "scale",
    abstract: "The risk of the best direction against the norm of the weights.",
    discussion: """
      Exact, by quadrature: logistic regression fails on the hard law because its weights are \
      short.

        espalier lab halfspaces scale
        espalier lab halfspaces scale --optimum 0.01 --output quick
        espalier lab halfspaces scale --format notebook --output lesson
      """
  )

  @Option(help: ArgumentHelp("OPT, above 0 and below 0.17.", valueName: "number"))
  var optimum = full.scaleOptimum

  @OptionGroup var lab: LabOptions

  var experiments: [HalfspaceLaboratory.Experiment] { [.scale] }

  var size: HalfspaceLaboratory.Size {
    var size = full
    size.scaleOptimum = optimum
    return size
  }
}

/// `espalier lab halfspaces phase2`.
struct HalfspacesPhase2: HalfspacesExperiments {
  static let configuration = CommandConfiguration(
    commandName: "phase2",
    abstract: "The second phase's risk against the direction it starts from.",
    discussion: """
      Exact and from samples, for directions from -0.3 to 0.4 radians off the best one.

        espalier lab halfspaces phase2
        espalier lab halfspaces phase2 --samples 20000 --seeds 3 --output quick
      """
  )

  @Option(help: ArgumentHelp("Samples, a multiple of 40.", valueName: "count"))
  var samples = full.sampleCount

  @OptionGroup var repetitions: SeedOptions<HalfspaceLaboratory>
  @OptionGroup var lab: LabOptions

  var experiments: [HalfspaceLaboratory.Experiment] { [.phase2] }

  var size: HalfspaceLaboratory.Size {
    var size = full
    (size.sampleCount, size.seeds) = (samples, repetitions.list)
    return size
  }
}

/// `espalier lab halfspaces noise`.
struct HalfspacesNoise: HalfspacesExperiments {
  static let configuration = CommandConfiguration(
    commandName: "noise",
    abstract: "Logistic regression under random, Massart and adversarial noise.",
    discussion: """
      A table of laws: normal, mixture, Laplace and heavy-tailed points, each with its exact \
      angle, risk and norm beside those of samples.

        espalier lab halfspaces noise
        espalier lab halfspaces noise --samples 40000 --output quick
      """
  )

  @Option(help: ArgumentHelp("Samples, a multiple of 40.", valueName: "count"))
  var samples = full.noiseSampleCount

  @OptionGroup var repetitions: SeedOptions<HalfspaceLaboratory>
  @OptionGroup var lab: LabOptions

  var experiments: [HalfspaceLaboratory.Experiment] { [.noise] }

  var size: HalfspaceLaboratory.Size {
    var size = full
    (size.noiseSampleCount, size.seeds) = (samples, repetitions.list)
    return size
  }
}

/// `espalier lab halfspaces samples`.
struct HalfspacesSamples: HalfspacesExperiments {
  static let configuration = CommandConfiguration(
    commandName: "samples",
    abstract: "How many samples two phases need for a risk of 3 OPT.",
    discussion: """
      Sample counts double from 200 to 102400; the count from which on the mean risk stays below \
      3 OPT is fitted against the dimension and against 1/OPT.

        espalier lab halfspaces samples
        espalier lab halfspaces samples --dimensions 2 5 --seeds 3 --output quick
      """
  )

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("OPT values, above 0 and below 0.17.", valueName: "number")
  )
  var optima = full.complexityOptima

  @Option(parsing: .upToNextOption, help: ArgumentHelp("Dimensions.", valueName: "number"))
  var dimensions = full.complexityDimensions

  @OptionGroup var repetitions: SeedOptions<HalfspaceLaboratory>
  @OptionGroup var lab: LabOptions

  var experiments: [HalfspaceLaboratory.Experiment] { [.samples] }

  var size: HalfspaceLaboratory.Size {
    var size = full
    (size.complexityOptima, size.complexityDimensions) = (optima, dimensions)
    size.seeds = repetitions.list
    return size
  }
}

/// `espalier lab halfspaces all`.
struct HalfspacesAll: HalfspacesExperiments {
  static let configuration = CommandConfiguration(
    commandName: "all",
    abstract: "All experiments, at the sizes of the committed study.",
    discussion: """
      This is what docs/results/halfspaces.md is made with.

        espalier lab halfspaces all
        espalier lab halfspaces all --output study
      """
  )

  @OptionGroup var lab: LabOptions

  var experiments: [HalfspaceLaboratory.Experiment] { HalfspaceLaboratory.Experiment.allCases }
  var size: HalfspaceLaboratory.Size { full }
}
