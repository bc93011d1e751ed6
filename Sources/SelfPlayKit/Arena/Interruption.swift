import Foundation
import Synchronization

/// Ctrl-C: the first one asks work to stop and keep what it has, a second one ends the program at once.
public enum Interruption {
  private static let requested = Atomic<Bool>(false)

  /// Whether Ctrl-C was pressed (or the process was asked to terminate).
  public static var isRequested: Bool { requested.load(ordering: .relaxed) }

  /// Starts to listen. Without it Ctrl-C ends the program as usual.
  public static func listen() {
    // The flag is touched first, so that the handler never runs its lazy initialisation.
    _ = isRequested
    _ = TerminalMode.isRaw
    for number in [SIGINT, SIGTERM] {
      signal(number) { _ in
        // Only an atomic exchange, tcsetattr, write and _exit: all allowed in a signal handler.
        if Interruption.requested.exchange(true, ordering: .relaxed) {
          TerminalMode.restore()
          _exit(130)
        }
      }
    }
  }
}
