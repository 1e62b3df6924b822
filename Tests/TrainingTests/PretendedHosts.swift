import CPJRT
import EspalierTestSupport
import Foundation
import Synchronization

@testable import PJRT

/// Two processes on two hosts, pretended by two threads of this one.
///
/// Each has a client of its own; both clients are one of the processor's plugin with four devices. The first is shown the devices 0
/// and 2 as its own, the second 1 and 3, and a program that all share runs once both have asked for it with what their devices
/// hold. C functions capture nothing, so what they share lies in one place, and one test at a time uses it.
enum PretendedHosts {
  static let count = 2
  private static let deviceCount = 4
  /// How long one host waits for the other before it is told that something failed.
  private static let patience = 30.0

  /// The plugin as each host sees it.
  static let plugins = Result<[Plugin], any Error> {
    let real = try Plugin(path: TestPlugin.path)
    state.withLock { $0.real = real.interface.table.pointee }
    return try [table(ofHost0), table(ofHost1)].map {
      try Plugin(table: $0, path: real.path)
    }
  }

  /// What was wrong about what the hosts did together, such as other programs at the same time.
  static func mistakes() -> [String] { state.withLock { $0.mistakes } }

  /// Does the same on both hosts at the same time.
  static func both<Value: Sendable>(
    _ body: @escaping @Sendable (_ rank: Int, _ client: Client) throws -> Value
  ) async throws -> [Value] {
    let plugins = try plugins.get()
    @Sendable func run(_ rank: Int) async throws -> Value {
      try await withCheckedThrowingContinuation { continuation in
        // What blocks has a thread of its own.
        Thread.detachNewThread {
          continuation.resume(
            with: Result {
              try body(
                rank,
                Client(plugin: plugins[rank], options: [.cpuDeviceCount(deviceCount)])
              )
            }
          )
        }
      }
    }
    async let first = run(0)
    async let second = run(1)
    return [try await first, try await second]
  }

  // MARK: What the two share

  private struct State: @unchecked Sendable {
    var real = pjrt_table()
    var client: UnsafeMutableRawPointer?
    var clientCount = 0
    /// The devices of each host, in lists that live as long as the process.
    var devices: [UnsafeMutableBufferPointer<UnsafeMutableRawPointer?>] = []
    /// The text of each program that was compiled.
    var programs: [UnsafeMutableRawPointer: [CChar]] = [:]
    var mistakes: [String] = []
  }

  private static let state = Mutex(State())
  private static let meeting = Meeting()

  /// Where the hosts wait for each other to run a program.
  private final class Meeting: @unchecked Sendable {
    let condition = NSCondition()
    var waiting: UnsafeMutablePointer<pjrt_execute_args>?
    var waitingRank = 0
    /// How often both have come.
    var count = 0
  }

  private typealias Listing =
    @convention(c) (UnsafeMutablePointer<pjrt_objects_args>?) -> OpaquePointer?
  private typealias Execution =
    @convention(c) (UnsafeMutablePointer<pjrt_execute_args>?) -> OpaquePointer?

  /// The functions that differ between the hosts.
  private struct OwnFunctions {
    let devices: Listing
    let programDevices: Listing
    let execute: Execution
  }

  private static let ofHost0 = OwnFunctions(
    devices: { PretendedHosts.devices($0, rank: 0) },
    programDevices: { PretendedHosts.programDevices($0, rank: 0) },
    execute: { PretendedHosts.execute($0, rank: 0) }
  )
  private static let ofHost1 = OwnFunctions(
    devices: { PretendedHosts.devices($0, rank: 1) },
    programDevices: { PretendedHosts.programDevices($0, rank: 1) },
    execute: { PretendedHosts.execute($0, rank: 1) }
  )

  private static func table(_ own: OwnFunctions) -> UnsafePointer<pjrt_table> {
    let table = UnsafeMutablePointer<pjrt_table>.allocate(capacity: 1)
    table.initialize(to: real)
    table.pointee.struct_size = MemoryLayout<pjrt_table>.size
    table.pointee.client_addressable_devices = own.devices
    table.pointee.loaded_executable_addressable_devices = own.programDevices
    table.pointee.loaded_executable_execute = own.execute
    table.pointee.client_create = { PretendedHosts.create($0) }
    table.pointee.client_destroy = { PretendedHosts.destroy($0) }
    table.pointee.client_compile = { PretendedHosts.compile($0) }
    table.pointee.device_description_process = { arguments in
      guard let arguments else { return nil }
      // The numbers of both questions lie in the same structure.
      let failure = PretendedHosts.real.device_description_id?(arguments)
      arguments.pointee.value %= Int32(PretendedHosts.count)
      return failure
    }
    return UnsafePointer(table)
  }

  private static var real: pjrt_table { state.withLock { $0.real } }

  /// A call of the plugin in which nobody else uses what the hosts share.
  private static func lockedCall(_ body: (inout State) -> OpaquePointer?) -> OpaquePointer? {
    OpaquePointer(bitPattern: state.withLock { UInt(bitPattern: body(&$0)) })
  }

