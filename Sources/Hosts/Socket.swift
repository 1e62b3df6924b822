import Foundation
import Synchronization

/// A connection of TCP, closed when the last reference to it goes.
///
/// Every call has a time after which it gives up, so nothing hangs on a peer that is silent.
final class Socket: Sendable {
  private let descriptor: Int32

  /// Why a call failed, in the system's words.
  struct Failure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }

    /// What `errno` says.
    init(number: Int32) { description = String(cString: strerror(number)) }
  }

  init(owning descriptor: Int32) {
    self.descriptor = descriptor
    var isOn: Int32 = 1
    setsockopt(
      descriptor,
      Int32(IPPROTO_TCP),
      TCP_NODELAY,
      &isOn,
      socklen_t(MemoryLayout<Int32>.size)
    )
    #if canImport(Darwin)
    setsockopt(descriptor, SOL_SOCKET, SO_NOSIGPIPE, &isOn, socklen_t(MemoryLayout<Int32>.size))
    #endif
  }

  deinit { close(descriptor) }

  /// Ends the connection for both sides; whoever waits in a call of it is woken.
  func shutDown() { shutdown(descriptor, Int32(SHUT_RDWR)) }

  /// Connects to a place.
  ///
  /// - Parameters:
  ///   - address: The place.
  ///   - seconds: How long to try.
  /// - Throws: ``Failure``.
  convenience init(to address: HostAddress, seconds: Double) throws(Failure) {
    var last = Failure("has no address")
    let deadline = ContinuousClock.now + .seconds(seconds)
    for candidate in try SystemAddress.all(of: address, isListening: false) {
      let left = (deadline - .now) / .seconds(1)
      guard left > 0 else { break }
      do {
        self.init(owning: try candidate.connected(seconds: left))
        return
      } catch {
        last = error
      }
    }
    throw last
  }

  /// Sends all of some bytes.
  func send(_ bytes: [UInt8], seconds: Double) throws(Failure) {
    setTimeout(SO_SNDTIMEO, seconds)
    #if canImport(Darwin)
    let flags: Int32 = 0
    #else
    let flags = Int32(MSG_NOSIGNAL)
    #endif
    var sent = 0
    while sent < bytes.count {
      let count = bytes[sent...].withUnsafeBytes {
        #if canImport(Darwin)
        Darwin.send(descriptor, $0.baseAddress, $0.count, flags)
        #else
        Glibc.send(descriptor, $0.baseAddress, $0.count, flags)
        #endif
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw Self.failure(errno) }
      sent += count
    }
  }

  /// Waits for so many bytes.
  func receive(_ count: Int, seconds: Double) throws(Failure) -> [UInt8] {
    setTimeout(SO_RCVTIMEO, seconds)
    let deadline = ContinuousClock.now + .seconds(seconds)
    var bytes = [UInt8](repeating: 0, count: count)
    var received = 0
    while received < count {
      let size = bytes[received...].withUnsafeMutableBytes {
        recv(descriptor, $0.baseAddress, $0.count, 0)
      }
      if size < 0, errno == EINTR { continue }
      guard size != 0 else { throw Failure("the connection ended") }
      guard size > 0 else { throw Self.failure(errno) }
      received += size
      // A peer that sends a byte now and then is as silent as one that sends none.
      guard received == count || ContinuousClock.now < deadline else {
        throw Self.failure(EAGAIN)
      }
    }
    return bytes
  }

  private static func failure(_ number: Int32) -> Failure {
    number == EAGAIN || number == EWOULDBLOCK
      ? Failure("no answer came in time") : Failure(number: number)
  }

  private func setTimeout(_ option: Int32, _ seconds: Double) {
    let seconds = min(max(seconds, 0.001), 1e6)
    var time = timeval()
    time.tv_sec = .init(seconds)
    time.tv_usec = .init((seconds - seconds.rounded(.down)) * 1e6)
    setsockopt(descriptor, SOL_SOCKET, option, &time, socklen_t(MemoryLayout<timeval>.size))
  }
}

/// An open door: what listens for connections.
final class ListeningSocket: Sendable {
  private let descriptor: Int32
  private let isShut = Atomic<Bool>(false)
  /// The port, which the system chose where 0 was asked for.
  let port: UInt16

  /// Listens at a place.
  ///
  /// - Throws: ``Socket/Failure``.
  init(at address: HostAddress) throws(Socket.Failure) {
    var last = Socket.Failure("has no address")
    for candidate in try SystemAddress.all(of: address, isListening: true) {
      do {
        (descriptor, port) = try candidate.listening()
        return
      } catch {
        last = error
      }
    }
    throw last
  }

  deinit { close(descriptor) }

