/// A process's place among those that work together, one a host.
public struct HostPlace: Hashable, Sendable {
  /// Its number, from 0.
  public let rank: Int
  /// How many there are.
  public let count: Int
  /// Where the process of rank 0 listens.
  public let coordinator: HostAddress

  /// A place.
  ///
  /// - Parameters:
  ///   - rank: The number, from 0.
  ///   - count: How many processes there are.
  ///   - coordinator: Where the process of rank 0 listens.
  /// - Throws: ``HostError/rankOutside(rank:count:)``.
  public init(rank: Int, count: Int, coordinator: HostAddress) throws(HostError) {
    guard (0..<count).contains(rank) else { throw .rankOutside(rank: rank, count: count) }
    (self.rank, self.count, self.coordinator) = (rank, count, coordinator)
  }

  /// The place of a rank in a list of hosts.
  ///
  /// - Parameters:
  ///   - list: A host a line, `name` or `name:port`, the one of rank 0 first; `#` begins a remark.
  ///   - file: What the list is called.
  ///   - rank: The number of this process.
  /// - Throws: ``HostError`` for a list without hosts, a line that is none, or a rank that is not in it.
  public init(inList list: String, file: String, rank: Int) throws(HostError) {
    var addresses: [HostAddress] = []
    for (index, line) in list.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
    {
      let text = line.prefix { $0 != "#" }.filter { !$0.isWhitespace }
      if text.isEmpty { continue }
      guard let address = HostAddress(text) else {
        throw .notAHost(text, place: "\(file):\(index + 1)")
      }
      addresses.append(address)
    }
    guard let first = addresses.first else { throw .noHosts(file: file) }
    try self.init(rank: rank, count: addresses.count, coordinator: first)
  }

  /// The place that Slurm gave the process, one task a host; nil where it started one task alone.
  ///
  /// Source: Slurm's `srun`, "output environment variables".
  ///
  /// - Parameter environment: The process's environment.
  /// - Throws: ``HostError/slurm(variable:value:)`` for a variable that is missing or cannot be read.
  public init?(slurm environment: [String: String]) throws(HostError) {
    guard let tasks = environment["SLURM_STEP_NUM_TASKS"] ?? environment["SLURM_NTASKS"] else {
      throw .slurm(variable: "SLURM_NTASKS", value: nil)
    }
    if tasks == "1" { return nil }
    func refused(_ variable: String) -> HostError {
      .slurm(variable: variable, value: environment[variable])
    }
    guard let count = Int(tasks), count > 0 else {
      throw refused(
        environment["SLURM_STEP_NUM_TASKS"] == nil ? "SLURM_NTASKS" : "SLURM_STEP_NUM_TASKS"
      )
    }
    guard let rank = environment["SLURM_PROCID"].flatMap({ Int($0) }) else {
      throw refused("SLURM_PROCID")
    }
    let nodes =
      environment["SLURM_STEP_NODELIST"] == nil ? "SLURM_JOB_NODELIST" : "SLURM_STEP_NODELIST"
    guard let list = environment[nodes], let host = Self.firstNode(of: list) else {
      throw refused(nodes)
    }
    // Jobs that share a host get other ports, by their number.
    let job = environment["SLURM_JOB_ID"].flatMap { UInt64($0) } ?? 0
    let port = HostAddress.usualPort + UInt16(job % 4096)
    try self.init(rank: rank, count: count, coordinator: HostAddress(host: host, port: port))
  }

  /// The first host of Slurm's short form of a list, such as `gpu[03-06,9],login`.
  static func firstNode(of list: String) -> String? {
    guard let bracket = list.firstIndex(of: "["),
      !list[..<bracket].contains(",")
    else {
      let name = list.prefix { $0 != "," }
      return name.isEmpty ? nil : String(name)
    }
    let (prefix, rest) = (list[..<bracket], list[list.index(after: bracket)...])
    guard let end = rest.firstIndex(of: "]") else { return nil }
    let first = rest[..<end].prefix { $0 != "," && $0 != "-" }
    guard !first.isEmpty, first.allSatisfy(\.isNumber) else { return nil }
    return String(prefix) + first + rest[rest.index(after: end)...].prefix { $0 != "," }
  }
}
