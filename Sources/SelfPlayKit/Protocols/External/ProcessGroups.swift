import Foundation
import Synchronization

/// The groups of programs that this one has started and not ended yet, to be ended with it, also by Ctrl-C.
public enum ProcessGroups {
  private static let limit = 1024
  // Fixed memory that is never freed, so that the signal handler may read it without a lock; a slot is one
  // word, 0 where it is free, and written under the lock alone.
  nonisolated(unsafe) private static let slots: UnsafeMutablePointer<pid_t> = {
    let slots = UnsafeMutablePointer<pid_t>.allocate(capacity: limit)
    slots.initialize(repeating: 0, count: limit)
    return slots
  }()
  private static let lock = Mutex(())

  /// Touches what the signal handler reads.
  static func prepare() { _ = slots }

  /// Returns false if there are too many.
  static func add(_ group: pid_t) -> Bool {
    lock.withLock { _ in
      guard let free = (0..<limit).first(where: { slots[$0] == 0 }) else { return false }
      slots[free] = group
      return true
    }
  }

  static func remove(_ group: pid_t) {
    lock.withLock { _ in
      for index in 0..<limit where slots[index] == group { slots[index] = 0 }
    }
  }

  /// Kills them all at once. Safe in a signal handler.
  public static func endAll() {
    for index in 0..<limit where slots[index] > 0 { kill(-slots[index], SIGKILL) }
  }
}
