import Environments

/// How many sequences of legal actions of a length there are from a position, which checks rules against published
/// numbers.
public struct Perft: Sendable {
  /// All of them; a finished game has none but the empty one.
  public let total: UInt64
  /// Those that begin with each legal action, by its name; none for the length 0.
  public let parts: [(name: String, count: UInt64)]
  /// How long counting took.
  public let seconds: Double

  /// Counts sequences of `depth` actions, 0 or more, from the position after `moves`, names separated by spaces, or
  /// the one that they describe. Costs as many steps as there are.
  ///
  /// Throws `RegistryError` for a game with chance or an illegal move, and `RuleError` for a bad description.
  public init(_ definition: GameDefinition, after moves: String, depth: Int) throws {
    self = try definition.game.forCounting.visit(
      Counter(gameName: definition.id, moves: moves, depth: depth))
  }

  private struct Counter: GameVisitor {
    let gameName: String
    let moves: String
    let depth: Int

    func visit<Subject: Notation>(_ game: Subject) throws -> Perft {
      guard !game.isStochastic else {
        throw RegistryError(
          problem: "'\(gameName)' has chance, its sequences cannot be counted",
          remedy: "choose a game without")
      }
      return Perft(game, from: try Position(after: moves, of: game), depth: depth)
    }
  }

  private init<Subject: Notation>(_ game: Subject, from position: Position<Subject>, depth: Int) {
    let start = ContinuousClock.now
    let actions = depth > 0 && !position.isOver ? game.legalActions(in: position.state).array : []
    parts = actions.map { action in
      var (next, random) = (position.state, position.random)
      let status = game.step(&next, taking: action, using: &random).status
      let count = status.isOver && depth > 1 ? 0 : perft(game, next, depth: depth - 1)
      return (game.name(of: action, in: position.state), count)
    }
    total = depth == 0 ? 1 : parts.reduce(0) { $0 + $1.count }
    seconds = (ContinuousClock.now - start) / .seconds(1)
  }
}
