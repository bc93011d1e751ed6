import Replay

/// Which end of a replay fills a window of samples again, so that no more of it has to be read.
struct ReplayTail {
  /// Samples that the window holds.
  var capacity: Int
  private var frames: [(start: ReplayMark, samples: Int)] = []
  private var samples = 0

  init(capacity: Int) { self.capacity = capacity }

  /// Takes note of games written from `start` on; forgets the oldest frames that are not needed any more.
  mutating func add(_ samples: Int, from start: ReplayMark) {
    frames.append((start, samples))
    self.samples += samples
    while let first = frames.first, self.samples - first.samples >= capacity {
      self.samples -= first.samples
      frames.removeFirst()
    }
  }

  /// Where the tail begins; nil before anything was written.
  var start: ReplayMark? { frames.first?.start }
}
