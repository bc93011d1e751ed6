import Environments
import Foundation
import Replay

/// A recorded game to step through: every state is recomputed from the record.
public struct GameWalk: Sendable {
  /// Number of the last position: 0 before the first move.
  public let last: Int
  /// Who played, and how it ended.
  public let heading: String
  private let drawings: [String]
  private let moves: [String]
  private let record: GameRecord
  private let movers: [Player]

  /// Replays the record. Throws `ReplayError` where it does not follow from the rules.
  public init(_ record: GameRecord, defined definition: GameDefinition) throws {
    self = try definition.game.visit(Walker(record: record, rules: definition.fingerprint))
  }

  private struct Walker: GameVisitor {
    let record: GameRecord
    let rules: UInt64

    func visit<Subject: Notation>(_ game: Subject) throws -> GameWalk {
      try GameWalk(record, of: game, rules: rules)
    }
  }

  private init<Subject: Notation>(_ record: GameRecord, of game: Subject, rules: UInt64) throws {
    var drawings: [String] = []
    var moves: [String] = []
    var movers: [Player] = []
    let end = try replay(record, game: game, rules: rules) { _, state, action, _ in
      drawings.append(game.draw(state))
      moves.append(game.name(of: action, in: state))
      movers.append(game.playerToMove(in: state))
    }
    self.drawings = drawings + [game.draw(end)]
    self.moves = moves
    self.movers = movers
    self.record = record
    last = moves.count
    heading = Self.heading(
      of: record, movers: movers + [game.playerToMove(in: end)], playerCount: game.playerCount)
  }

  /// A position: the move that led to it, what the search said, and the board. Without a final line break.
  public func page(_ ply: Int, ink: Ink) -> String {
    var lines: [String] = []
    if ply > 0 {
      let reward = record.rewards[ply - 1]
      var line = "\(ply). " + ink(moves[ply - 1], .bold)
      if record.players.count == 2 { line += ink("  \(name(of: movers[ply - 1]))", .faint) }
      if reward != 0 { line += String(format: "  reward %g", reward) }
      if record.searches.indices.contains(ply - 1), !record.searches[ply - 1].visits.isEmpty {
        line += ink(String(format: "  value %+.2f", record.searches[ply - 1].value), .faint)
      }
      lines.append(line)
    } else {
      lines.append(ink("start", .faint))
    }
    lines.append(
      BoardPainter(ink: ink).paint(drawings[ply], changedSince: ply > 0 ? drawings[ply - 1] : nil))
    return lines.joined(separator: "\n")
  }

  /// All moves on one line.
  public var moveText: String { moves.joined(separator: " ") }

  private func name(of player: Player) -> String {
    record.players.indices.contains(player.index)
      ? record.players[player.index].printable : "player \(player.index + 1)"
  }

  /// - Parameter movers: of all states, the last one included.
  private static func heading(of record: GameRecord, movers: [Player], playerCount: Int) -> String {
    let who = (record.players.isEmpty ? record.game : record.players.joined(separator: " against ")).printable
    var totals = [Float](repeating: 0, count: 2)
    for (mover, reward) in zip(movers, record.rewards) {
      totals[mover.index] += reward
      totals[mover.opponent.index] -= reward
    }
    var result = "unfinished"
    if playerCount == 2, let early = record.earlyResult(toMove: movers[movers.count - 1]) {
      result = text(ofResult: early, record) + (record.resigned == nil ? ", proven" : " by resignation")
    } else if record.status.isOver {
      if playerCount == 1 {
        result = String(format: "return %g", totals[0])
      } else {
        result = text(ofResult: totals[0], record)
      }
      if record.status == .truncated { result += ", cut off" }
    }
    return who + ", " + result + " after " + counted(record.actions.count, "move")
  }

  private static func text(ofResult result: Float, _ record: GameRecord) -> String {
    if result == 0 { return "a draw" }
    let winner = result > 0 ? Player.first : .second
    let name = record.players.count == 2 ? " (\(record.players[winner.index].printable))" : ""
    return "\(winner) wins" + name
  }
}
