import ArgumentParser
import ImplicitBiasLab

/// `espalier lab implicit-bias`.
struct ImplicitBiasCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "implicit-bias",
    abstract: "Which of many perfect fits a gradient method ends in.",
    discussion: """
      Gradient descent minimises a loss and, unasked, a potential: the Euclidean norm, an entropy, \
      something between the norms l1 and l2. Theorems say which, for each parametrisation; here \
      each is checked against an independent solver. docs/implicit-bias.md says more.

        espalier lab implicit-bias all
        espalier lab implicit-bias mirror --output quick
        espalier lab implicit-bias benign --format notebook --output lesson
        espalier lab implicit-bias check wide.csv

      Results go to runs/implicit-bias; an experiment that was interrupted is gone on with. The \
      exit code is 1 if a check does not hold.
      """,
    subcommands: [
      ImplicitBiasBenign.self, ImplicitBiasMirror.self, ImplicitBiasMetric.self,
      ImplicitBiasDiagonal.self, ImplicitBiasSparse.self, ImplicitBiasClassification.self,
      ImplicitBiasMatrix.self, ImplicitBiasNoise.self, ImplicitBiasStacking.self,
      ImplicitBiasAll.self,
      ImplicitBiasCheck.self,
    ]
  )
}

/// A subcommand that runs experiments about implicit bias.
protocol ImplicitBiasExperiments: LabSubcommand where Subject == ImplicitBiasLaboratory {}

/// One whose only size is the number of seeds.
protocol ImplicitBiasRepetitions: ImplicitBiasExperiments {
  var repetitions: SeedOptions<ImplicitBiasLaboratory> { get }
}

extension ImplicitBiasRepetitions {
  var size: ImplicitBiasLaboratory.Size {
    var size = ImplicitBiasLaboratory.Size.full
    size.seeds = repetitions.list
    return size
  }
}
