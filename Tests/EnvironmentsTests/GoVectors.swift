import Environments
import Testing

@Suite("Go against recorded games, ko fights and edge cases under four rule sets")
struct GoVectors {
  struct Record: Decodable {
    var name: String
    var size: Int
    var komi: Float
    var rules: [String]
    var moves: [String]
    var samples: [Sample]
    var probes: [Probe]?
    var final: Final?
  }

  struct Sample: Decodable {
    var ply: Int
    var toMove: String
    var board: [String]
    var legal: [String]
    var lastCaptured: [String]
    var prisoners: [String: Int]
    var area: [Int]
  }

  struct Probe: Decodable {
    var ply: Int
    var color: String
    var point: String
    var legal: [String: Bool]
    var captures: [String]
    var suicides: [String]
  }

  struct Final: Decodable {
    var areaBlack: Int
    var areaWhite: Int
    var areaDifference: Int
    var score: Float
    var result: String
  }

  /// The digit of a rule set, and its rules.
  static let ruleSets: [String: (digit: Int, repetition: GoRepetition, allowsSuicide: Bool)] = [
    "simple": (1, .simpleKo, false), "psk": (2, .positionalSuperko, false),
    "ssk": (4, .situationalSuperko, false), "tt": (8, .positionalSuperko, true),
  ]

  @Test("every field of every record", arguments: ["games", "ko_fights", "edge_cases"])
  func records(file: String) throws {
    var counts = GoReplayCounts()
    for record in try VectorFiles.lines(of: "go/\(file).jsonl", as: Record.self) {
      for name in record.rules {
        let set = try #require(Self.ruleSets[name])
        let rules = GoRules(
          side: record.size, komi: record.komi, repetition: set.repetition, allowsSuicide: set.allowsSuicide)
        switch record.size {
        case ...7: try GoReplay(try Go7(rules), record, name, set.digit).check(&counts)
        case ...9: try GoReplay(try Go9(rules), record, name, set.digit).check(&counts)
        case ...13: try GoReplay(try Go13(rules), record, name, set.digit).check(&counts)
        default: try GoReplay(try Go19(rules), record, name, set.digit).check(&counts)
        }
      }
    }
    #expect(counts.games > 80 && counts.samples > 100 && counts.points > 5_000)
    print("go/\(file).jsonl: \(counts)")
  }
}

struct GoReplayCounts {
  var games = 0
  var plies = 0
  var samples = 0
  /// Points whose legality was compared.
  var points = 0
  var probes = 0
  var finals = 0
}

/// A record played under one of its rule sets.
struct GoReplay<let points: Int, let words: Int, let slots: Int, Place: GoPlace> {
  typealias Board = Go<points, words, slots, Place>

  let game: Board
  let record: GoVectors.Record
  let ruleSet: String
  let digit: Int

  init(_ game: Board, _ record: GoVectors.Record, _ ruleSet: String, _ digit: Int) {
    self.game = game
    self.record = record
    self.ruleSet = ruleSet
    self.digit = digit
  }

