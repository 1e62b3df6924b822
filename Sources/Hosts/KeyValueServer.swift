internal import Checksums
import Foundation

/// Keeps values under keys for the processes of several hosts; the one of rank 0 runs it.
///
/// It listens at one place, and hears only who shows by a keyed sum that it has the secret, which itself is never sent. A
/// thread serves each connection.
public final class KeyValueServer: Sendable {
  /// Where it listens.
  public let address: HostAddress
  private let door: ListeningSocket
  private let board: Board
  private let secret: [UInt8]

  /// Listens.
  ///
  /// - Parameters:
  ///   - address: The place; port 0 lets the system choose one.
  ///   - count: How many processes there will be.
  ///   - secret: What they show that they know; empty only on one machine.
  /// - Throws: ``HostError/secretNeeded(_:)`` or ``HostError/cannotListen(_:reason:)``.
  public init(at address: HostAddress, count: Int, secret: String) throws(HostError) {
    guard address.isLoopback || !secret.isEmpty else { throw .secretNeeded(address) }
    do {
      door = try ListeningSocket(at: address)
    } catch {
      throw .cannotListen(address, reason: "\(error)")
    }
    self.address = HostAddress(host: address.host, port: door.port)
    self.secret = Array(secret.utf8)
    board = Board(count: count)
    let (door, board, key) = (door, board, self.secret)
    Thread.detachNewThread {
      while let socket = door.accept() {
        let connection = Connection(socket: socket, board: board, secret: key)
        Thread.detachNewThread { connection.serve() }
      }
    }
  }

  deinit { close() }

  /// Waits until all other processes have left or are gone, or as long as may be; then ends all connections.
  ///
  /// - Parameter seconds: How long to wait.
  public func finish(waiting seconds: Double) {
    board.waitForLeaving(butOf: 0, until: Date(timeIntervalSinceNow: seconds))
    close()
  }

  /// Ends all connections.
  public func close() {
    door.shutDown()
    board.close()
  }
}

/// What the processes have said, shared by the threads that serve them.
private final class Board {
  /// How a question to the board ends.
  enum Answer {
    case value([UInt8])
    case nothing
    case lost(Int)
    case missing([Int])
  }

  let count: Int
  private let condition = NSCondition()
  private var values: [[UInt8]: [UInt8]] = [:]
  private var tokens: [Int: [UInt8]] = [:]
  private var left: Set<Int> = []
  private var lost: Int?
  private var isClosed = false
  private var sockets: [ObjectIdentifier: Socket] = [:]

  init(count: Int) { self.count = count }

  private func locked<Result>(_ body: () -> Result) -> Result {
    condition.lock()
    defer { condition.unlock() }
    return body()
  }

  func put(_ value: [UInt8], under key: [UInt8]) {
    locked {
      values[key] = value
      condition.broadcast()
    }
  }

  func value(of key: [UInt8], until deadline: Date) -> Answer {
    locked {
      while true {
        if let value = values[key] { return .value(value) }
        if let lost { return .lost(lost) }
        guard !isClosed, condition.wait(until: deadline) else {
          return values[key].map { .value($0) } ?? .nothing
        }
      }
    }
  }

  /// Waits until every rank has come.
  func everyone(until deadline: Date) -> Answer {
    locked {
      while true {
        if let lost { return .lost(lost) }
        let missing = (0..<count).filter { tokens[$0] == nil && !left.contains($0) }
        if missing.isEmpty { return .value([]) }
        guard !isClosed, condition.wait(until: deadline) else { return .missing(missing) }
      }
    }
  }

  /// The rank that is gone, if one is.
  var lostRank: Int? { locked { lost } }

  /// Takes in a process of a rank; nil where there is or was one.
  func enter(_ rank: Int) -> [UInt8]? {
    locked {
      guard tokens[rank] == nil, !left.contains(rank) else { return nil }
      let token = [UInt8].unforeseeable(Message.nonceByteCount)
      tokens[rank] = token
      condition.broadcast()
      return token
    }
  }

  /// Whether a further connection is of the process that has the rank.
  func knows(_ rank: Int, _ token: [UInt8]) -> Bool {
    locked { tokens[rank].map { HMAC.areEqual($0, token) } ?? false }
  }

  /// Takes note that a process has ended its first connection.
  func leave(_ rank: Int, inGoodOrder: Bool) {
    locked {
      tokens[rank] = nil
      left.insert(rank)
      if !inGoodOrder, lost == nil { lost = rank }
      condition.broadcast()
    }
  }

  func waitForLeaving(butOf rank: Int, until deadline: Date) {
    locked {
      while tokens.keys.contains(where: { $0 != rank }), condition.wait(until: deadline) {}
    }
  }

