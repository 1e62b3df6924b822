import ArgumentParser
import LocalityLab

/// `espalier lab locality`.
struct LocalityCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "locality",
    abstract: "What locality and weight sharing are worth in images.",
    discussion: """
      A signal hides in one patch of a noisy image. A convolutional network needs images in \
      proportion to k + d, a locally connected one to k(k + d) and a fully connected one to k²d, \
      for k patches of d numbers (Lahoti et al., ICLR 2024). docs/locality.md says more.

        espalier lab locality all
        espalier lab locality samples --patches 4 8 --seeds 4 --output quick
        espalier lab locality curves --format notebook --output lesson
        espalier lab locality check images

      Results go to runs/locality; an experiment that was interrupted is gone on with. The exit \
      code is 1 if a check does not hold.
      """,
    subcommands: [
      LocalityBayes.self, LocalitySamples.self, LocalityCurves.self, LocalityAlignment.self,
      LocalityNoise.self, LocalityEquivariance.self, LocalityStatic.self, LocalityBias.self,
      LocalityBeyond.self, LocalityAll.self, LocalityCheck.self,
    ]
  )
}

/// A subcommand that runs experiments with locality and weight sharing.
protocol LocalityExperiments: LabSubcommand where Subject == LocalityLaboratory {}

/// One whose only size is the number of seeds.
protocol LocalityRepetitions: LocalityExperiments {
  var repetitions: SeedOptions<LocalityLaboratory> { get }
}

extension LocalityRepetitions {
  var size: LocalityLaboratory.Size {
    var size = LocalityLaboratory.Size.full
    size.seeds = repetitions.list
    return size
  }
}
