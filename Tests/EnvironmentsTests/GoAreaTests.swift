import Environments
import Testing

@Suite("Go areas that are decided")
struct GoAreaTests {
  /// A position drawn as rows of `X`, `O` and `.`, with spaces; Black is to move.
  func position(_ rows: String, on game: Go7) throws -> Go7.State {
    var random = Random(seed: 0, purpose: .test)
    var state = game.start(using: &random)
    for (cell, sign) in rows.filter({ "XO.".contains($0) }).enumerated() where sign != "." {
      game.setPlayerToMove(sign == "X" ? .first : .second, in: &state)
      try #require(game.isLegal(Action(cell), in: state), "cell \(cell)")
      _ = game.step(&state, taking: Action(cell), using: &random)
    }
    game.setPlayerToMove(.first, in: &state)
    return state
  }

  /// What is pass-alive in a position, drawn with `X`, `O` and `.` in one line.
  func passAlive(_ rows: String, side: Int = 7, suicide: Bool = false) throws -> String {
    let game = try Go7(GoRules(side: side, allowsSuicide: suicide))
    return String(
      game.passAliveOwnership(of: try position(rows, on: game)).map { $0 == 1 ? "X" : $0 == -1 ? "O" : "." })
  }

  func line(_ rows: String) -> String { rows.filter { "XO.".contains($0) } }

  static let empty = String(repeating: ".", count: 28)

  @Test("a chain with two eyes is alive with its eyes, and nothing else", arguments: [false, true])
  func twoEyes(suicide: Bool) throws {
    let above = Self.empty + "......."
    let found = try passAlive(above + "X X X X . . . / . X . X . . .", suicide: suicide)
    #expect(found == line(above + "X X X X . . . / X X X X . . ."))
  }

  @Test("a false eye is none, and a real one in its place is")
  func falseEye() throws {
    let surrounded = "O O O . . . . / X X X O . . . / . X . X O . ."
    #expect(try passAlive(Self.empty + surrounded) == String(repeating: ".", count: 49))
    let connected = "O O O O . . . / X X X X O . . / . X . X O . ."
    #expect(
      try passAlive(Self.empty + connected)
        == line(Self.empty + ". . . . . . . / X X X X . . . / X X X X . . ."))
  }

  @Test("two chains that share their last liberties in a seki are not pass-alive")
  func seki() throws {
    let rows = ". X X O . / X X . O O / X X . O O / X X X O O / X X X O O"
    #expect(try passAlive(rows, side: 5) == String(repeating: ".", count: 25))
  }

  @Test("a large region around which all is alive stays open, as the opponent may live there")
  func largeRegion() throws {
    let rows = ". . . X . X . / . . . X X X X" + String(repeating: " / . . . X . . .", count: 5)
    let alive = ". . . X X X X / . . . X X X X" + String(repeating: " / . . . X . . .", count: 5)
    #expect(try passAlive(rows) == line(alive))
  }

  @Test("dead stones in an eye belong to its owner", arguments: [false, true])
  func deadStones(suicide: Bool) throws {
    let above = Self.empty
    let found = try passAlive(
      above + ". . . . . . . / O O O O O . . / . O . X O . .", suicide: suicide)
    #expect(found == line(above + ". . . . . . . / O O O O O . . / O O O O O . ."))
  }

  @Test("with suicide an inner point that the opponent can clear is room for an eye, without it is not")
  func suicideMakesRoom() throws {
    // The opponent's stone in the middle of its chain touches none of the surrounding stones.
    let rows = """
      X X X X X X X / X . O . X . X / X O O O X X X / X . O . X . . / X X X X X . .
      / . . . . . . . / . . . . . . .
      """
    let alive =
      "X X X X X X X / X X X X X X X / X X X X X X X / X X X X X . . / X X X X X . ."
      + String(
        repeating: ".", count: 14)
    #expect(try passAlive(rows) == line(alive))
    #expect(try passAlive(rows, suicide: true) == String(repeating: ".", count: 49))
  }

  @Test("a game that may end when decided does so at once, and counts dead stones for their captors")
  func decided() throws {
    var random = Random(seed: 0, purpose: .test)
    for ends in [false, true] {
      let game = try Go7(GoRules(side: 3, komi: 8.5, endsWhenDecided: ends))
      var state = game.start(using: &random)
      var transition = Transition()
      for name in ["B2", "A1", "B1", "pass", "B3"] {
        #expect(transition == Transition())
        transition = game.step(&state, taking: try #require(game.point(named: name)), using: &random)
      }
      #expect(transition == (ends ? Transition(reward: 1, status: .terminated) : Transition()))
      #expect(game.margin(of: state) == (ends ? 0.5 : -3.5))
      #expect(game.passAliveOwnership(of: state).allSatisfy { $0 == 1 })
    }
  }

  @Test("games that end when decided end sooner, and as their areas then are")
  func decidedGames() throws {
    let game = try Go7(GoRules(side: 5, komi: 0.5, endsWhenDecided: true))
    var random = Random(seed: 7, purpose: .test)
    var decided = 0
    for _ in 0..<200 {
      var state = game.start(using: &random)
      while !game.stepRandomly(&state, using: &random).status.isOver {
        #expect(game.passAliveOwnership(of: state).contains(0), "seed 7, ply \(state.plies)")
      }
      if state.passes < 2 {
        decided += 1
        #expect(game.ownership(of: state) == game.passAliveOwnership(of: state))
      }
    }
    #expect(decided > 10, "seed 7")
  }
}
