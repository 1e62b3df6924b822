import Foundation
import Synchronization
import Testing

@testable import Hosts

/// A call that blocks, on a thread of its own: those of Swift's tasks are few.
private final class Background: Sendable {
  private let outcome = Mutex<Result<[UInt8], any Error>?>(nil)
  private let isDone = DispatchSemaphore(value: 0)

  init(_ body: @escaping @Sendable () throws -> [UInt8]) {
    Thread.detachNewThread { [self] in
      let result = Result { try body() }
      outcome.withLock { $0 = result }
      isDone.signal()
    }
  }

  func result() throws -> [UInt8] {
    isDone.wait()
    let result = outcome.withLock { $0 }
    return try #require(result).get()
  }
}

/// Processes that find each other, as threads of this one on the loopback.
@Suite struct KeyValueStoreTests {
  private static let home = HostAddress(host: "127.0.0.1", port: 0)

  private func server(_ count: Int, secret: String = "s") throws -> KeyValueServer {
    try KeyValueServer(at: Self.home, count: count, secret: secret)
  }

  private func join(
    _ server: KeyValueServer,
    _ rank: Int,
    of count: Int,
    secret: String = "s",
    within seconds: Double = 10
  ) throws(HostError) -> KeyValueStore {
    try KeyValueStore(
      joining: HostPlace(rank: rank, count: count, coordinator: server.address),
      secret: secret,
      within: seconds
    )
  }

  private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

  @Test func valuesAreFoundByAll() throws {
    let server = try server(2)
    let (first, second) = (try join(server, 0, of: 2), try join(server, 1, of: 2))
    try first.waitForAll(seconds: 10)
    #expect(try second.value(of: bytes("key")) == nil)
    try first.put(bytes("value"), under: bytes("key"))
    #expect(try second.value(of: bytes("key")) == bytes("value"))
    #expect(try second.value(of: bytes("key"), waiting: 10) == bytes("value"))
    try second.put([], under: [])
    #expect(try first.value(of: [], waiting: 0) == [])
    let long = (0..<300_000).map { UInt8(truncatingIfNeeded: $0) }
    try second.put(long, under: bytes("key"))
    #expect(try first.value(of: bytes("key")) == long)
  }

  /// A value that is waited for arrives when it is said, to all who wait.
  @Test func whoWaitsIsWoken() throws {
    let server = try server(3)
    let stores = try (0..<3).map { try join(server, $0, of: 3) }
    let waiting = [1, 1, 2, 2].map { rank in
      Background { try stores[rank].value(of: [7], waiting: 60) }
    }
    try stores[0].put([1, 2], under: [7])
    for call in waiting { #expect(try call.result() == [1, 2]) }
  }

  @Test func whatNobodySaysIsNamed() throws {
    let server = try server(1)
    let store = try join(server, 0, of: 1)
    let error = #expect(throws: HostError.self) { try store.value(of: bytes("k"), waiting: 0.05) }
    #expect(
      error.map { "\($0)" }
        == "no host said \"k\" within 0.05 s; see whether one of them is stuck"
    )
  }

