internal import Synchronization

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#else
internal import Darwin
#endif

/// Threads of XLA's that stay together for the loops of one custom call.
///
/// The first loop asks XLA for the threads; waking them takes longer than a short loop, so between
/// loops they wait awake. The caller works too and never waits for a thread that has not begun, so a
/// pool whose threads are busy costs speed only.
public final class WorkerTeam {
  private let frame: CustomCallFrame
  private let size: Int
  private let board = LoopBoard()
  private var hasMembers = false

  init(frame: CustomCallFrame, size: Int) {
    self.frame = frame
    self.size = size
  }

  deinit {
    board.close()
  }

  /// Runs a body for each index, on the team's threads and on this one, and returns when all are done.
  ///
  /// Indices are handed out one after the other to whoever is free, so pieces may differ in length. Which
  /// worker gets which index is not determined; what a body writes must depend on its index alone. Loops
  /// of one team follow one another; they are not nested.
  ///
  /// - Parameters:
  ///   - count: The body runs for `0..<count`.
  ///   - body: Gets the index, and the number of its worker, below the team's size, under which no other
  ///     thread runs at the same time.
  public func forEach(_ count: Int, _ body: (_ index: Int, _ worker: Int) -> Void) {
    guard count > 1, size > 1 else {
      for index in 0..<count { body(index, 0) }
      return
    }
    gatherMembers()
    withoutActuallyEscaping(body) { body in
      withUnsafePointer(to: body) { body in
        board.run(count: count, body: body)
      }
    }
  }

  private func gatherMembers() {
    guard !hasMembers else { return }
    hasMembers = true
    for _ in 1..<size {
      let member = Unmanaged.passRetained(board)
      let isTaken = frame.schedule(
        { data in
          guard let data else { return }
          Unmanaged<LoopBoard>.fromOpaque(data).takeRetainedValue().workUntilClosed()
        },
        member.toOpaque()
      )
      if isTaken { continue }
      member.release()
      return
    }
  }
}

/// Where a team's loops are posted, one at a time.
///
/// A ticket holds the loop's number, how many indices it has and which is the next. Taking an index moves
/// the ticket on by compare and exchange, which fails if another loop was posted meanwhile; and no other
/// is posted before all indices that were taken are done. So whoever takes an index has read the body of
/// its loop. A thread that comes when all is over finds the board closed and leaves; that is why bodies
/// are borrowed and the board is counted.
private final class LoopBoard {
  private let ticket = Atomic<UInt64>(0)
  private let body = Atomic<UInt>(0)
  private let done = Atomic<Int>(0)
  private let members = Atomic<Int>(1)
  private let isClosed = Atomic(false)

  private typealias Body = (Int, Int) -> Void

  /// How often a waiting thread looks before it lets others run.
  private static let patience = 4_000

  /// The number of a loop in the upper bits, then its count and its next index.
  private struct Ticket {
    static let width: UInt64 = 24
    static let mask: UInt64 = 1 << width - 1
    var bits: UInt64

    var number: UInt64 { bits >> (2 * Self.width) }
    var count: Int { Int(bits >> Self.width & Self.mask) }
    var index: Int { Int(bits & Self.mask) }
    var hasIndex: Bool { index < count }

    /// The ticket of the next loop; numbers begin anew after 65,536.
    func next(count: Int) -> Ticket {
      Ticket(bits: (number &+ 1) << (2 * Self.width) | UInt64(count) << Self.width)
    }
  }

  /// Posts a loop, works on it, and waits for pieces that others have begun.
  func run(count: Int, body: UnsafePointer<(Int, Int) -> Void>) {
    precondition(count <= Ticket.mask, "a loop of \(count) pieces is too long")
    done.store(0, ordering: .relaxed)
    self.body.store(UInt(bitPattern: body), ordering: .relaxed)
    let last = Ticket(bits: ticket.load(ordering: .relaxed))
    ticket.store(last.next(count: count).bits, ordering: .releasing)
    work(as: 0)
    wait { done.load(ordering: .acquiring) == count }
  }

  func workUntilClosed() {
    let worker = members.add(1, ordering: .relaxed).oldValue
    while !isClosed.load(ordering: .acquiring) {
      work(as: worker)
      wait {
        Ticket(bits: ticket.load(ordering: .relaxed)).hasIndex
          || isClosed.load(ordering: .acquiring)
      }
    }
  }

  func close() {
    isClosed.store(true, ordering: .releasing)
  }

  /// Takes indices of the posted loop until none is left.
  private func work(as worker: Int) {
    var seen = Ticket(bits: ticket.load(ordering: .acquiring))
    while seen.hasIndex {
      let pointer = UnsafePointer<Body>(bitPattern: body.load(ordering: .relaxed))
      let (isTaken, current) = ticket.compareExchange(
        expected: seen.bits,
        desired: seen.bits + 1,
        ordering: .acquiringAndReleasing
      )
      guard isTaken else {
        seen = Ticket(bits: current)
        continue
      }
      pointer?.pointee(seen.index, worker)
      done.add(1, ordering: .releasing)
      seen = Ticket(bits: ticket.load(ordering: .acquiring))
    }
  }

  private func wait(until condition: () -> Bool) {
    var looks = 0
    while !condition() {
      looks += 1
      if looks > Self.patience { sched_yield() }
    }
  }
}