  /// Makes the one client, or hands it out once more.
  private static func create(
    _ arguments: UnsafeMutablePointer<pjrt_client_create_args>?
  ) -> OpaquePointer? {
    lockedCall { state in
      if state.client == nil {
        if let failure = state.real.client_create?(arguments) { return failure }
        state.client = arguments?.pointee.client
        var list = pjrt_objects_args()
        list.struct_size = MemoryLayout<pjrt_objects_args>.size
        list.object = state.client
        _ = state.real.client_addressable_devices?(&list)
        state.devices = (0..<count).map { rank in
          let own = UnsafeMutableBufferPointer<UnsafeMutableRawPointer?>.allocate(
            capacity: deviceCount / count
          )
          _ = own.initialize(
            from: stride(from: rank, to: deviceCount, by: count).map { list.items?[$0] }
          )
          return own
        }
      }
      arguments?.pointee.client = state.client
      state.clientCount += 1
      return nil
    }
  }

  private static func destroy(
    _ arguments: UnsafeMutablePointer<pjrt_object_args>?
  ) -> OpaquePointer? {
    lockedCall { state in
      state.clientCount -= 1
      guard state.clientCount == 0 else { return nil }
      state.client = nil
      return state.real.client_destroy?(arguments)
    }
  }

  private static func compile(
    _ arguments: UnsafeMutablePointer<pjrt_compile_args>?
  ) -> OpaquePointer? {
    guard let arguments, let program = arguments.pointee.program?.pointee else { return nil }
    let text = Array(UnsafeBufferPointer(start: program.code, count: program.code_size))
    if let failure = real.client_compile?(arguments) { return failure }
    if let executable = arguments.pointee.loaded_executable {
      state.withLock { $0.programs[executable] = text }
    }
    return nil
  }

  private static func devices(
    _ arguments: UnsafeMutablePointer<pjrt_objects_args>?,
    rank: Int
  ) -> OpaquePointer? {
    let own = state.withLock { $0.devices[rank] }
    arguments?.pointee.items = UnsafePointer(own.baseAddress)
    arguments?.pointee.count = own.count
    return nil
  }

  private static func programDevices(
    _ arguments: UnsafeMutablePointer<pjrt_objects_args>?,
    rank: Int
  ) -> OpaquePointer? {
    if let failure = real.loaded_executable_addressable_devices?(arguments) { return failure }
    return arguments?.pointee.count == deviceCount ? devices(arguments, rank: rank) : nil
  }

  /// Runs a program of one device at once, and one of all when both hosts have come.
  private static func execute(
    _ arguments: UnsafeMutablePointer<pjrt_execute_args>?,
    rank: Int
  ) -> OpaquePointer? {
    guard let arguments, arguments.pointee.device_count > 1 else {
      return real.loaded_executable_execute?(arguments)
    }
    meeting.condition.lock()
    defer { meeting.condition.unlock() }
    guard let other = meeting.waiting else {
      (meeting.waiting, meeting.waitingRank) = (arguments, rank)
      let before = meeting.count
      let end = Date(timeIntervalSinceNow: patience)
      while meeting.count == before {
        if !meeting.condition.wait(until: end) {
          meeting.waiting = nil
          state.withLock { $0.mistakes.append("the other host did not come") }
          return failure()
        }
      }
      return nil
    }
    let pair = meeting.waitingRank == 0 ? [other, arguments] : [arguments, other]
    meeting.waiting = nil
    meeting.count += 1
    defer { meeting.condition.broadcast() }
    return execute(pair)
  }

  /// Runs a program with the arguments of both, and puts its results where each wants them.
  private static func execute(
    _ pair: [UnsafeMutablePointer<pjrt_execute_args>]
  ) -> OpaquePointer? {
    state.withLock { state in
      let texts = pair.map { $0.pointee.executable.flatMap { state.programs[$0] } }
      if texts[0] == nil || texts[0] != texts[1] {
        state.mistakes.append("the hosts run different programs")
      }
    }
    let perHost = deviceCount / count
    let inputs = pair.flatMap { host in (0..<perHost).map { host.pointee.argument_lists?[$0] } }
    let outputs = pair.flatMap { host in (0..<perHost).map { host.pointee.output_lists?[$0] } }
    var all = pair[0].pointee
    all.device_count = deviceCount
    return inputs.withUnsafeBufferPointer { inputs in
      outputs.withUnsafeBufferPointer { outputs in
        all.argument_lists = inputs.baseAddress
        all.output_lists = outputs.baseAddress
        return real.loaded_executable_execute?(&all)
      }
    }
  }

  /// An error of the plugin's, which it makes when it is asked to compile nothing.
  private static func failure() -> OpaquePointer? {
    var program = pjrt_program()
    program.struct_size = MemoryLayout<pjrt_program>.size
    return withUnsafePointer(to: &program) { program in
      var arguments = pjrt_compile_args()
      arguments.struct_size = MemoryLayout<pjrt_compile_args>.size
      arguments.client = state.withLock { $0.client }
      arguments.program = program
      return real.client_compile?(&arguments)
    }
  }
}