  func check(_ counts: inout GoReplayCounts) throws {
    var random = Random(seed: 0, purpose: .test)
    var state = game.start(using: &random)
    var before = state
    var transition = Transition()
    counts.games += 1
    for ply in 0...record.moves.count {
      for sample in record.samples where sample.ply == ply { check(sample, state, before, &counts) }
      for probe in record.probes ?? [] where probe.ply == ply { try check(probe, state, &counts) }
      if ply == record.moves.count { break }
      let action = try #require(game.action(named: record.moves[ply], in: state), "\(place(ply))")
      #expect(action == game.point(named: record.moves[ply]))
      before = state
      transition = game.step(&state, taking: action, using: &random)
      counts.plies += 1
      #expect(
        transition.status.isOver == (record.final != nil && ply == record.moves.count - 1), "\(place(ply))")
    }
    if let final = record.final { check(final, state, transition, &counts) }
  }

  func place(_ ply: Int) -> String { "\(record.name), ply \(ply), rules \(ruleSet)" }

  /// Names of the points whose stones of `before` are gone.
  func taken(_ before: Board.State, _ after: Board.State) -> [String] {
    (0..<record.size * record.size)
      .filter { game.stone(atCell: $0, in: before) != nil && game.stone(atCell: $0, in: after) == nil }
      .map { game.name(of: Action($0), in: before) }.sorted()
  }

  func area(_ state: Board.State) -> [Int] {
    let owners = game.ownership(of: state)
    return [owners.count { $0 == 1 }, owners.count { $0 == -1 }]
  }

  func check(
    _ sample: GoVectors.Sample, _ state: Board.State, _ before: Board.State, _ counts: inout GoReplayCounts
  ) {
    let place = place(sample.ply)
    #expect((game.playerToMove(in: state) == .first ? "B" : "W") == sample.toMove, "\(place)")
    let board = (0..<record.size).map { row in
      (0..<record.size).map { column in
        switch game.stone(atCell: row * record.size + column, in: state) {
        case .first: "X"
        case .second: "O"
        case nil: "."
        }
      }.joined()
    }
    #expect(board == sample.board, "\(place)")
    // A finished game has no legal actions here; the records list the points of its last board.
    if !game.legalActions(in: state).isEmpty {
      let legal = game.legalActions(in: state)
      for (cell, digits) in sample.legal.joined().enumerated() {
        let expected = (digits.hexDigitValue ?? 0) & digit != 0
        #expect(legal.contains(Action(cell)) == expected, "\(place), cell \(cell)")
      }
      #expect(legal.contains(game.pass))
      counts.points += record.size * record.size
    }
    // A suicide of one stone does not show in the boards, but is never legal in these rule sets.
    var captured = taken(before, state)
    if let last = game.lastAction(in: state), last != game.pass,
      game.stone(atCell: last.index, in: state) == nil
    {
      captured = (captured + [game.name(of: last, in: before)]).sorted()
    }
    #expect(captured == sample.lastCaptured, "\(place)")
    #expect(state.prisoners(of: .first) == sample.prisoners["B"], "\(place)")
    #expect(state.prisoners(of: .second) == sample.prisoners["W"], "\(place)")
    #expect(area(state) == sample.area, "\(place)")
    counts.samples += 1
  }

  func check(_ probe: GoVectors.Probe, _ position: Board.State, _ counts: inout GoReplayCounts) throws {
    guard let expected = probe.legal[ruleSet] else { return }
    var state = position
    game.setPlayerToMove(probe.color == "B" ? .first : .second, in: &state)
    let action = try #require(game.point(named: probe.point))
    #expect(game.isLegal(action, in: state) == expected, "\(place(probe.ply)), probe \(probe.point)")
    #expect(game.legalActions(in: state).contains(action) == expected)
    counts.probes += 1
    if !expected { return }
    var random = Random(seed: 0, purpose: .test)
    let before = state
    _ = game.step(&state, taking: action, using: &random)
    let own = game.stone(atCell: action.index, in: state) == nil ? [game.name(of: action, in: before)] : []
    #expect((taken(before, state) + own).sorted() == (probe.captures + probe.suicides).sorted())
  }

  func check(
    _ final: GoVectors.Final, _ state: Board.State, _ transition: Transition, _ counts: inout GoReplayCounts
  ) {
    let place = place(record.moves.count)
    #expect(area(state) == [final.areaBlack, final.areaWhite], "\(place)")
    #expect(game.margin(of: state) == final.score, "\(place)")
    #expect(game.margin(of: state) + record.komi == Float(final.areaDifference), "\(place)")
    // The last mover is the opponent of the player to move.
    let reward = transition.reward * (game.playerToMove(in: state) == .second ? 1 : -1)
    let winner = final.result == "0" ? 0 : final.result.hasPrefix("B") ? 1 : -1
    #expect(reward == Float(winner), "\(place)")
    counts.finals += 1
  }
}
