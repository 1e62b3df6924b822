/// Why processes on several hosts do not work together.
public enum HostError: Error, Hashable, Sendable, CustomStringConvertible {
  /// A list names no host.
  case noHosts(file: String)
  /// A line of a list is no host.
  case notAHost(String, place: String)
  /// A process has a number that its list has no host for.
  case rankOutside(rank: Int, count: Int)
  /// Slurm's variables do not say where the process is.
  case slurm(variable: String, value: String?)
  /// Hosts are to talk over a network without a secret.
  case secretNeeded(HostAddress)
  /// Nobody can be listened to.
  case cannotListen(HostAddress, reason: String)
  /// Nobody answers.
  case cannotReach(HostAddress, seconds: Int, reason: String)
  /// What answers is something else.
  case notAStore(HostAddress)
  /// What answers has another secret, or none.
  case otherSecret(HostAddress)
  /// There is a process of this rank already.
  case rankTaken(rank: Int)
  /// Rank 0 knows of another number of processes.
  case otherCount(count: Int, expected: Int)
  /// Some did not come.
  case missing(ranks: [Int], seconds: Int)
  /// One is gone.
  case lost(rank: Int)
  /// Rank 0 is gone, or does not answer.
  case lostCoordinator(HostAddress, reason: String)
  /// The processes were given different things to do.
  case disagreement(name: String, rank: Int)
  /// Nobody said what was asked for.
  case noValue(key: String, seconds: Double)

  /// One sentence that says what is wrong and what to do.
  public var description: String {
    switch self {
    case .noHosts(let file): "\(file): names no host; write one a line, that of rank 0 first"
    case .notAHost(let text, let place):
      "\(place): \(text) is no host; write a name or name:port a line"
    case .rankOutside(let rank, let count):
      "rank \(rank): needs to be from 0 to \(count - 1), one for each of \(count) hosts"
    case .slurm(let variable, nil):
      "\(variable): is not set, so Slurm did not start this process; start it by srun, or give --hosts a list and --rank"
    case .slurm(let variable, let value?):
      "\(variable): cannot be read: \(value); give --hosts a list and --rank"
    case .secretNeeded(let address):
      "\(address): is beyond this machine, and that needs a secret; set ESPALIER_SECRET to the same long text on all hosts"
    case .cannotListen(let address, let reason):
      "\(address): cannot be listened at: \(reason); name another port behind the first host of the list"
    case .cannotReach(let address, let seconds, let reason):
      "\(address): nobody answered within \(seconds) s: \(reason); start rank 0 there, and let its port through"
    case .notAStore(let address):
      "\(address): what answers there is no Espalier of this version; name another port behind the first host of the list"
    case .otherSecret(let address):
      "\(address): has another secret; set ESPALIER_SECRET to the same text on all hosts"
    case .rankTaken(let rank):
      "rank \(rank): there is such a process already; give each host a rank of its own"
    case .otherCount(let count, let expected):
      "this process knows of \(count) hosts and rank 0 of \(expected); give all the same list"
    case .missing(let ranks, let seconds):
      "\(Self.ranks(ranks)) did not come within \(seconds) s; start what is missing and begin again"
    case .lost(let rank):
      "rank \(rank) is gone; start all hosts again, and the run goes on from its newest checkpoint"
    case .lostCoordinator(let address, let reason):
      "\(address): rank 0 is gone: \(reason); start all hosts again, and the run goes on from its newest checkpoint"
    case .disagreement(let name, let rank):
      "rank \(rank): has another \(name) than rank 0; give all hosts the same files"
    case .noValue(let key, let seconds):
      "no host said \"\(key)\" within \(seconds) s; see whether one of them is stuck"
    }
  }

  private static func ranks(_ ranks: [Int]) -> String {
    let names = ranks.prefix(8).map(String.init).joined(separator: ", ")
    let more = ranks.count > 8 ? " and \(ranks.count - 8) more" : ""
    return ranks.count == 1 ? "rank \(names)" : "ranks \(names)\(more)"
  }
}
