import ArgumentParser

/// `espalier lab`.
struct LabCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lab",
    abstract: "Run a laboratory: a theorem as an experiment with an exact answer.",
    discussion: """
      A laboratory measures what a theorem claims, next to what is known exactly, and checks that \
      both agree. It leaves its numbers as JSON and CSV and a page to look at.

        espalier lab halfspaces all
        espalier lab halfspaces check data.csv
        espalier lab locality samples
        espalier lab implicit-bias mirror
      """,
    subcommands: [HalfspacesCommand.self, LocalityCommand.self, ImplicitBiasCommand.self]
  )
}
