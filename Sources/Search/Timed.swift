/// An agent that can think for a given time instead of a given amount of work.
///
/// What it finds then depends on the speed of the machine.
public protocol Timed: AnyObject {
  /// Seconds for each decision; nil for the amount of work it was made for.
  var seconds: Double? { get set }
}

/// When to stop thinking.
struct Deadline {
  private let end: ContinuousClock.Instant

  /// So many seconds from now.
  init(seconds: Double) { end = .now + .seconds(seconds) }

  var hasPassed: Bool { .now >= end }
}
