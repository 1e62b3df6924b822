internal import Checksums
import Foundation
import Synchronization

/// What the processes of several hosts say to each other: values under keys, which the process of rank 0 keeps.
///
/// It may be used from several threads. Every call ends: with an answer, or with a sentence that says who is missing.
public final class KeyValueStore: Sendable {
  /// The process's place among the others.
  public let place: HostPlace
  private let address: HostAddress
  private let secret: [UInt8]
  /// The connection that says, as long as it stands, that the process is there.
  private let first: Link
  /// Connections that nobody uses.
  private let idle = Mutex<[Link]>([])

  /// Joins the others.
  ///
  /// - Parameters:
  ///   - place: The process's place.
  ///   - address: Where the server is, if not at the place's coordinator.
  ///   - secret: What all processes know.
  ///   - seconds: How long to try to reach rank 0, which may be started later.
  /// - Throws: ``HostError``.
  public init(
    joining place: HostPlace,
    at address: HostAddress? = nil,
    secret: String,
    within seconds: Double
  ) throws(HostError) {
    let address = address ?? place.coordinator
    guard address.isLoopback || !secret.isEmpty else { throw .secretNeeded(address) }
    let key = Array(secret.utf8)
    self.place = place
    self.address = address
    self.secret = key
    first = try Self.firstLink(place, address, key, seconds)
  }

  private static func firstLink(
    _ place: HostPlace,
    _ address: HostAddress,
    _ secret: [UInt8],
    _ seconds: Double
  ) throws(HostError) -> Link {
    let deadline = ContinuousClock.now + .seconds(seconds)
    while true {
      let left = max((deadline - .now) / .seconds(1), 0.001)
      do {
        return try Link(to: address, place, secret: secret, token: nil, seconds: left)
      } catch HostError.cannotReach(_, _, let reason) {
        guard ContinuousClock.now + .milliseconds(100) < deadline else {
          throw .cannotReach(address, seconds: Int(seconds.rounded(.up)), reason: reason)
        }
        Thread.sleep(forTimeInterval: 0.1)
      }
    }
  }

  /// Waits until all processes have come.
  ///
  /// - Parameter seconds: How long to wait.
  /// - Throws: ``HostError/missing(ranks:seconds:)``, ``HostError/lost(rank:)`` or
  ///   ``HostError/lostCoordinator(_:reason:)``.
  public func waitForAll(seconds: Double) throws(HostError) {
    _ = try ask(.gather, Self.milliseconds(seconds), waiting: seconds)
  }

  /// Says a value.
  ///
  /// - Parameters:
  ///   - value: The value.
  ///   - key: Under which others find it; what was there is replaced.
  /// - Throws: ``HostError``.
  public func put(_ value: [UInt8], under key: [UInt8]) throws(HostError) {
    _ = try ask(.put, UInt32(key.count).bytes + key + value, waiting: 0)
  }

  /// Waits for a value.
  ///
  /// - Parameters:
  ///   - key: Where it will be.
  ///   - seconds: How long to wait.
  /// - Returns: The value.
  /// - Throws: ``HostError/noValue(key:seconds:)``, or as ``waitForAll(seconds:)``.
  public func value(of key: [UInt8], waiting seconds: Double) throws(HostError) -> [UInt8] {
    guard let value = try ask(.get, Self.milliseconds(seconds) + key, waiting: seconds) else {
      throw .noValue(key: String(decoding: key, as: UTF8.self), seconds: seconds)
    }
    return value
  }

  /// A value that is there.
  ///
  /// - Parameter key: Where it is.
  /// - Returns: The value, or nil.
  /// - Throws: ``HostError``.
  public func value(of key: [UInt8]) throws(HostError) -> [UInt8]? {
    try ask(.tryGet, key, waiting: 0)
  }

  /// Leaves in good order; without it the others are told that this process is gone.
  public func leave() {
    // Who is gone already need not be told.
    _ = try? first.ask([Message.Request.leave.rawValue], seconds: Message.patience)
  }

