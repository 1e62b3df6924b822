import ArgumentParser
import HalfspaceLab

/// `espalier lab halfspaces`.
struct HalfspacesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "halfspaces",
    abstract: "Agnostic halfspaces by logistic loss.",
    discussion: """
      Labels are wrong with probability OPT even for the best halfspace. There is a law on which \
      logistic regression stays at order sqrt(OPT); if the density changes slowly with the angle \
      it reaches order OPT, and so does a second phase of hinge descent on any well-behaved law \
      (Ji et al., ICML 2022). docs/halfspaces.md says more.

        espalier lab halfspaces all
        espalier lab halfspaces risk --optima 0.04 0.01 --seeds 3 --output quick
        espalier lab halfspaces check data.csv

      Results go to runs/halfspaces; an experiment that was interrupted is gone on with. The exit \
      code is 1 if a check does not hold.
      """,
    subcommands: [
      HalfspacesRisk.self, HalfspacesScale.self, HalfspacesPhase2.self, HalfspacesNoise.self,
      HalfspacesSamples.self, HalfspacesAll.self, HalfspacesCheck.self,
    ]
  )
}

/// A subcommand that runs experiments with halfspaces.
protocol HalfspacesExperiments: LabSubcommand where Subject == HalfspaceLaboratory {}
