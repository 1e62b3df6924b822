import ArgumentParser
import Files
import Hosts

/// The options of commands that can work on several hosts.
struct HostOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "A list of the hosts, one a line, that of rank 0 first; or slurm.",
      discussion: """
        A line is a name or name:port, and the same list is given to all. Between machines the \
        environment's ESPALIER_SECRET has the same text on all of them. With slurm, Slurm's \
        variables say what list and --rank would; srun starts one task a host.
        """,
      valueName: "file"
    )
  )
  var hosts: String?

  @Option(help: ArgumentHelp("The number of this host in the list, from 0.", valueName: "number"))
  var rank: Int?

  @Option(help: ArgumentHelp("How long to wait for the other hosts.", valueName: "seconds"))
  var wait = 120

  private static let slurm = "slurm"

  func validate() throws {
    guard (1...86_400).contains(wait) else {
      throw ValidationError("--wait: needs a number of seconds from 1 to 86400; got \(wait)")
    }
    if hosts == Self.slurm {
      guard rank == nil else {
        throw ValidationError("--rank: Slurm says it; leave it out, or name a list with --hosts")
      }
    } else if (hosts == nil) != (rank == nil) {
      throw ValidationError("--hosts and --rank: need each other")
    }
  }

  /// Whether this is a host that trains along while another writes the run.
  func isFollower(in context: CommandContext) throws -> Bool {
    try place(in: context).map { $0.rank > 0 } ?? false
  }

  /// The place that was given, by options or by Slurm; nil for one host.
  func place(in context: CommandContext) throws -> HostPlace? {
    guard let hosts else { return nil }
    guard let rank else { return try HostPlace(slurm: context.slurm) }
    let list = try InputText.of(
      LocalFileSystem().bytes(through: hosts, limit: 1 << 20),
      from: hosts
    )
    return try HostPlace(inList: list, file: hosts, rank: rank)
  }
}
