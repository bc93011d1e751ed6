import Replay

/// Means over the last hundred games.
struct RecentGames: Codable {
  private var returns: [Double] = []
  private var lengths: [Double] = []

  mutating func add(_ game: GameRecord) {
    if returns.count == 100 {
      returns.removeFirst()
      lengths.removeFirst()
    }
    returns.append(game.rewards.reduce(0) { $0 + Double($1) })
    lengths.append(Double(game.actions.count))
  }

  var meanReturn: Double? { returns.isEmpty ? nil : returns.reduce(0, +) / Double(returns.count) }
  var meanLength: Double? { lengths.isEmpty ? nil : lengths.reduce(0, +) / Double(lengths.count) }
}
