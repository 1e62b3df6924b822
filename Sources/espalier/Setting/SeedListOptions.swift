import ArgumentParser

/// The seeds of every command that runs something once with each.
struct SeedListOptions: ParsableArguments {
  @Option(help: ArgumentHelp("The seeds, with commas between them.", valueName: "seeds"))
  var seeds = "0,1,2"

  /// The seeds as numbers.
  var list: [UInt64] {
    get throws { try NumberList.parse(seeds, option: "--seeds") }
  }

  func validate() throws {
    _ = try list
  }
}