  @Test func whoDoesNotComeIsNamed() throws {
    let server = try server(4)
    let store = try join(server, 2, of: 4)
    #expect(throws: HostError.missing(ranks: [0, 1, 3], seconds: 1)) {
      try store.waitForAll(seconds: 0.05)
    }
    let alone = HostAddress(host: "127.0.0.1", port: server.address.port)
    server.close()
    let place = try HostPlace(rank: 1, count: 2, coordinator: alone)
    let error = #expect(throws: HostError.self) {
      try KeyValueStore(joining: place, secret: "s", within: 0.3)
    }
    guard case .cannotReach(alone, seconds: 1, reason: _) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test func aHostThatIsGoneIsNamed() throws {
    let server = try server(3)
    let first = try join(server, 0, of: 3)
    var second: KeyValueStore? = try join(server, 1, of: 3)
    #expect(second != nil)
    let waiting = Background { try first.value(of: [1], waiting: 60) }
    // It goes without a word, as a process that is killed.
    second = nil
    #expect(throws: HostError.lost(rank: 1)) { try waiting.result() }
    #expect(throws: HostError.lost(rank: 1)) { try first.waitForAll(seconds: 60) }
    // Who comes after that is told, too, whichever rank it has.
    for rank in 0..<3 {
      #expect(throws: HostError.lost(rank: 1)) { try join(server, rank, of: 3) }
    }
  }

  /// One that has left in good order is no loss.
  @Test func aHostThatLeavesIsNotLost() throws {
    let server = try server(2)
    let first = try join(server, 0, of: 2)
    var second: KeyValueStore? = try join(server, 1, of: 2)
    try second?.put([5], under: [5])
    second?.leave()
    second = nil
    server.finish(waiting: 60)
    #expect(throws: HostError.self) { try first.value(of: [5]) }
  }

  @Test func aCoordinatorThatIsGoneIsNamed() throws {
    let server = try server(2)
    let store = try join(server, 1, of: 2)
    try store.put([1], under: [1])
    server.close()
    let error = #expect(throws: HostError.self) { try store.value(of: [1], waiting: 60) }
    guard case .lostCoordinator = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test func otherSecretsRanksAndCountsAreRefused() throws {
    let server = try server(2)
    let first = try join(server, 0, of: 2)
    for secret in ["", "S", "ss"] {
      #expect(throws: HostError.otherSecret(server.address)) {
        try join(server, 1, of: 2, secret: secret)
      }
    }
    #expect(throws: HostError.rankTaken(rank: 0)) { try join(server, 0, of: 2) }
    #expect(throws: HostError.otherCount(count: 3, expected: 2)) { try join(server, 1, of: 3) }
    // None of them is a rank that came and went.
    let second = try join(server, 1, of: 2)
    try first.waitForAll(seconds: 10)
    try second.waitForAll(seconds: 10)
  }

  @Test func beyondTheMachineASecretIsNeeded() throws {
    let everywhere = HostAddress(host: "0.0.0.0", port: 0)
    #expect(throws: HostError.secretNeeded(everywhere)) {
      try KeyValueServer(at: everywhere, count: 1, secret: "")
    }
    let other = try HostPlace(
      rank: 1,
      count: 2,
      coordinator: HostAddress(host: "10.1.1.1", port: 1)
    )
    #expect(throws: HostError.secretNeeded(other.coordinator)) {
      try KeyValueStore(joining: other, secret: "", within: 1)
    }
    // Without one on the machine itself.
    let server = try server(1, secret: "")
    _ = try join(server, 0, of: 1, secret: "")
  }

  @Test func aPlaceThatIsTakenIsNamed() throws {
    let server = try server(1)
    let error = #expect(throws: HostError.self) {
      try KeyValueServer(at: server.address, count: 1, secret: "s")
    }
    #expect(error.map { "\($0)".contains("cannot be listened at: Address already in use") } == true)
    #expect(throws: HostError.self) {
      try KeyValueServer(
        at: HostAddress(host: "no.such.host.invalid", port: 1),
        count: 1,
        secret: "s"
      )
    }
  }

  /// Whoever connects and says nothing, or anything else, neither hinders others nor ends the server.
  @Test func strangersAreLeftAlone() throws {
    let server = try server(1)
    let silent = try Socket(to: server.address, seconds: 10)
    let sayings = [
      bytes("GET / HTTP/1.1\r\n\r\n"), [255, 255, 255, 255], [0, 0, 0, 0], [3, 0, 0, 0, 1],
    ]
    for words in sayings {
      let stranger = try Socket(to: server.address, seconds: 10)
      try stranger.send(words, seconds: 10)
      stranger.shutDown()
    }
    let store = try join(server, 0, of: 1)
    try store.put([1], under: [1])
    #expect(try store.value(of: [1]) == [1])
    withExtendedLifetime(silent) {}
  }

  /// A server that is something else is not taken for one.
  @Test func anotherServerIsNamed() throws {
    let door = try ListeningSocket(at: Self.home)
    let address = HostAddress(host: "127.0.0.1", port: door.port)
    Thread.detachNewThread {
      guard let socket = door.accept() else { return }
      try? socket.send([UInt8](repeating: 65, count: 200), seconds: 10)
      _ = try? socket.receive(1 << 20, seconds: 10)
    }
    let place = try HostPlace(rank: 0, count: 1, coordinator: address)
    #expect(throws: HostError.notAStore(address)) {
      try KeyValueStore(joining: place, secret: "s", within: 10)
    }
    door.shutDown()
  }

  /// Frames that are none of ours are answered and end nothing.
  @Test func requestsThatAreNoneAreRefused() throws {
    let server = try server(1)
    let nonceSize = Message.nonceByteCount
    let socket = try Socket(to: server.address, seconds: 10)
    _ = try socket.receive(Message.greeting.count + nonceSize, seconds: 10)
    try socket.sendFrame([UInt8](repeating: 1, count: Message.Hello.byteCount))
    let reply = try socket.receiveFrame(seconds: 10)
    #expect(reply == [Message.Reply.otherSecret.rawValue])
  }
}
