/// Wins, draws and losses of one side.
public struct Tally: Hashable, Sendable {
  public var wins: Int
  public var draws: Int
  public var losses: Int

  public init(wins: Int = 0, draws: Int = 0, losses: Int = 0) {
    self.wins = wins
    self.draws = draws
    self.losses = losses
  }

  public var games: Int { wins + draws + losses }

  /// Points a game, a draw counting half; nil without games.
  public var score: Double? { games == 0 ? nil : (Double(wins) + Double(draws) / 2) / Double(games) }

  /// Counts one game by its return: positive is a win, zero a draw.
  public mutating func add(returned value: Double) {
    if value > 0 { wins += 1 } else if value < 0 { losses += 1 } else { draws += 1 }
  }

  public static func + (left: Tally, right: Tally) -> Tally {
    Tally(wins: left.wins + right.wins, draws: left.draws + right.draws, losses: left.losses + right.losses)
  }
}
