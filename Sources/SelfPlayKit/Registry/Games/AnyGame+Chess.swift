import Environments

extension AnyGame {
  /// Keys: `claims`, `position`.
  static func chess(from section: ConfigurationSection) throws -> Chess {
    let draws: ChessDraws = try section.boolean("claims", default: false) ? .claimed : .automatic
    guard section.contains("position") else { return Chess(draws: draws) }
    let position = try section.text("position")
    return try explain(section, "position") { try Chess(from: position, draws: draws) }
  }

  /// The game by whose rules sequences of moves are counted: published counts of chess go on after a draw.
  public var forCounting: AnyGame {
    guard case .chess(let game) = self else { return self }
    return .chess(game.withoutDraws)
  }
}
