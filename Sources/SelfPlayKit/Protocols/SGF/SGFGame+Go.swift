import Environments
import Foundation
import Replay

// Games of Go played here, as they are written.
extension SGFGame {
  /// A tree with a root that says what was played, by whom and how it ended.
  init(rules: GoRules, players: [String], result: String, comment: String = "") {
    self.init()
    var root = [
      Property("FF", "4"), Property("GM", "1"), Property("CA", "UTF-8"),
      Property(name: "AP", values: [Array("selfplay:\(SelfPlayVersion.text)".utf8)]),
      Property("SZ", "\(rules.side)"), Property("KM", String(format: "%g", rules.komi)),
      Property("RU", Self.name(of: rules)),
    ]
    if rules.handicap > 0, let cells = try? GoRules.handicapCells(rules.handicap, side: rules.side) {
      root.append(Property("HA", "\(rules.handicap)"))
      root.append(Property("AB", cells.map { Self.point(of: Action($0), side: rules.side) }))
      root.append(Property("PL", "W"))
    }
    for (name, player) in zip(["PB", "PW"], players) { root.append(Property(name, Self.simple(player))) }
    root.append(Property("RE", result))
    if !comment.isEmpty { root.append(Property("C", comment)) }
    append(root, to: nil)
  }

  /// Adds a move to the end of the main line.
  mutating func append(_ action: Action, by player: Player, side: Int, annotations: [Property] = []) {
    let move = Property(player.goLetter, Self.point(of: action, side: side))
    append([move] + annotations, to: nodes.count - 1)
  }

  /// The result of a game that ended with a margin from Black's view, or was decided `early`; `?` of one that did neither.
  static func result(status: Status, margin: Double?, early: Float?) -> String {
    guard status == .terminated, let margin else {
      return early.map { $0 == 0 ? "0" : $0 > 0 ? "B+" : "W+" } ?? "?"
    }
    return margin == 0 ? "0" : String(format: "%@+%g", margin > 0 ? "B" : "W", abs(margin))
  }

  /// Column and row from the top left corner, `aa`; empty for a pass.
  static func point(of action: Action, side: Int) -> String {
    guard action.index < side * side else { return "" }
    return SGFPoint(column: action.index % side, row: action.index / side).text
  }

  /// Names that programs know, where there is one for the rules.
  private static func name(of rules: GoRules) -> String {
    switch (rules.repetition, rules.allowsSuicide) {
    case (.positionalSuperko, true): "Tromp-Taylor"
    case (.situationalSuperko, true): "NZ"
    case (.situationalSuperko, false): "AGA"
    case (.positionalSuperko, false): "Chinese"
    // No rules that have a name; so KataGo writes them.
    case (.simpleKo, let isAllowed): "koSIMPLEscoreAREAtaxNONEsui\(isAllowed ? 1 : 0)"
    }
  }

  /// Text on one line.
  private static func simple(_ text: String) -> String {
    text.split(whereSeparator: \.isNewline).joined(separator: " ")
  }
}
