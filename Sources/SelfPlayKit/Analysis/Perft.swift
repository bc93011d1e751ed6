import Environments

/// How many sequences of legal actions of a length there are from a position, which checks rules against published
/// numbers.
public struct Perft: Sendable {
  public private(set) var total: UInt64
  /// Those that begin with each legal action, by its name.
  public private(set) var parts: [(name: String, count: UInt64)] = []

  /// Counts from the position after `moves`, names separated by spaces, or the one that they describe.
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
    total = position.isOver ? 0 : 1
    guard depth > 0 else { return }
    total = 0
    for action in game.legalActions(in: position.state).array {
      var (next, random) = (position.state, position.random)
      let status = game.step(&next, taking: action, using: &random).status
      let count = status.isOver && depth > 1 ? 0 : perft(game, next, depth: depth - 1)
      parts.append((game.name(of: action, in: position.state), count))
      total += count
    }
  }
}
