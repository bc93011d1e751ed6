import Environments
import Foundation
import Replay

/// Analyzed games of Go in the Smart Game Format (FF[4], red-bean.com/sgf): moves, and the analysis as
/// comments.
public struct GoCollection {
  /// All games, one tree each.
  public let text: String

  /// Throws `ArenaError` for a game other than Go.
  public init(_ analyses: [GameAnalysis], album: GameAlbum, home: Home) throws {
    text =
      try analyses.map { analysis in
        let record = album.records[analysis.number - 1]
        return try Self.tree(of: analysis, rules: Self.rules(of: record, album: album, home: home))
      }.joined(separator: "\n") + "\n"
  }

  /// Throws `ArenaError` unless the games are of Go: to find that out before any long work.
  public static func check(_ record: GameRecord, album: GameAlbum, home: Home) throws {
    _ = try rules(of: record, album: album, home: home)
  }

  /// The rules of a game, with the komi that it may have drawn.
  private static func rules(of record: GameRecord, album: GameAlbum, home: Home) throws -> GoRules {
    let definition = try album.definition(of: record, home: home)
    guard let rules = try definition.game.visitGo(RulesFinder(random: record.random)) else {
      throw ArenaError(
        description: "SGF is for Go, and \(definition.id) is another game; write to .html or .json")
    }
    return rules
  }

  private struct RulesFinder: GoVisitor {
    var random: Random

    func visit<Subject: GoGame>(_ game: Subject) -> GoRules {
      var (rules, random) = (game.rules, random)
      rules.komi = game.komi(of: game.start(using: &random))
      return rules
    }
  }

  private static func tree(of analysis: GameAnalysis, rules: GoRules) -> String {
    var game = SGFGame(
      rules: rules, players: analysis.players.map(\.name),
      result: SGFGame.result(
        status: analysis.status, margin: analysis.margin,
        early: analysis.status == .running && analysis.result != 0 ? Float(analysis.result) : nil),
      comment: introduction(of: analysis))
    for move in analysis.moves {
      var annotations: [SGFGame.Property] = []
      switch move.quality {
      case .good: break
      case .inaccuracy: annotations.append(.init("DO", ""))
      case .mistake: annotations.append(.init("BM", "1"))
      case .blunder: annotations.append(.init("BM", "2"))
      }
      annotations.append(.init("C", comment(on: move)))
      game.append(move.action, by: move.mover, side: rules.side, annotations: annotations)
    }
    return String(decoding: game.bytes, as: UTF8.self)
  }

  private static func introduction(of analysis: GameAnalysis) -> String {
    let lines = analysis.players.map { player in
      String(
        format: "%@: %d moves, mean loss %.3f, %d blunders, agreement %.0f %%", player.name, player.moves,
        player.meanLoss, player.count(of: .blunder), player.agreement * 100)
    }
    return (["Judged by \(analysis.agent)"] + lines).joined(separator: "\n")
  }

  private static func comment(on move: MoveJudgement) -> String {
    var lines = [
      String(
        format: "Black's value before the move %+.2f (%.0f %%)", move.value,
        MoveJudgement.chance(of: move.value) * 100)
    ]
    if !move.agrees { lines.append("Best: " + move.line.joined(separator: " ")) }
    if move.loss >= 0.005 { lines.append(String(format: "%@: lost %.2f", move.quality.rawValue, move.loss)) }
    if move.agrees { lines.append("Expected: " + move.line.joined(separator: " ")) }
    return lines.joined(separator: "\n")
  }
}
