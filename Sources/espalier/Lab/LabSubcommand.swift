import ArgumentParser
import Laboratory
import Tensors

/// A subcommand that runs experiments of a laboratory.
protocol LabSubcommand: EspalierSubcommand {
  /// The laboratory.
  associatedtype Subject: Lab
  var lab: LabOptions { get }
  /// What to run.
  var experiments: [Subject.Experiment] { get }
  /// How large.
  var size: Subject.Size { get }
}

extension LabSubcommand {
  func run(in context: CommandContext) throws {
    let size = size
    try size.validate()
    let folder = LabFolder(path: lab.output ?? "runs/\(Subject.name)")
    let run = LabRun(context: context, folder: folder)
    // Read before anything is computed, so that a file in the way is found first.
    var records: [Subject.Experiment: LabRecord] = [:]
    for experiment in Subject.Experiment.allCases where !experiments.contains(experiment) {
      records[experiment] = try folder.record(experiment.rawValue)
    }
    let engine = try lab.engine.makeEngine(in: context)
    for experiment in experiments {
      records[experiment] = try run.record(experiment.rawValue) { sweep in
        try Subject(engine: engine, sweep: sweep, size: size).run(experiment)
      }
    }
    let facts = run.facts(platform: "an XLA plugin for \(engine.client.platformName)")
    if lab.format == .notebook {
      let own = records.filter { experiments.contains($0.key) }
      let notebook = try run.writeNotebook(
        Subject.study(of: own, facts: facts),
        of: experiments.map(\.rawValue),
        name: Subject.name
      )
      try context.console.write("The notebook: \(notebook)\n")
    }
    try run.finish(
      experiments.compactMap { records[$0] },
      study: Subject.study(of: records, facts: facts),
      name: Subject.name
    )
  }
}

/// The repetitions of an experiment.
struct SeedOptions<Subject: Lab>: ParsableArguments {
  @Option(help: ArgumentHelp("How many seeds, 1, 2 and so on.", valueName: "count"))
  var seeds = Subject.Size.full.seeds.count

  /// The seeds themselves.
  var list: [UInt64] { (0..<max(0, seeds)).map { UInt64($0) + 1 } }
}

/// What shows a laboratory's results.
enum LabFormat: String, CaseIterable, ExpressibleByArgument {
  /// A page and Markdown.
  case page
  /// A notebook and a Quarto document as well.
  case notebook
}

/// Where a laboratory's results go, and what computes them.
struct LabOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The folder for results; finished parts that lie there are not computed again.",
      valueName: "folder"
    )
  )
  var output: String?

  @Option(
    help: ArgumentHelp(
      "A page and Markdown, or with notebook a Jupyter notebook and a Quarto document as well.",
      valueName: "form"
    )
  )
  var format = LabFormat.page

  @OptionGroup var engine: EngineOptions

  func validate() throws {
    // An empty path would name the root folder.
    if output?.isEmpty == true { throw ValidationError("--output: needs a folder; got nothing") }
  }
}
