import ArgumentParser
import Files
import Hosts

/// The options of commands that can work on several hosts.
struct HostOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "A list of the hosts, one a line, that of rank 0 first.",
      discussion: """
        A line is a name or name:port, and the same list is given to all. Between machines the \
        environment's ESPALIER_SECRET has the same text on all of them. Where Slurm started the \
        tasks, neither --hosts nor --rank is needed.
        """,
      valueName: "file"
    )
  )
  var hosts: String?

  @Option(help: ArgumentHelp("The number of this host in the list, from 0.", valueName: "number"))
  var rank: Int?

  func validate() throws {
    guard (hosts == nil) == (rank == nil) else {
      throw ValidationError("--hosts and --rank: need each other")
    }
  }

  /// The place that was given, by options or by Slurm; nil for one host.
  func place(in context: CommandContext) throws -> HostPlace? {
    guard let hosts, let rank else { return try HostPlace(slurm: context.slurm) }
    let list = try InputText.of(
      LocalFileSystem().bytes(through: hosts, limit: 1 << 20),
      from: hosts
    )
    return try HostPlace(inList: list, file: hosts, rank: rank)
  }
}
