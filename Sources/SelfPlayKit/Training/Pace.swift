/// How fast a run went lately, by which is guessed how long the rest of it takes: a run that was taken up may be on
/// another machine, or have it to itself by now.
package struct Pace {
  private typealias Mark = (seconds: Double, share: Double)
  /// Some ten seconds apart, the oldest ten minutes old.
  private var marks: [Mark] = []

  package init() {}

  /// Takes note of the share of the budget that was used at a time, in seconds of training.
  package mutating func add(seconds: Double, share: Double) {
    if let last = marks.last, seconds - last.seconds < 10 { return }
    marks.append((seconds, share))
    while marks.count > 1, seconds - marks[1].seconds >= 600 { marks.removeFirst() }
  }

  /// The seconds that the rest takes; nil before there is anything to guess by.
  package func secondsLeft(seconds: Double, share: Double) -> Double? {
    guard share > 0.001 else { return nil }
    var past: Mark = (0, 0)
    if let first = marks.first, seconds - first.seconds >= 30, share > first.share { past = first }
    return (1 - share) * (seconds - past.seconds) / (share - past.share)
  }
}
