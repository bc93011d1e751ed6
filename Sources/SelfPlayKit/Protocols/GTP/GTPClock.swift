import Environments

/// What the time settings of the Go Text Protocol leave for a move.
struct GTPClock: Hashable {
  /// What one side has left.
  private struct Rest: Hashable {
    var seconds: Double
    /// Moves to make in that time; 0 in the main time.
    var stones: Int
  }

  private var period = 0.0
  private var stones = 0
  private var rests: [Rest]?

  /// Seconds that a move costs besides thinking.
  private static let overhead = 0.1
  /// A day: the numbers come from another program.
  private static let longestMove = 86_400.0

  /// `main` seconds, then periods of so many seconds for so many stones. No time at all, or a period without
  /// stones, means no limit.
  mutating func set(main: Double, period: Double, stones: Int) {
    self.period = period
    self.stones = stones
    let isUnlimited = period > 0 ? stones == 0 : main == 0
    let rest = main > 0 ? Rest(seconds: main, stones: 0) : Rest(seconds: period, stones: stones)
    rests = isUnlimited ? nil : [rest, rest]
  }

  /// What the other program's clock says.
  mutating func set(_ player: Player, seconds: Double, stones: Int) {
    rests?[player.index] = Rest(seconds: seconds, stones: stones)
  }

  /// Seconds to think about the next move; nil without a limit. `emptyPoints` tells how long the game may
  /// last.
  func seconds(for player: Player, emptyPoints: Int) -> Double? {
    guard let rest = rests?[player.index] else { return nil }
    let moves = rest.stones > 0 ? Double(rest.stones) : max(12, Double(emptyPoints) / 3)
    var share = rest.seconds / moves
    // At the end of the main time there are periods to live on.
    if rest.stones == 0, period > 0 { share = max(share, min(rest.seconds, period / Double(max(stones, 1)))) }
    return min(max(0.02, min(share * 0.95, share - Self.overhead)), Self.longestMove)
  }

  /// Takes note of a move that took so long.
  mutating func spend(_ seconds: Double, by player: Player) {
    guard var rest = rests?[player.index] else { return }
    rest.seconds -= seconds
    if rest.stones > 0 { rest.stones -= 1 }
    let isPeriodOver = rest.stones == 0 && (rest.seconds <= 0 || rests?[player.index].stones == 1)
    if isPeriodOver, period > 0 { rest = Rest(seconds: period, stones: stones) }
    rest.seconds = max(rest.seconds, 0)
    rests?[player.index] = rest
  }
}