  func hold(_ socket: Socket) {
    locked {
      sockets[ObjectIdentifier(socket)] = socket
      if isClosed { socket.shutDown() }
    }
  }

  func release(_ socket: Socket) {
    locked { _ = sockets.removeValue(forKey: ObjectIdentifier(socket)) }
  }

  func close() {
    locked {
      isClosed = true
      for socket in sockets.values { socket.shutDown() }
      condition.broadcast()
    }
  }
}

// SAFETY: everything that changes is read and written under the condition's lock.
extension Board: @unchecked Sendable {}

/// One connection, served by one thread.
private struct Connection: Sendable {
  let socket: Socket
  let board: Board
  let secret: [UInt8]

  /// How long a process may be quiet, in seconds: it trains, and only its end ends the connection.
  private static let quietness = 1e6

  func serve() {
    board.hold(socket)
    defer { board.release(socket) }
    // A peer that is no process of ours is told nothing and left alone.
    guard let (rank, isFirst) = try? welcome() else { return }
    var hasLeft = false
    while !hasLeft, let request = try? socket.receiveFrame(seconds: Self.quietness) {
      hasLeft = request.first == Message.Request.leave.rawValue
      guard (try? socket.sendFrame(reply(to: request))) != nil else { break }
    }
    if isFirst { board.leave(rank, inGoodOrder: hasLeft) }
  }

  /// Learns who is there; nil for one that is refused, and told why.
  private func welcome() throws -> (rank: Int, isFirst: Bool)? {
    let nonce = [UInt8].unforeseeable(Message.nonceByteCount)
    try socket.send(Message.greeting + nonce, seconds: Message.patience)
    let bytes = try socket.receiveFrame(upTo: Message.longestHello, seconds: Message.patience)
    var code: [UInt8] = []
    guard let hello = Message.Hello(bytes, code: &code),
      HMAC.areEqual(code, HMAC.code(of: hello.signed(with: nonce), key: secret))
    else {
      try socket.sendFrame([Message.Reply.otherSecret.rawValue])
      return nil
    }
    guard hello.count == board.count, hello.rank < hello.count else {
      try socket.sendFrame([Message.Reply.otherCount.rawValue] + UInt32(board.count).bytes)
      return nil
    }
    if let lost = board.lostRank {
      try socket.sendFrame([Message.Reply.lost.rawValue] + UInt32(lost).bytes)
      return nil
    }
    let rank = Int(hello.rank)
    let isFirst = hello.token.allSatisfy { $0 == 0 }
    let known: [UInt8]? =
      isFirst ? board.enter(rank) : board.knows(rank, hello.token) ? hello.token : nil
    guard let token = known else {
      try socket.sendFrame([Message.Reply.rankTaken.rawValue])
      return nil
    }
    let signed = Message.signedWelcome(hello, serverNonce: nonce, token: token)
    do {
      try socket.sendFrame(
        [Message.Reply.done.rawValue] + token + HMAC.code(of: signed, key: secret)
      )
    } catch {
      if isFirst { board.leave(rank, inGoodOrder: false) }
      throw error
    }
    return (rank, isFirst)
  }

  private func reply(to request: [UInt8]) -> [UInt8] {
    let body = request.dropFirst()
    switch request.first.flatMap(Message.Request.init) {
    case .put where body.count >= 4:
      let keyByteCount = Int(UInt32(body))
      let rest = body.dropFirst(4)
      guard rest.count >= keyByteCount else { break }
      board.put(Array(rest.dropFirst(keyByteCount)), under: Array(rest.prefix(keyByteCount)))
      return [Message.Reply.done.rawValue]
    case .get where body.count >= 4:
      return bytes(board.value(of: Array(body.dropFirst(4)), until: Self.deadline(body)))
    case .tryGet:
      return bytes(board.value(of: Array(body), until: .distantPast))
    case .gather where body.count >= 4:
      return bytes(board.everyone(until: Self.deadline(body)))
    case .leave:
      return [Message.Reply.done.rawValue]
    case .put, .get, .gather, nil:
      break
    }
    return [Message.Reply.unknown.rawValue]
  }

  private static func deadline(_ milliseconds: ArraySlice<UInt8>) -> Date {
    Date(timeIntervalSinceNow: Double(UInt32(milliseconds)) / 1000)
  }

  private func bytes(_ answer: Board.Answer) -> [UInt8] {
    switch answer {
    case .value(let value): [Message.Reply.done.rawValue] + value
    case .nothing: [Message.Reply.nothing.rawValue]
    case .lost(let rank): [Message.Reply.lost.rawValue] + UInt32(rank).bytes
    case .missing(let ranks):
      [Message.Reply.missing.rawValue] + ranks.flatMap { UInt32($0).bytes }
    }
  }
}
