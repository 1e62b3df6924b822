import Foundation
import Synchronization
import Training

/// Signals that ask to end, as a question that training asks before every step.
///
/// The first one asks training to stop in good order. A second Ctrl-C or SIGTERM ends the process at once. SIGHUP, of
/// a terminal that is gone, and SIGXCPU, of processor time that is used up, come several times without anyone's
/// being impatient, so they never do.
enum StopSignal {
  /// The exit code of a run that was stopped, as shells give it for SIGINT.
  static let exitCode: Int32 = 130

  // A signal handler has no context, so what it tells lies here.
  private static let requests = Atomic<Int>(0)
  private static let demands = Atomic<Int>(0)

  private static let message: StaticString =
    "\nStopping after the step in flight; once more quits at once, without saving.\n"

  /// Listens from here on to each signal that was not ignored when the process began, as SIGHUP is under `nohup`.
  static func listen() {
    // Makes the counters before a handler can be the first to ask for them.
    _ = isRequested && demands.load(ordering: .relaxed) > 0
    var signals = sigset_t()
    sigemptyset(&signals)
    for number in [SIGINT, SIGTERM, SIGHUP, SIGXCPU] {
      let previous = signal(number) { StopSignal.note($0) }
      // SAFETY: both are pointers to functions or the system's small numbers in their place, and only compared.
      let isIgnored =
        unsafeBitCast(previous, to: UInt.self) == unsafeBitCast(SIG_IGN, to: UInt.self)
      if isIgnored {
        signal(number, SIG_IGN)
      } else {
        sigaddset(&signals, number)
      }
    }
    // A process inherits what the thread that started it blocked, and Dispatch's threads block these.
    pthread_sigmask(SIG_UNBLOCK, &signals, nil)
  }

  /// Takes a signal; does only what POSIX lists as safe in a handler: atomics, write and _exit.
  private static func note(_ number: Int32) {
    if number == SIGINT || number == SIGTERM,
      demands.add(1, ordering: .relaxed).oldValue > 0
    {
      _exit(exitCode)
    }
    guard requests.add(1, ordering: .relaxed).oldValue == 0 else { return }
    let code = errno
    message.withUTF8Buffer { text in
      _ = write(STDERR_FILENO, text.baseAddress, text.count)
    }
    errno = code
  }

  /// Whether someone asked to stop.
  static var isRequested: Bool { requests.load(ordering: .relaxed) > 0 }

  /// A watch over work that a signal stops.
  ///
  /// - Parameter observer: Told what happens.
  /// - Returns: The watch.
  static func watch<Event>(_ observer: @escaping (Event) -> Void) -> RunWatch<Event> {
    RunWatch(observer: observer, shouldStop: { isRequested })
  }
}
