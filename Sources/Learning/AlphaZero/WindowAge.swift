/// How old the samples of a window are, in positions: as many as have entered since, by whole games.
package struct WindowAge {
  private struct Entry {
    var samples: Int
    var positions: Int
  }

  /// Samples that the window holds.
  private let capacity: Int
  private var games: [Entry] = []
  /// The oldest game of which the window has samples.
  private var first = 0
  private var samples = 0

  package init(capacity: Int) { self.capacity = capacity }

  /// Takes note of a game that has entered the window.
  package mutating func add(samples count: Int, positions: Int) {
    games.append(Entry(samples: count, positions: positions))
    samples += count
    while first < games.count, samples - games[first].samples >= capacity {
      samples -= games[first].samples
      first += 1
    }
    // Amortised over as many games as are dropped.
    if first > 1024 && 2 * first > games.count {
      games.removeFirst(first)
      first = 0
    }
  }

  /// The mean age of the `newest` samples; nil without any. O(games of the window).
  package func mean(newest: Int) -> Double? {
    var (left, age, sum) = (newest, 0, 0)
    for game in games[first...].reversed() where left > 0 {
      let count = min(game.samples, left)
      left -= count
      sum += count * age
      age += game.positions
    }
    return newest > left ? Double(sum) / Double(newest - left) : nil
  }
}
