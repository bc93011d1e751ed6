import Environments
import Foundation
import Replay

/// Analyzed games of Go in the Smart Game Format (FF[4], red-bean.com/sgf): moves, and the analysis as comments.
public struct GoCollection {
  /// All games, one tree each.
  public let text: String

  /// Throws `ArenaError` for a game other than Go.
  public init(_ analyses: [GameAnalysis], album: GameAlbum, home: Home) throws {
    text =
      try analyses.map { analysis in
        let definition = try album.definition(of: album.records[analysis.number - 1], home: home)
        return try Self.tree(of: analysis, rules: Self.rules(of: definition))
      }.joined(separator: "\n") + "\n"
  }

  /// Throws `ArenaError` unless the games are of Go: to find that out before any long work.
  public static func check(_ record: GameRecord, album: GameAlbum, home: Home) throws {
    _ = try rules(of: album.definition(of: record, home: home))
  }

  private static func rules(of definition: GameDefinition) throws -> GoRules {
    switch definition.game {
    case .go7(let game): return game.rules
    case .go9(let game): return game.rules
    case .go13(let game): return game.rules
    case .go19(let game): return game.rules
    default:
      throw ArenaError(
        description: "SGF is for Go, and \(definition.id) is another game; write to .html or .json")
    }
  }

  private static func tree(of analysis: GameAnalysis, rules: GoRules) -> String {
    let names = analysis.players.map { simple($0.name) }
    var root = "(;FF[4]GM[1]CA[UTF-8]AP[selfplay:\(SelfPlayVersion.text)]SZ[\(rules.side)]"
    root += String(format: "KM[%g]", rules.komi) + "RU[\(name(of: rules))]" + handicap(of: rules)
    root += "PB[\(names[0])]PW[\(names[1])]RE[\(result(of: analysis))]"
    root += "C[\(escaped(introduction(of: analysis)))]\n"
    let nodes = analysis.moves.map { move -> String in
      let colour = move.mover == .first ? "B" : "W"
      let point = point(of: move.action, side: rules.side)
      let annotation =
        switch move.quality {
        case .good: ""
        case .inaccuracy: "DO[]"
        case .mistake: "BM[1]"
        case .blunder: "BM[2]"
        }
      return ";\(colour)[\(point)]\(annotation)C[\(escaped(comment(on: move)))]"
    }
    return root + nodes.joined(separator: "\n") + ")"
  }

  /// Black's stones before the first move, and who moves then.
  private static func handicap(of rules: GoRules) -> String {
    guard rules.handicap > 0,
      let cells = try? GoRules.handicapCells(rules.handicap, side: rules.side)
    else { return "" }
    let points = cells.map { "[\(point(of: Action($0), side: rules.side))]" }
    return "HA[\(rules.handicap)]AB\(points.joined())PL[W]"
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

  /// Column and row from the top left corner, `aa`; empty for a pass.
  private static func point(of action: Action, side: Int) -> String {
    guard action.index < side * side else { return "" }
    let letters = Array("abcdefghijklmnopqrs")
    return "\(letters[action.index % side])\(letters[action.index / side])"
  }

  /// Names that programs know, where there is one for the rules.
  private static func name(of rules: GoRules) -> String {
    switch (rules.repetition, rules.allowsSuicide) {
    case (.positionalSuperko, true): "Tromp-Taylor"
    case (.situationalSuperko, true): "NZ"
    case (.situationalSuperko, false): "AGA"
    default: "Chinese"
    }
  }

  private static func result(of analysis: GameAnalysis) -> String {
    guard analysis.status == .terminated, let margin = analysis.margin else { return "?" }
    return margin == 0 ? "0" : String(format: "%@+%g", margin > 0 ? "B" : "W", abs(margin))
  }

  /// Text on several lines.
  private static func escaped(_ text: String) -> String {
    text.replacing("\\", with: "\\\\").replacing("]", with: "\\]")
  }

  /// Text on one line.
  private static func simple(_ text: String) -> String {
    escaped(text.split(whereSeparator: \.isNewline).joined(separator: " "))
  }
}
