import Environments
import Foundation
import Replay

/// A game of Go from a file in the Smart Game Format as a record, with the rules it is replayed by.
struct SGFRecording {
  let definition: GameDefinition
  let record: GameRecord

  /// Takes the main line. `place` names the file and the game in errors. Throws `SGFError` for a game other
  /// than Go, stones set up that are no usual handicap, and moves that are out of turn or illegal.
  init(_ game: SGFGame, place: String) throws {
    do { self = try Self.read(game) } catch let error as SGFError {
      throw SGFError("\(place): \(error.description)")
    }
  }

  private init(definition: GameDefinition, record: GameRecord) {
    self.definition = definition
    self.record = record
  }

  private static func read(_ game: SGFGame) throws -> SGFRecording {
    if case .integer(let kind)? = try game.value("GM", at: 0), kind != 1 {
      throw SGFError("GM[\(kind)] is another game than Go")
    }
    let events = try game.events()
    let definition = try definition(of: game, events: events)
    var record = GameRecord(game: definition.id, rules: definition.fingerprint, seed: 0, stream: 0)
    record.players = [try game.rootText("PB") ?? "Black", try game.rootText("PW") ?? "White"]
    record.comment = try game.rootText("RE").map { "result \($0)" } ?? ""
    let moves = events.compactMap {
      if case .move(let player, let point) = $0 { (player, point) } else { nil }
    }
    guard let played = try definition.game.visitGo(MovePlayer(record: record, moves: moves)) else {
      throw SGFError("the rules are not those of Go")
    }
    return SGFRecording(definition: definition, record: resigning(played, result: try game.rootText("RE")))
  }

  /// The record, of a game that was given up if the result says so and the moves do not end it.
  private static func resigning(_ record: GameRecord, result: String?) -> GameRecord {
    var record = record
    guard record.status == .running, let result = result?.uppercased() else { return record }
    if result.hasPrefix("B+R") { record.resigned = .second }
    if result.hasPrefix("W+R") { record.resigned = .first }
    return record
  }

  private static func definition(of game: SGFGame, events: [SGFEvent]) throws -> GameDefinition {
    let side = try game.side()
    guard 2...19 ~= side else {
      throw SGFError("boards of \(side) x \(side) are not played here; 2 to 19 are")
    }
    var komi = 0.0
    if case .real(let points)? = try game.value("KM", at: 0) { komi = points }
    let rules = try game.rootText("RU")?.lowercased() ?? ""
    let isSituational = rules.hasPrefix("aga") || rules.hasPrefix("nz") || rules.hasPrefix("new")
    let allowsSuicide =
      rules.hasPrefix("nz") || rules.hasPrefix("new") || rules.hasPrefix("tromp") || rules.hasSuffix("sui1")
    let repetition =
      isSituational
      ? "situational_superko" : rules.hasPrefix("kosimple") ? "simple_ko" : "positional_superko"
    let largest = Double(side * side)
    // Between two whole numbers all komi decide alike.
    let half = max(-largest, min(largest, komi == komi.rounded() ? komi : komi.rounded(.down) + 0.5))
    var entries: [String: ConfigurationValue] = [
      "game": .text("go"), "title": .text("Go \(side)x\(side)"), "side": .integer(side),
      "komi": .number(half),
      "repetition": .text(repetition), "suicide": .boolean(allowsSuicide),
    ]
    let handicap = try handicap(of: events, side: side)
    if handicap > 0 { entries["handicap"] = .integer(handicap) }
    let moves = events.count { if case .move = $0 { true } else { false } }
    if moves > 4 * side * side { entries["move_limit"] = .integer(moves + 1) }
    return try GameDefinition(
      id: "go\(side)", document: ConfigurationDocument(entries: entries, origin: .file("SGF")))
  }

  /// The usual handicap that the stones set up before the first move are.
  private static func handicap(of events: [SGFEvent], side: Int) throws -> Int {
    var handicap = 0
    for (index, event) in events.enumerated() {
      guard case .setUp(let black, let white, let empty) = event else { continue }
      let cells = Set(black.map { $0.row * side + $0.column })
      guard index == 0, white.isEmpty, empty.isEmpty,
        let usual = try? GoRules.handicapCells(cells.count, side: side), Set(usual) == cells
      else {
        throw SGFError(
          "stones are set up that are no usual handicap, which no record holds; give a whole game"
        )
      }
      handicap = cells.count
    }
    return handicap
  }

  private struct MovePlayer: GoVisitor {
    var record: GameRecord
    let moves: [(player: Player, point: SGFPoint?)]

    func visit<Subject: GoGame>(_ game: Subject) throws -> GameRecord {
      var record = record
      var random = record.random
      var state = game.start(using: &random)
      for (index, move) in moves.enumerated() {
        let side = game.rules.side
        let action = move.point.map { Action($0.row * side + $0.column) } ?? game.pass
        let name = "move \(index + 1) (\(move.player.goLetter) \(game.name(of: action, in: state)))"
        guard !game.isOver(state) else { throw SGFError("\(name) comes after the end of the game") }
        guard game.playerToMove(in: state) == move.player else { throw SGFError("\(name) is out of turn") }
        guard game.isLegal(action, in: state) else { throw SGFError("\(name) is illegal") }
        let transition = game.step(&state, taking: action, using: &random)
        record.append(action, transition)
      }
      return record
    }
  }
}
