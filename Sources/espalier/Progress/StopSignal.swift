import Foundation
import Synchronization
import Training

/// Ctrl-C and SIGTERM, as a question that training asks before every step.
///
/// The first signal asks training to stop in good order; a second one ends the process at once.
enum StopSignal {
  /// The exit code of a run that was stopped, as shells give it for SIGINT.
  static let exitCode: Int32 = 130

  // A signal handler has no context, so what it tells lies here.
  private static let count = Atomic<Int>(0)

  private static let message: StaticString =
    "\nStopping after the step in flight; once more quits at once, without saving.\n"

  /// Listens from here on.
  static func listen() {
    // Makes the counter before a handler can be the first to ask for it.
    _ = isRequested
    var signals = sigset_t()
    sigemptyset(&signals)
    for number in [SIGINT, SIGTERM] {
      sigaddset(&signals, number)
      signal(number) { _ in
        // Only what POSIX lists as safe in a handler: an atomic, write and _exit.
        if StopSignal.count.add(1, ordering: .relaxed).oldValue > 0 { _exit(StopSignal.exitCode) }
        let code = errno
        StopSignal.message.withUTF8Buffer { text in
          _ = write(STDERR_FILENO, text.baseAddress, text.count)
        }
        errno = code
      }
    }
    // A process inherits what the thread that started it blocked, and Dispatch's threads block these.
    pthread_sigmask(SIG_UNBLOCK, &signals, nil)
  }

  /// Whether someone asked to stop.
  static var isRequested: Bool { count.load(ordering: .relaxed) > 0 }

  /// A watch over work that a signal stops.
  ///
  /// - Parameter observer: Told what happens.
  /// - Returns: The watch.
  static func watch<Event>(_ observer: @escaping (Event) -> Void) -> RunWatch<Event> {
    RunWatch(observer: observer, shouldStop: { isRequested })
  }
}
