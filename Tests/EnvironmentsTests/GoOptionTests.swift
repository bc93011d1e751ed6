import Environments
import Testing

@Suite("Go handicaps and planes")
struct GoOptionTests {
  func handicap(_ count: Int, side: Int) throws -> [String] {
    let game = try Go19(GoRules(side: side, handicap: count))
    var random = Random(seed: 0, purpose: .test)
    let state = game.start(using: &random)
    #expect(game.playerToMove(in: state) == .second)
    return (0..<side * side).filter { game.stone(atCell: $0, in: state) == .first }
      .map { game.name(of: Action($0), in: state) }.sorted()
  }

  @Test("handicap stones lie on the usual points, and White moves first")
  func handicaps() throws {
    #expect(try handicap(2, side: 19) == ["D4", "Q16"])
    #expect(try handicap(3, side: 19) == ["D16", "D4", "Q16"])
    #expect(try handicap(4, side: 13) == ["D10", "D4", "K10", "K4"])
    #expect(try handicap(5, side: 9) == ["C3", "C7", "E5", "G3", "G7"])
    #expect(try handicap(6, side: 9) == ["C3", "C5", "C7", "G3", "G5", "G7"])
    #expect(try handicap(7, side: 9) == ["C3", "C5", "C7", "E5", "G3", "G5", "G7"])
    #expect(try handicap(8, side: 9) == ["C3", "C5", "C7", "E3", "E7", "G3", "G5", "G7"])
    #expect(try handicap(9, side: 19).count == 9)
    #expect(try handicap(4, side: 7) == ["C3", "C5", "E3", "E5"])
  }

  @Test("unusual handicaps and planes are refused in one line")
  func refusals() {
    for (count, side) in [(1, 9), (10, 19), (5, 7), (5, 12), (2, 6), (-1, 9)] {
      #expect(throws: RuleError.self) { try Go19(GoRules(side: side, handicap: count)) }
    }
    for names in [[], ["libs"], ["stones", "stones"], ["history"], ["history:8"], ["history:0"], ["ko:1"]] {
      #expect(throws: RuleError.self) { try GoPlanes(names: names) }
    }
    #expect(
      #expect(throws: RuleError.self) { try GoPlanes(names: ["stone"]) }?.description
        == "go: 'stone' is no kind of plane; choose from stones, liberties, last_move, ko, black, pass, "
        + "legal, pass_alive, komi, board, history:N")
  }

  @Test("symmetries are those that the handicap has")
  func symmetries() throws {
    for (count, expected) in [(0, 8), (2, 4), (3, 2), (4, 8), (5, 8), (6, 4), (9, 8)] {
      #expect(try Go9(GoRules(handicap: count)).symmetries.count == expected)
    }
  }

  func planes(_ state: Go7.State, of game: Go7) -> [[Float]] {
    var values = [Float](repeating: .nan, count: game.observationShape.count)
    var span = values.mutableSpan
    game.observe(state, into: &span)
    let cells = game.observationShape.rows * game.observationShape.columns
    return (0..<game.observationShape.planes).map { Array(values[$0 * cells..<($0 + 1) * cells]) }
  }

  @Test("each game draws its komi from the spread, which the score and the planes show")
  func komiSpread() throws {
    var rules = GoRules(side: 5, komi: 9, planes: try GoPlanes(names: ["komi"]))
    rules.komiSpread = 1.5
    let game = try Go7(rules)
    var random = Random(seed: 11, purpose: .test)
    var counts: [Float: Int] = [:]
    var keys = Set<UInt64>()
    for _ in 0..<4000 {
      let state = game.start(using: &random)
      counts[state.komi, default: 0] += 1
      keys.insert(game.key(of: state))
      #expect(game.margin(of: state) == -state.komi)
      #expect(planes(state, of: game)[0] == [Float](repeating: -state.komi / 10, count: 25))
    }
    #expect(counts.keys.sorted() == [7.5, 8.5, 9.5, 10.5] && keys.count == 4)
    #expect(counts.values.allSatisfy { 900...1100 ~= $0 }, "seed 11: \(counts)")
    rules.komiSpread = 0.25
    #expect(throws: RuleError.self) { try Go7(rules) }
    rules.komiSpread = 20
    #expect(throws: RuleError.self) { try Go7(rules) }
  }

  @Test("the planes that a file names are shown in its order")
  func order() throws {
    let standard = try Go7(GoRules(side: 5, komi: 2))
    #expect(standard.observationShape.planes == 10)
    #expect(
      GoRules().planes == (try GoPlanes(names: ["stones", "liberties", "last_move", "ko", "black", "pass"])))
    let names = ["komi", "board", "legal", "pass", "black", "ko", "last_move", "liberties", "stones"]
    let game = try Go7(GoRules(side: 5, komi: 2, planes: GoPlanes(names: names)))
    var random = Random(seed: 8, purpose: .test)
    var state = game.start(using: &random)
    for _ in 0..<40 {
      let shown = planes(state, of: game)
      let known = planes(state, of: standard)
      let sign: Float = game.playerToMove(in: state) == .first ? -1 : 1
      #expect(shown[0].allSatisfy { $0 == sign * 0.2 } && shown[1].allSatisfy { $0 == 1 })
      let legal = game.legalActions(in: state)
      #expect((0..<25).allSatisfy { (shown[2][$0] == 1) == legal.contains(Action($0)) })
      #expect(Array(shown[3...6]) == [known[9], known[8], known[7], known[6]], "seed 8, ply \(state.plies)")
      #expect(Array(shown[7...]) == Array(known[2...5] + known[...1]))
      if game.stepRandomly(&state, using: &random).status.isOver { break }
    }
  }

  @Test("the history shows earlier boards from the view of the player to move, the latest first")
  func history() throws {
    let game = try Go7(GoRules(side: 4, planes: GoPlanes(names: ["stones", "history:3", "pass_alive"])))
    #expect(game.observationShape.planes == 10)
    var random = Random(seed: 9, purpose: .test)
    var state = game.start(using: &random)
    var boards: [[[Float]]] = []
    for ply in 0..<60 {
      let shown = planes(state, of: game)
      for age in 1...3 {
        let none = [[Float]](repeating: [Float](repeating: 0, count: 16), count: 2)
        var board = age <= ply ? boards[ply - age] : none
        if age % 2 == 1 { board.swapAt(0, 1) }
        #expect(Array(shown[2 * age...2 * age + 1]) == board, "seed 9, ply \(ply), age \(age)")
      }
      boards.append(Array(shown[...1]))
      if game.stepRandomly(&state, using: &random).status.isOver { break }
    }
  }
}
