import ArgumentParser
import HalfspaceLab
import Laboratory
import Reports
import Runs
import Tensors

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

/// A subcommand that runs experiments.
protocol HalfspacesExperiments: EspalierSubcommand {
  var lab: LabOptions { get }
  var engine: EngineOptions { get }
  /// What to run.
  var experiments: [HalfspaceLaboratory.Experiment] { get }
  /// How large.
  var size: HalfspaceLaboratory.Size { get }
}

extension HalfspacesExperiments {
  func run(in context: CommandContext) throws {
    let size = size
    try size.validate()
    let folder = LabFolder(path: lab.output ?? "runs/halfspaces")
    let run = LabRun(context: context, folder: folder)
    // Read before anything is computed, so that a file in the way is found first.
    var records: [HalfspaceLaboratory.Experiment: LabRecord] = [:]
    for experiment in HalfspaceLaboratory.Experiment.allCases
    where !experiments.contains(experiment) {
      records[experiment] = try folder.record(experiment.rawValue)
    }
    let engine = try engine.makeEngine(in: context)
    let machine = MachineRecord.current()
    for experiment in experiments {
      records[experiment] = try run.record(experiment.rawValue) { sweep in
        try HalfspaceLaboratory(engine: engine, sweep: sweep, machine: machine, size: size)
          .run(experiment)
      }
    }
    let study = HalfspaceReport.study(
      of: records,
      facts: run.facts(
        machine: machine,
        platform: "an XLA plugin for \(engine.client.platformName)"
      )
    )
    try run.finish(experiments.compactMap { records[$0] }, study: study, name: "halfspaces")
  }
}

/// The repetitions of an experiment.
struct SeedOptions: ParsableArguments {
  @Option(help: ArgumentHelp("How many seeds, 1, 2 and so on.", valueName: "count"))
  var seeds = HalfspaceLaboratory.Size.full.seeds.count

  /// The seeds themselves.
  var list: [UInt64] { (0..<max(0, seeds)).map { UInt64($0) + 1 } }
}
