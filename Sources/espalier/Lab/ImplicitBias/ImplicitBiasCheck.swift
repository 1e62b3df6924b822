import ArgumentParser
import ImplicitBiasLab

extension BiasChecker.Task: ExpressibleByArgument {}

/// `espalier lab implicit-bias check`.
struct ImplicitBiasCheck: LabCheck {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Say which perfect fit of your own data does best on other rows.",
    discussion: """
      Reads a CSV file of numbers with more features than rows to learn from, finds the fits of least \
      l2 and least l1 norm (or of largest margins, where the target has two values) and those of \
      diagonal networks between them, and compares their errors on rows that were held out. Says also \
      what the spectrum of the features lets expect of fitting noise.

        espalier lab implicit-bias check wide.csv
        espalier lab implicit-bias check wide.csv --target yield --depths 2 3
        espalier lab implicit-bias check wide.csv --learn-from 30 --json

      Results go to runs/implicit-bias-check.
      """
  )

  @Argument(help: ArgumentHelp("The data, a CSV file.", valueName: "csv"))
  var data: String

  @Option(help: ArgumentHelp("The column of targets. (default: the last one)", valueName: "name"))
  var target: String?

  @Option(
    help: ArgumentHelp(
      "Regression or classification. (default: by whether the target has two values)",
      valueName: "task"
    )
  )
  var task: BiasChecker.Task?

  @Option(
    help: ArgumentHelp("How many rows to learn from. (default: four fifths)", valueName: "count")
  )
  var learnFrom: Int?

  @Option(parsing: .upToNextOption, help: ArgumentHelp("Layers of networks.", valueName: "count"))
  var depths = [2, 3]

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("Scales α of networks.", valueName: "number")
  )
  var scales = [1, 0.3, 0.1, 0.03, 0.01]

  @Option(help: ArgumentHelp("How many splits, with the seeds 1, 2 and so on.", valueName: "count"))
  var seeds = 8

  @Flag(
    inversion: .prefixedNo,
    help: "Whether the first row holds the columns' names. (default: by its looks)"
  )
  var names: Bool?

  @Flag(help: "Print the findings as JSON.")
  var json = false

  @OptionGroup var lab: LabOptions

  func run(in context: CommandContext) throws {
    let table = try DataTable.read(path: data, target: target, hasNames: names)
    let engine = try lab.engine.makeEngine(in: context)
    let checker = try BiasChecker(
      engine: engine,
      table,
      file: data,
      task: task,
      learnedCount: learnFrom,
      seeds: (0..<max(0, seeds)).map { UInt64($0) + 1 },
      depths: depths,
      scales: scales
    )
    try report(
      on: [data],
      as: "implicit-bias-check",
      in: context,
      platform: engine.client.platformName,
      find: checker.check
    )
  }
}
