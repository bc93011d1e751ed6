import Environments
import Replay

/// Writes a record of Go as a tree: its moves, players and result.
struct SGFRecordWriter: GoVisitor {
  let record: GameRecord
  /// Fingerprint of the rules.
  let rules: UInt64

  func visit<Subject: GoGame>(_ game: Subject) throws -> SGFGame {
    var moves: [(Action, Player)] = []
    let end = try replay(record, game: game, rules: rules) { _, state, action, _ in
      moves.append((action, game.playerToMove(in: state)))
    }
    var rules = game.rules
    // Games may have drawn their own.
    rules.komi = game.komi(of: end)
    var result = SGFGame.result(
      status: record.status, margin: Double(game.margin(of: end)),
      early: record.earlyResult(toMove: game.playerToMove(in: end)))
    if let loser = record.resigned { result = "\(loser.opponent.goLetter)+R" }
    var tree = SGFGame(
      rules: rules, players: record.players, result: result,
      comment: record.resigned == nil ? record.comment : "")
    for (action, player) in moves { tree.append(action, by: player, side: rules.side) }
    return tree
  }
}
