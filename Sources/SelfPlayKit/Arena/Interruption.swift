import Foundation
import Synchronization

/// Ctrl-C ends the program at once with code 130, or, while results are held, asks it to stop and keep them;
/// then a second one ends it at once.
public enum Interruption {
  private static let requested = Atomic<Bool>(false)
  private static let holds = Atomic<Bool>(false)

  /// Whether Ctrl-C was pressed (or the process was asked to terminate) while results were held.
  public static var isRequested: Bool { requested.load(ordering: .relaxed) }

  /// From now on the first Ctrl-C only sets `isRequested`: the caller looks at it at least once a second.
  public static func holdResults() { holds.store(true, ordering: .relaxed) }

  /// Starts to listen.
  public static func listen() {
    // All statics are touched first, so that the handler never runs a lazy initialisation.
    _ = isRequested
    holds.store(false, ordering: .relaxed)
    _ = TerminalMode.isRaw
    ProcessGroups.prepare()
    // A program that starts this one may have blocked the signals, and the mask is inherited.
    var signals = sigset_t()
    sigemptyset(&signals)
    for number in [SIGINT, SIGTERM] {
      sigaddset(&signals, number)
      signal(number) { _ in
        // Only atomic operations, tcsetattr, kill, write and _exit: all allowed in a signal handler.
        let isFirst = !Interruption.requested.exchange(true, ordering: .relaxed)
        if isFirst, Interruption.holds.load(ordering: .relaxed) { return }
        TerminalMode.restore()
        ProcessGroups.endAll()
        if isatty(STDERR_FILENO) == 1 { _ = write(STDERR_FILENO, "\n", 1) }
        _exit(130)
      }
    }
    pthread_sigmask(SIG_UNBLOCK, &signals, nil)
  }
}
