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