  private static func milliseconds(_ seconds: Double) -> [UInt8] {
    UInt32(min(max(seconds * 1000, 0), Double(UInt32.max))).bytes
  }

  private func ask(
    _ request: Message.Request,
    _ body: [UInt8],
    waiting seconds: Double
  ) throws(HostError) -> [UInt8]? {
    let link = try link()
    let reply: [UInt8]
    do {
      reply = try link.ask([request.rawValue] + body, seconds: seconds + Message.patience)
    } catch {
      throw .lostCoordinator(address, reason: "\(error)")
    }
    idle.withLock { $0.append(link) }
    let rest = reply.dropFirst()
    switch reply.first.flatMap(Message.Reply.init) {
    case .done: return Array(rest)
    case .nothing: return nil
    case .lost: throw .lost(rank: Int(UInt32(rest)))
    case .missing:
      let ranks = stride(from: 1, to: reply.count - 3, by: 4).map { Int(UInt32(reply[$0...])) }
      throw .missing(ranks: ranks, seconds: Int(seconds.rounded(.up)))
    default: throw .notAStore(address)
    }
  }

  /// A connection that nobody uses, or a new one.
  private func link() throws(HostError) -> Link {
    if let link = idle.withLock({ $0.popLast() }) { return link }
    do {
      return try Link(
        to: address,
        place,
        secret: secret,
        token: first.token,
        seconds: Message.patience
      )
    } catch HostError.cannotReach(_, _, let reason) {
      throw .lostCoordinator(address, reason: reason)
    }
  }
}

/// A connection to the store on which it is known who speaks.
private struct Link: Sendable {
  /// What shows that a further connection is of the same process.
  let token: [UInt8]
  private let socket: Socket

  /// Connects and says who is there.
  ///
  /// - Throws: ``HostError``; ``HostError/cannotReach(_:seconds:reason:)`` where trying again may help.
  init(
    to address: HostAddress,
    _ place: HostPlace,
    secret: [UInt8],
    token known: [UInt8]?,
    seconds: Double
  ) throws(HostError) {
    let size = Message.nonceByteCount
    let reply: [UInt8]
    let hello: Message.Hello
    let nonce: [UInt8]
    do {
      socket = try Socket(to: address, seconds: seconds)
      let count = Message.greeting.count + size
      let greeting = try socket.receive(count, seconds: min(seconds, Message.patience))
      nonce = Array(greeting.suffix(size))
      guard greeting.starts(with: Message.greeting) else { throw HostError.notAStore(address) }
      hello = Message.Hello(
        rank: UInt32(place.rank),
        count: UInt32(place.count),
        token: known ?? [UInt8](repeating: 0, count: size),
        nonce: .unforeseeable(size)
      )
      try socket.sendFrame(hello.body + HMAC.code(of: hello.signed(with: nonce), key: secret))
      reply = try socket.receiveFrame(upTo: Message.longestHello, seconds: Message.patience)
    } catch let error as HostError {
      throw error
    } catch {
      throw .cannotReach(address, seconds: Int(seconds.rounded(.up)), reason: "\(error)")
    }
    switch reply.first.flatMap(Message.Reply.init) {
    case .otherSecret: throw .otherSecret(address)
    case .rankTaken: throw .rankTaken(rank: place.rank)
    case .lost where reply.count == 5: throw .lost(rank: Int(UInt32(reply[1...])))
    case .otherCount where reply.count == 5:
      throw .otherCount(count: place.count, expected: Int(UInt32(reply[1...])))
    case .done where reply.count == 1 + 2 * size: break
    default: throw .notAStore(address)
    }
    token = Array(reply[1..<1 + size])
    let signed = Message.signedWelcome(hello, serverNonce: nonce, token: token)
    guard HMAC.areEqual(Array(reply.suffix(size)), HMAC.code(of: signed, key: secret)) else {
      throw .otherSecret(address)
    }
  }

  /// Sends a request and waits for the reply.
  func ask(_ request: [UInt8], seconds: Double) throws(Socket.Failure) -> [UInt8] {
    try socket.sendFrame(request)
    return try socket.receiveFrame(seconds: seconds)
  }
}