  /// The next connection; nil once the door is shut.
  func accept() -> Socket? {
    while !isShut.load(ordering: .acquiring) {
      // Not every system wakes who waits in `accept` when the door is shut, so it is looked at now and then.
      guard isReady(descriptor, for: POLLIN, milliseconds: 500) else { continue }
      #if canImport(Darwin)
      let connection = Darwin.accept(descriptor, nil, nil)
      #else
      let connection = Glibc.accept(descriptor, nil, nil)
      #endif
      if connection >= 0 { return Socket(owning: connection) }
      guard errno == EINTR || errno == ECONNABORTED else { return nil }
    }
    return nil
  }

  /// Shuts the door; whoever waits for a connection is told soon.
  func shutDown() {
    isShut.store(true, ordering: .releasing)
    shutdown(descriptor, Int32(SHUT_RDWR))
  }
}

/// Waits until something can be done with a descriptor, or so long.
private func isReady(_ descriptor: Int32, for events: Int32, milliseconds: Int32) -> Bool {
  var question = pollfd(fd: descriptor, events: Int16(events), revents: 0)
  return poll(&question, 1, milliseconds) > 0
}

/// One of a host's addresses, as the system has them.
private struct SystemAddress {
  private let family: Int32
  private let bytes: [UInt8]

  /// The addresses of a host.
  static func all(
    of address: HostAddress,
    isListening: Bool
  ) throws(Socket.Failure) -> [SystemAddress] {
    var hints = addrinfo()
    hints.ai_family = AF_UNSPEC
    #if canImport(Darwin)
    hints.ai_socktype = SOCK_STREAM
    #else
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    #endif
    hints.ai_flags = isListening ? AI_PASSIVE : 0
    var list: UnsafeMutablePointer<addrinfo>?
    let code = getaddrinfo(address.host, "\(address.port)", &hints, &list)
    guard code == 0 else { throw Socket.Failure(String(cString: gai_strerror(code))) }
    defer { freeaddrinfo(list) }
    var found: [SystemAddress] = []
    var next = list
    while let entry = next {
      if let place = entry.pointee.ai_addr {
        // SAFETY: the system's list holds so many bytes at the place, until it is freed.
        let bytes = UnsafeRawBufferPointer(start: place, count: Int(entry.pointee.ai_addrlen))
        found.append(SystemAddress(family: entry.pointee.ai_family, bytes: Array(bytes)))
      }
      next = entry.pointee.ai_next
    }
    return found
  }

  private func withAddress<Result>(
    _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
  ) -> Result? {
    bytes.withUnsafeBytes { bytes in
      bytes.baseAddress.map {
        body($0.assumingMemoryBound(to: sockaddr.self), socklen_t(bytes.count))
      }
    }
  }

  private func made() throws(Socket.Failure) -> Int32 {
    #if canImport(Darwin)
    let descriptor = socket(family, SOCK_STREAM, 0)
    #else
    // What the process starts keeps no connection of ours.
    let descriptor = socket(family, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    #endif
    guard descriptor >= 0 else { throw Socket.Failure(number: errno) }
    return descriptor
  }

  /// A new socket that is connected to the address.
  func connected(seconds: Double) throws(Socket.Failure) -> Int32 {
    let descriptor = try made()
    let flags = fcntl(descriptor, F_GETFL)
    _ = fcntl(descriptor, F_SETFL, flags | O_NONBLOCK)
    var number: Int32 = 0
    if withAddress({ connect(descriptor, $0, $1) }) != 0 { number = errno }
    if number == EINPROGRESS {
      number = ETIMEDOUT
      let milliseconds = Int32(min(max(seconds * 1000, 1), 1e9))
      if isReady(descriptor, for: POLLOUT, milliseconds: milliseconds) {
        var size = socklen_t(MemoryLayout<Int32>.size)
        getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &number, &size)
      }
    }
    guard number == 0 else {
      close(descriptor)
      throw Socket.Failure(number: number)
    }
    _ = fcntl(descriptor, F_SETFL, flags)
    return descriptor
  }

  /// A new socket that listens at the address, and its port.
  func listening() throws(Socket.Failure) -> (Int32, UInt16) {
    let descriptor = try made()
    var isOn: Int32 = 1
    // A run that is started again need not wait until the system forgets the last one's connections.
    setsockopt(
      descriptor,
      SOL_SOCKET,
      SO_REUSEADDR,
      &isOn,
      socklen_t(MemoryLayout<Int32>.size)
    )
    guard withAddress({ bind(descriptor, $0, $1) }) == 0, listen(descriptor, 128) == 0 else {
      let number = errno
      close(descriptor)
      throw Socket.Failure(number: number)
    }
    var name = sockaddr_storage()
    var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
    let port = withUnsafeMutablePointer(to: &name) { name in
      _ = name.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        getsockname(descriptor, address, &size)
      }
      // The port stands behind the family in the addresses of both versions of IP.
      return name.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
        UInt16(bigEndian: $0.pointee.sin_port)
      }
    }
    return (descriptor, port)
  }
}
