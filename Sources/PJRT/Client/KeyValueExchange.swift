internal import CPJRT

/// What clients in several processes find each other by: each says values under keys, and asks for those of others.
///
/// A plugin calls it from several threads while it makes a client and while it runs programs.
public protocol KeyValueExchange: Sendable {
  /// Says a value.
  func say(_ value: [UInt8], under key: [UInt8]) throws

  /// Waits for a value; nil where none came in time.
  func awaitValue(under key: [UInt8], seconds: Double) throws -> [UInt8]?

  /// A value that is there, or nil.
  func value(under key: [UInt8]) throws -> [UInt8]?
}

/// A client's place among those of several processes.
public struct ProcessGroup: Sendable {
  /// The number of this process, from 0.
  public var rank: Int
  /// How many there are.
  public var count: Int
  /// How they find each other.
  public var exchange: any KeyValueExchange

  /// Describes a group.
  public init(rank: Int, count: Int, exchange: any KeyValueExchange) {
    (self.rank, self.count, self.exchange) = (rank, count, exchange)
  }

  /// The client options of plugins for GPUs.
  var options: [ClientOption] {
    [
      ClientOption("node_id", .integer(Int64(rank))),
      ClientOption("num_nodes", .integer(Int64(count))),
    ]
  }
}

/// An exchange as the plugin calls it: C functions, and an address that they are given.
final class ExchangeCallbacks: Sendable {
  private let exchange: any KeyValueExchange

  init(_ exchange: any KeyValueExchange) { self.exchange = exchange }

  /// Puts the functions where the plugin finds them; this object has to live as long as the client.
  func install(in arguments: inout pjrt_client_create_args) {
    let address = Unmanaged.passUnretained(self).toOpaque()
    arguments.key_value_get = { arguments in
      guard let call = arguments?.pointee, let own = ExchangeCallbacks.at(call.argument) else {
        return nil
      }
      let seconds = Double(call.timeout_in_milliseconds) / 1000
      return ExchangeCallbacks.answer(call.make_error, .deadlineExceeded) {
        try own.exchange.awaitValue(under: bytes(call.key, call.key_size), seconds: seconds)
      } with: { value, size in
        arguments?.pointee.value = value
        arguments?.pointee.value_size = size
        arguments?.pointee.value_deleter = { $0?.deallocate() }
      }
    }
    arguments.key_value_try_get = { arguments in
      guard let call = arguments?.pointee, let own = ExchangeCallbacks.at(call.argument) else {
        return nil
      }
      return ExchangeCallbacks.answer(call.make_error, .notFound) {
        try own.exchange.value(under: bytes(call.key, call.key_size))
      } with: { value, size in
        arguments?.pointee.value = value
        arguments?.pointee.value_size = size
        arguments?.pointee.value_deleter = { $0?.deallocate() }
      }
    }
    arguments.key_value_put = { arguments in
      guard let call = arguments?.pointee, let own = ExchangeCallbacks.at(call.argument) else {
        return nil
      }
      do {
        try own.exchange.say(
          bytes(call.value, call.value_size),
          under: bytes(call.key, call.key_size)
        )
        return nil
      } catch {
        return ExchangeCallbacks.error(call.make_error, .unavailable, "\(error)")
      }
    }
    arguments.key_value_get_argument = address
    arguments.key_value_try_get_argument = address
    arguments.key_value_put_argument = address
  }

  private static func at(_ address: UnsafeMutableRawPointer?) -> ExchangeCallbacks? {
    // SAFETY: the address is the one that `install` gave, of an object that lives as long as the client.
    address.map { Unmanaged<ExchangeCallbacks>.fromOpaque($0).takeUnretainedValue() }
  }

  /// Lends a value that was found to the plugin, which copies it and calls the deleter.
  private static func answer(
    _ make: UnsafeMutablePointer<pjrt_callback_error?>?,
    _ codeOfNothing: PJRTErrorCode,
    _ find: () throws -> [UInt8]?,
    with lend: (UnsafeMutablePointer<CChar>, Int) -> Void
  ) -> OpaquePointer? {
    do {
      guard let value = try find() else {
        return error(make, codeOfNothing, "no process has said this value")
      }
      let copy = UnsafeMutablePointer<CChar>.allocate(capacity: max(1, value.count))
      for (index, byte) in value.enumerated() { copy[index] = CChar(bitPattern: byte) }
      lend(copy, value.count)
      return nil
    } catch let failure {
      return error(make, .unavailable, "\(failure)")
    }
  }

  private static func error(
    _ make: UnsafeMutablePointer<pjrt_callback_error?>?,
    _ code: PJRTErrorCode,
    _ message: String
  ) -> OpaquePointer? {
    let characters = message.utf8.map { CChar(bitPattern: $0) }
    return make?.pointee?(Int32(code.rawValue), characters, characters.count)
  }
}

/// The bytes at an address of C's.
private func bytes(_ start: UnsafePointer<CChar>?, _ count: Int) -> [UInt8] {
  UnsafeBufferPointer(start: start, count: start == nil ? 0 : count).map { UInt8(bitPattern: $0) }
}
