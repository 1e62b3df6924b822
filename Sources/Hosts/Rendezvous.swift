/// A meeting of the processes of several hosts: the process of rank 0 keeps what all say.
public final class Rendezvous: Sendable {
  /// What the processes say to each other.
  public let store: KeyValueStore
  private let server: KeyValueServer?

  /// Comes to a meeting, and waits until all others are there.
  ///
  /// - Parameters:
  ///   - place: This process's place. The process of rank 0 listens at the coordinator's address and nowhere else.
  ///   - secret: What all processes know; empty only on one machine.
  ///   - seconds: How long to wait for the others.
  /// - Throws: ``HostError``.
  public init(_ place: HostPlace, secret: String, seconds: Double) throws(HostError) {
    server =
      place.rank == 0
      ? try KeyValueServer(at: place.coordinator, count: place.count, secret: secret) : nil
    let start = ContinuousClock.now
    store = try KeyValueStore(
      joining: place,
      at: server?.address,
      secret: secret,
      within: seconds
    )
    // Who was late himself gives the others some time all the same.
    try store.waitForAll(seconds: max(seconds - (.now - start) / .seconds(1), 1))
  }

  /// Leaves in good order; the process of rank 0 does when all others have, or after some time without them.
  ///
  /// - Parameter seconds: That time.
  public func leave(waiting seconds: Double = 60) {
    store.leave()
    server?.finish(waiting: seconds)
  }

  /// Makes sure that all processes are about to do the same.
  ///
  /// - Parameters:
  ///   - value: What this one is.
  ///   - name: What it is called; each name is used once.
  ///   - seconds: How long to wait for the others.
  /// - Throws: ``HostError/disagreement(name:rank:)`` in all of them alike, or as ``exchanged(_:under:seconds:)``.
  public func agree(on value: String, named name: String, seconds: Double) throws(HostError) {
    let values = try exchanged(Array(value.utf8), under: name, seconds: seconds)
    guard let other = values.firstIndex(where: { $0 != values[0] }) else { return }
    // None leaves before all know, who would take it for a process that is gone.
    _ = try? exchanged([], under: "\(name) heard", seconds: seconds)
    throw .disagreement(name: name, rank: other)
  }

  /// Waits until a process is gone that has not left in good order.
  ///
  /// - Returns: Who it is; rank 0 as well when it has left after all others.
  public func waitForLoss() -> HostError {
    while true {
      do {
        _ = try store.value(of: Array("espalier/never".utf8), waiting: 3600)
      } catch .noValue {
        continue
      } catch {
        return error
      }
    }
  }

  /// What every process says under a name, by rank.
  ///
  /// - Parameters:
  ///   - value: What this one says.
  ///   - name: The name; each is used once.
  ///   - seconds: How long to wait for the others.
  /// - Returns: A value a rank.
  /// - Throws: ``HostError``.
  public func exchanged(
    _ value: [UInt8],
    under name: String,
    seconds: Double
  ) throws(HostError) -> [[UInt8]] {
    func key(_ rank: Int) -> [UInt8] { Array("espalier/\(name)/\(rank)".utf8) }
    try store.put(value, under: key(store.place.rank))
    var values: [[UInt8]] = []
    for rank in 0..<store.place.count {
      values.append(try store.value(of: key(rank), waiting: seconds))
    }
    return values
  }
}
