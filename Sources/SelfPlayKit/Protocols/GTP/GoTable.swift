import Environments
import Search

/// A board with an agent beside it, whatever the size: what a protocol about Go acts on.
protocol GoTable: AnyObject {
  /// The name of a point or `pass`.
  func name(of action: Action) -> String
  /// Action of a point's name or `pass`, legal or not.
  func point(named text: String) -> Action?
  /// Whose stone is on row x side + column.
  func stone(atCell cell: Int) -> Player?
  func prisoners(of player: Player) -> Int
  /// Black's area less White's and less komi, of the board as it stands.
  var margin: Float { get }
  /// Who owns each cell of the board as it stands.
  var ownership: [Int8] { get }
  var drawing: String { get }

  /// Goes back to a first position.
  func begin(black: [Int], white: [Int], toMove: Player) throws(GTPError)
  func isLegal(_ action: Action, by player: Player) -> Bool
  /// Plays for a side, in turn or not, also after the end.
  func play(_ action: Action, by player: Player) throws(GTPError)
  /// What the agent would play, thinking for so many seconds if it can; without, for its own amount of work.
  func choose(for player: Player, seconds: Double?, style: GoPassing) throws -> Decision
  /// Chooses as if nothing had been thought before, so that the same position gives the same move.
  func chooseAfresh(for player: Player, style: GoPassing) throws -> Decision
}

/// The board of one type.
final class GoTableOf<Subject: GoGame>: GoTable {
  private let game: Subject
  private let agent: AnyAgent<Subject>
  private let seed: UInt64
  /// Searches begun so far, each of which draws from a stream of its own.
  private var searches: UInt64 = 0
  private var state: Subject.State
  /// The rules draw nothing.
  private var unused: Random
  /// Whether the agent has followed the game up to here.
  private var isFollowing = false

  init(_ game: Subject, agent: AnyAgent<Subject>, seed: UInt64) {
    self.game = game
    self.agent = agent
    self.seed = seed
    unused = Random(seed: seed, purpose: .episode)
    state = game.start(using: &unused)
  }

  func name(of action: Action) -> String { game.name(of: action, in: state) }
  func point(named text: String) -> Action? { game.point(named: text) }
  func stone(atCell cell: Int) -> Player? { game.stone(atCell: cell, in: state) }
  func prisoners(of player: Player) -> Int { game.prisoners(of: player, in: state) }
  var margin: Float { game.margin(of: state) }
  var ownership: [Int8] { game.ownership(of: state) }
  var drawing: String { game.draw(state) }

  func begin(black: [Int], white: [Int], toMove: Player) throws(GTPError) {
    do { state = try game.start(black: black, white: white, toMove: toMove) } catch {
      throw GTPError(error.description)
    }
    isFollowing = false
  }

  func isLegal(_ action: Action, by player: Player) -> Bool {
    game.isLegal(action, in: turn(of: player).state)
  }

  func play(_ action: Action, by player: Player) throws(GTPError) {
    var (next, isInTurn) = turn(of: player)
    // The state has room for so many moves; a search needs some ahead.
    guard game.plies(of: state) < Subject.capacity - 1 else { throw GTPError("the game is too long") }
    guard game.isLegal(action, in: next) else { throw .illegalMove }
    _ = game.step(&next, taking: action, using: &unused)
    state = next
    guard isFollowing, isInTurn, !game.isOver(state) else {
      isFollowing = false
      return
    }
    do { try agent.follow(action, to: state) } catch { throw GTPError("\(error)") }
  }

  func choose(for player: Player, seconds: Double?, style: GoPassing) throws -> Decision {
    let (next, isInTurn) = turn(of: player)
    if game.plies(of: next) >= Subject.capacity - 1 { return Decision(action: game.pass) }
    if !isFollowing || !isInTurn {
      searches += 1
      try agent.begin(next, random: Random(seed: seed, purpose: .agent, index: searches))
      isFollowing = isInTurn
    }
    let timed = agent.base as? any Timed
    let usual = timed?.seconds
    if let seconds { timed?.seconds = seconds }
    defer { timed?.seconds = usual }
    var decision = try agent.decide(in: next)
    if style == .capturesDeadStones { decision.action = game.lastingAction(of: decision, in: next) }
    return decision
  }

  func chooseAfresh(for player: Player, style: GoPassing) throws -> Decision {
    (searches, isFollowing) = (0, false)
    defer { isFollowing = false }
    return try choose(for: player, seconds: nil, style: style)
  }

  /// The state in which a player moves, and whether it was his turn anyway.
  private func turn(of player: Player) -> (state: Subject.State, isInTurn: Bool) {
    let isInTurn = !game.isOver(state) && game.playerToMove(in: state) == player
    var next = state
    if !isInTurn { game.giveTurn(to: player, in: &next) }
    return (next, isInTurn)
  }
}
