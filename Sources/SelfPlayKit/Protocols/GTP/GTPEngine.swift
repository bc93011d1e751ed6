import Environments
import Foundation
import Search

/// An agent as an engine of the Go Text Protocol, version 2 (Farneback 2002): text in, text out.
///
/// A class, as every command acts on it. What it answers depends on the seed and the commands alone, unless
/// time is set.
public final class GTPEngine {
  /// How the engine plays, besides its agent.
  public struct Options: Sendable {
    public var seed: UInt64
    /// Seconds a move while no time is set by the protocol; nil for the agent's own amount of work.
    public var seconds: Double?
    /// Does not pass while dead stones of the opponent would cost it the game.
    public var capturesDeadStones: Bool

    public init(seed: UInt64 = 1, seconds: Double? = nil, capturesDeadStones: Bool = false) {
      self.seed = seed
      self.seconds = seconds
      self.capturesDeadStones = capturesDeadStones
    }
  }

  /// A move of one side.
  struct Move: Hashable {
    var player: Player
    var action: Action
  }

  let agent: AgentSpecification
  let options: Options
  private let definition: GameDefinition
  private(set) var rules: GoRules
  /// As it was given; the board is played with the nearest komi that decides the same way.
  private(set) var komi: Float
  private(set) var table: any GoTable
  /// Stones set up before the first move.
  private(set) var setUp: [Player: [Int]] = [:]
  private(set) var moves: [Move] = []
  var clock = GTPClock()
  /// Whether `quit` was asked for.
  public internal(set) var hasQuit = false

  /// Throws `RegistryError` for a game other than Go, or an agent that does not play it.
  public init(agent: AgentSpecification, definition: GameDefinition, options: Options = Options()) throws {
    guard let rules = definition.game.goRules else {
      throw RegistryError(
        problem: "the Go Text Protocol is for Go, and \(definition.id) is another game",
        remedy: "choose --game go9, go13 or go19")
    }
    self.agent = agent
    self.definition = definition
    self.options = options
    self.rules = rules
    // Komi is what the protocol says, not drawn.
    self.rules.komiSpread = 0
    komi = rules.komi
    table = try Self.table(self.rules, agent: agent, definition: definition, seed: options.seed)
  }

  /// The answer to a line, with the two line feeds that end it; nil for a line that asks for nothing.
  public func answer(_ text: String) -> String? {
    guard let line = GTPLine(text) else { return nil }
    guard let command = Self.commands[line.command] else {
      return line.response(.failure(.unknownCommand))
    }
    do {
      return line.response(.success(try command(self, line.arguments)))
    } catch let error as GTPError {
      return line.response(.failure(error))
    } catch {
      return line.response(.failure(GTPError("\(error)".replacing("\n", with: " "))))
    }
  }

  /// Begins anew under other rules. The agent is made again only if they differ.
  func change(to changed: GoRules) throws {
    if changed != rules {
      table = try Self.table(changed, agent: agent, definition: definition, seed: options.seed)
      rules = changed
    }
    try restart(setUp: [:], moves: [])
  }

  /// Goes on under other rules with the same moves.
  func amend(to changed: GoRules) throws {
    let (setUp, moves, before) = (self.setUp, self.moves, rules)
    try change(to: changed)
    do { try restart(setUp: setUp, moves: moves) } catch {
      try change(to: before)
      try restart(setUp: setUp, moves: moves)
      throw error
    }
  }

  func setKomi(_ value: Float) throws {
    var changed = rules
    // Areas are whole numbers: between two of them all komi decide alike, and beyond the board, too.
    let whole = value.rounded(.down)
    let limit = Float(rules.side * rules.side)
    changed.komi = max(-limit, min(limit, value == whole ? value : whole + 0.5))
    if changed != rules { try amend(to: changed) }
    komi = value
  }

  /// Sets up a first position and plays some moves.
  func restart(setUp: [Player: [Int]], moves: [Move], toMove: Player? = nil) throws {
    let (black, white) = (setUp[.first] ?? [], setUp[.second] ?? [])
    let first = toMove ?? (black.isEmpty ? .first : .second)
    try table.begin(black: black, white: white, toMove: first)
    for move in moves { try table.play(move.action, by: move.player) }
    self.setUp = setUp
    self.moves = moves
  }

  func play(_ action: Action, by player: Player) throws {
    try table.play(action, by: player)
    moves.append(Move(player: player, action: action))
  }

  func undo() throws {
    guard !moves.isEmpty else { throw GTPError.cannotUndo }
    try restart(setUp: setUp, moves: moves.dropLast())
  }

  var passing: GoPassing { options.capturesDeadStones ? .capturesDeadStones : .free }

  private static func table(
    _ rules: GoRules, agent: AgentSpecification, definition: GameDefinition, seed: UInt64
  ) throws -> any GoTable {
    let maker = TableMaker(agent: agent, definition: definition, seed: seed)
    guard let table = try AnyGame.go(rules).visitGo(maker) else { throw GTPError.unacceptableSize }
    return table
  }
}

/// Seats an agent at a board. Games may be as long as there is room for.
private struct TableMaker: GoVisitor {
  let agent: AgentSpecification
  let definition: GameDefinition
  let seed: UInt64

  func visit<Subject: GoGame>(_ game: Subject) throws -> any GoTable {
    var rules = game.rules
    rules.moveLimit = Subject.capacity
    let roomy = try Subject(rules)
    // Agents that see the game in their own way make it again from its definition.
    let roomyDefinition = try definition.applying(Self.settings(of: rules), of: agent.text)
    let player = try agent.factory(for: roomy, defined: roomyDefinition).make()
    return GoTableOf(roomy, agent: player, seed: seed)
  }

  private static func settings(of rules: GoRules) -> [String] {
    let repetition = AnyGame.Repetition.allCases.first { $0.rule == rules.repetition }
    return [
      "side=\(rules.side)", "komi=\(rules.komi)", "repetition=\(repetition?.rawValue ?? "")",
      "suicide=\(rules.allowsSuicide)", "move_limit=\(rules.moveLimit ?? 0)", "komi_spread=0.0", "handicap=0",
    ]
  }
}
