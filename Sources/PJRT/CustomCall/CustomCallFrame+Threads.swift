internal import CPJRT
internal import Synchronization

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#else
internal import Darwin
#endif

extension CustomCallFrame {
  /// Runs a body for each index, on XLA's threads and on this one, and returns when all are done.
  ///
  /// Indices are handed out one after the other to whoever is free, so pieces may differ in length. The
  /// caller works too and never waits for a thread that has not begun, so a pool whose threads are busy
  /// costs speed only. Which worker gets which index is not determined; what a body writes must depend
  /// on its index alone.
  ///
  /// - Parameters:
  ///   - count: The body runs for `0..<count`.
  ///   - workers: How many threads take part at most, this one included.
  ///   - body: Gets the index, and the number of its worker in `0..<workers`, under which no other
  ///     thread runs at the same time.
  public func forEach(_ count: Int, workers: Int, _ body: (_ index: Int, _ worker: Int) -> Void) {
    guard count > 1, workers > 1 else {
      for index in 0..<count { body(index, 0) }
      return
    }
    withoutActuallyEscaping(body) { body in
      withUnsafePointer(to: body) { body in
        let team = Team(count: count, body: body)
        for _ in 1..<min(workers, count) {
          let member = Unmanaged.passRetained(team)
          if schedule(member.toOpaque()) { continue }
          member.release()
          break
        }
        team.work()
        team.waitUntilDone()
      }
    }
  }

  /// Hands a retained team to one of XLA's threads; false if XLA does not take it.
  private func schedule(_ team: UnsafeMutableRawPointer) -> Bool {
    guard let table = frame.pointee.table,
      table.pointee.struct_size >= MemoryLayout<xla_ffi_table>.size,
      let schedule = table.pointee.schedule
    else { return false }
    var arguments = xla_ffi_schedule_args()
    arguments.struct_size = MemoryLayout<xla_ffi_schedule_args>.size
    arguments.context = frame.pointee.context
    arguments.data = team
    arguments.task = { data in
      guard let data else { return }
      Unmanaged<Team>.fromOpaque(data).takeRetainedValue().work()
    }
    guard let error = schedule(&arguments) else { return true }
    var destruction = xla_ffi_error_destroy_args()
    destruction.struct_size = MemoryLayout<xla_ffi_error_destroy_args>.size
    destruction.error = error
    table.pointee.error_destroy?(&destruction)
    return false
  }
}

/// Threads that share the indices of one loop.
///
/// A thread may come when the loop is over and its body gone; it then finds no index and leaves the body
/// alone. That is why the body is borrowed and the team is counted.
private final class Team {
  private let count: Int
  private let body: UnsafePointer<(Int, Int) -> Void>
  private let next = Atomic(0)
  private let members = Atomic(0)
  private let done = Atomic(0)

  init(count: Int, body: UnsafePointer<(Int, Int) -> Void>) {
    self.count = count
    self.body = body
  }

  func work() {
    let worker = members.add(1, ordering: .relaxed).oldValue
    while true {
      let index = next.add(1, ordering: .relaxed).oldValue
      guard index < count else { return }
      body.pointee(index, worker)
      done.add(1, ordering: .releasing)
    }
  }

  /// Waits for pieces others have begun; they are short, so this does not give the processor away at once.
  func waitUntilDone() {
    var turns = 0
    while done.load(ordering: .acquiring) < count {
      turns += 1
      if turns > Self.patience { sched_yield() }
    }
  }

  private static let patience = 2_000
}
