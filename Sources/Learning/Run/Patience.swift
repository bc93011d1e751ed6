import Synchronization

/// How long somebody who interrupts a run may have to wait. Any thread may ask.
final class Patience: Sendable {
  private let seconds: Double
  private let isInterrupted: @Sendable () -> Bool
  /// When an interruption was first noticed.
  private let interruption = Mutex(ContinuousClock.Instant?.none)

  init(seconds: Double, isInterrupted: @escaping @Sendable () -> Bool) {
    self.seconds = seconds
    self.isInterrupted = isInterrupted
  }

  /// Whether somebody has interrupted, and waits for longer than they should; from then on always.
  @Sendable
  func isOver() -> Bool {
    guard isInterrupted() else { return false }
    let now = ContinuousClock.now
    let start = interruption.withLock { start in
      let first = start ?? now
      start = first
      return first
    }
    return now - start >= .seconds(seconds)
  }
}
