import Environments
import Testing

@Suite("Connect four")
struct ConnectFourTests {
  /// The state after columns are played, named as people name them, and the last transition.
  func play(_ columns: String, on game: ConnectFour = ConnectFour()) throws -> (ConnectFour.State, Transition)
  {
    var random = Random(seed: 0, purpose: .test)
    var state = game.start(using: &random)
    var transition = Transition()
    for column in columns {
      let action = try #require(game.action(named: String(column), in: state))
      transition = game.step(&state, taking: action, using: &random)
    }
    return (state, transition)
  }

  @Test(
    "four in a row win in every direction", arguments: ["1122334", "1212121", "12233434414", "76655454474"])
  func lines(moves: String) throws {
    let (state, transition) = try play(moves)
    #expect(transition == Transition(reward: 1, status: .terminated))
    #expect(ConnectFour().legalActions(in: state).isEmpty)
  }

  @Test("three in a row, or four around the edge, win nothing")
  func noLines() throws {
    #expect(try play("112233").1 == Transition())
    // Stones of the first player at the top of column 1 and the bottom of column 2 are no line.
    #expect(try play("211111122").1.status == .running)
  }

  @Test("a full board without a line is a draw")
  func draw() throws {
    let game = try ConnectFour(columns: 3, rows: 2, length: 3)
    let (state, transition) = try play("121332", on: game)
    #expect(transition == Transition(reward: 0, status: .terminated))
    #expect(game.draw(state) == "X O X\nX O O\n1 2 3")
  }

  @Test("the drawing shows the first player's stones as X")
  func drawing() throws {
    let (state, _) = try play("44")
    let expected = """
      . . . . . . .
      . . . . . . .
      . . . . . . .
      . . . . . . .
      . . . O . . .
      . . . X . . .
      1 2 3 4 5 6 7
      """
    #expect(ConnectFour().draw(state) == expected)
  }

  @Test("boards that do not fit are refused")
  func refusals() {
    #expect(throws: RuleError.self) { try ConnectFour(columns: 9, rows: 8, length: 4) }
    #expect(throws: RuleError.self) { try ConnectFour(columns: 0, rows: 6, length: 4) }
    #expect(throws: RuleError.self) { try ConnectFour(columns: 7, rows: 6, length: 8) }
    #expect(throws: RuleError.self) { try ConnectFour(columns: 7, rows: 6, length: 1) }
  }
}
