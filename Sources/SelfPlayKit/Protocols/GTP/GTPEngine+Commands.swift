import Environments
import Foundation

extension GTPEngine {
  typealias Command = @Sendable (GTPEngine, _ arguments: [String]) throws -> String

  /// All commands by name.
  static let commands: [String: Command] = administration.merging(setting) { old, _ in old }
    .merging(playing) { old, _ in old }.merging(looking) { old, _ in old }

  private static let administration: [String: Command] = [
    "protocol_version": { _, _ in "2" },
    "name": { engine, _ in "selfplay \(engine.agent.text)" },
    "version": { _, _ in SelfPlayVersion.text },
    "known_command": { _, arguments in arguments.first.map { commands[$0] != nil } == true ? "true" : "false"
    },
    "list_commands": { _, _ in commands.keys.sorted().joined(separator: "\n") },
    "quit": { engine, _ in
      engine.hasQuit = true
      return ""
    },
  ]

  private static let setting: [String: Command] = [
    "boardsize": { engine, arguments in
      guard let size = arguments.first.flatMap({ Int($0) }) else {
        throw GTPError("boardsize not an integer")
      }
      try engine.setSize(size)
      return ""
    },
    "clear_board": { engine, _ in
      try engine.restart(setUp: [:], moves: [])
      return ""
    },
    "komi": { engine, arguments in
      guard let komi = arguments.first.flatMap({ Float($0) }), komi.isFinite, abs(komi) < 1e6 else {
        throw GTPError("komi not a float")
      }
      try engine.setKomi(komi)
      return ""
    },
    "kata-set-rules": { engine, arguments in
      var rules = engine.rules
      try GTPRules.apply(arguments.joined(separator: " "), to: &rules)
      try engine.amend(to: rules)
      return ""
    },
    "kata-get-rules": { engine, _ in GTPRules.text(of: engine.rules) },
    "fixed_handicap": { engine, arguments in try engine.placeHandicap(arguments, isFixed: true) },
    "place_free_handicap": { engine, arguments in try engine.placeHandicap(arguments, isFixed: false) },
    "set_free_handicap": { engine, arguments in
      try engine.setHandicap(arguments)
      return ""
    },
    "loadsgf": { engine, arguments in
      try engine.load(arguments)
      return ""
    },
    "time_settings": { engine, arguments in
      let numbers = arguments.compactMap { Double($0) }.filter { $0.isFinite && $0 >= 0 }
      guard numbers.count == 3, let stones = Int(exactly: numbers[2]) else {
        throw GTPError("not three integers")
      }
      engine.clock.set(main: numbers[0], period: numbers[1], stones: stones)
      return ""
    },
    "time_left": { engine, arguments in
      let player = try Player(gtp: arguments.first)
      guard arguments.count == 3, let seconds = Double(arguments[1]), seconds.isFinite,
        let stones = Int(arguments[2]), stones >= 0
      else { throw GTPError("not a color and two integers") }
      engine.clock.set(player, seconds: max(0, seconds), stones: stones)
      return ""
    },
  ]

  private static let playing: [String: Command] = [
    "play": { engine, arguments in
      guard arguments.count == 2, let player = try? Player(gtp: arguments[0]),
        let action = engine.table.point(named: arguments[1])
      else { throw GTPError.invalidVertex }
      try engine.play(action, by: player)
      return ""
    },
    "genmove": { engine, arguments in try engine.generateMove(for: Player(gtp: arguments.first)) },
    "reg_genmove": { engine, arguments in
      let player = try Player(gtp: arguments.first)
      let decision = try engine.table.chooseAfresh(for: player, style: engine.passing)
      return engine.table.name(of: decision.action)
    },
    "undo": { engine, _ in
      try engine.undo()
      return ""
    },
  ]

  func setSize(_ size: Int) throws {
    guard 2...19 ~= size else { throw GTPError.unacceptableSize }
    var changed = rules
    changed.side = size
    changed.handicap = 0
    // The komi stays as it was given; what it means to a board of another size is found again.
    let limit = Float(size * size)
    changed.komi = max(-limit, min(limit, changed.komi))
    do { try change(to: changed) } catch { throw GTPError.unacceptableSize }
    try setKomi(komi)
  }

  private func placeHandicap(_ arguments: [String], isFixed: Bool) throws -> String {
    guard let count = arguments.first.flatMap({ Int($0) }), count >= 2 else { throw GTPError.invalidHandicap }
    try checkEmpty()
    let most = (2...9).last { (try? GoRules.handicapCells($0, side: rules.side)) != nil } ?? 0
    guard most > 0, isFixed ? count <= most : true else { throw GTPError.invalidHandicap }
    let cells = try GoRules.handicapCells(min(count, most), side: rules.side)
    try restart(setUp: [.first: cells], moves: [])
    return names(of: cells)
  }

  private func setHandicap(_ names: [String]) throws {
    try checkEmpty()
    let cells = try names.map { name -> Int in
      guard let action = table.point(named: name), action.index < rules.side * rules.side else {
        throw GTPError("invalid coordinate")
      }
      return action.index
    }
    guard Set(cells).count == cells.count else { throw GTPError("repeated vertex") }
    guard 2..<rules.side * rules.side ~= cells.count else { throw GTPError.invalidHandicap }
    try restart(setUp: [.first: cells], moves: [])
  }

  private func checkEmpty() throws {
    guard moves.isEmpty, setUp.values.allSatisfy(\.isEmpty) else { throw GTPError.boardNotEmpty }
  }

  private func generateMove(for player: Player) throws -> String {
    let empty = (0..<rules.side * rules.side).count { table.stone(atCell: $0) == nil }
    let seconds = clock.seconds(for: player, emptyPoints: empty) ?? options.seconds
    let start = ContinuousClock.now
    let decision = try table.choose(for: player, seconds: seconds, style: passing)
    clock.spend((ContinuousClock.now - start) / .seconds(1), by: player)
    let name = table.name(of: decision.action)
    try play(decision.action, by: player)
    return name
  }

  func names(of cells: [Int]) -> String {
    cells.map { table.name(of: Action($0)) }.joined(separator: " ")
  }
}
