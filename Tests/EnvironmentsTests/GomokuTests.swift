import Environments
import Testing

@Suite("Gomoku")
struct GomokuTests {
  /// What the last move brings after stones of the first player on the given cells; the second player's
  /// stones go to the last rows.
  func play(_ cells: [Int], rules: GomokuRules) throws -> Transition {
    let game = try Gomoku(rules)
    var random = Random(seed: 0, purpose: .test)
    var state = game.start(using: &random)
    var transition = Transition()
    for (index, cell) in cells.enumerated() {
      transition = game.step(&state, taking: Action(cell), using: &random)
      if index == cells.count - 1 { break }
      // Every second cell, so that they never make a row.
      let answer = (rules.side - 1) * rules.side + index * 2 % rules.side + index * 2 / rules.side
      #expect(game.step(&state, taking: Action(answer), using: &random) == Transition())
    }
    return transition
  }

  @Test("five in a row win in every direction, whichever stone comes last", arguments: [1, 15, 16, 14])
  func lines(step: Int) throws {
    for last in 0..<5 {
      let row = (0..<5).map { 7 * 15 + 7 + ($0 - 2) * step }
      let cells = row.filter { $0 != row[last] } + [row[last]]
      #expect(try play(cells, rules: GomokuRules()) == Transition(reward: 1, status: .terminated))
      #expect(try play(cells, rules: GomokuRules(isExact: true)).reward == 1)
    }
  }

  @Test("six in a row win only the free game")
  func overline() throws {
    let cells = [30, 31, 32, 34, 35, 33]
    #expect(try play(cells, rules: GomokuRules()) == Transition(reward: 1, status: .terminated))
    #expect(try play(cells, rules: GomokuRules(isExact: true)) == Transition())
  }

  @Test("a row that runs over the edge is none")
  func edges() throws {
    #expect(try play([12, 13, 14, 15, 16], rules: GomokuRules()) == Transition())
    // Down to the right from the last column but one leads to the first column two lines on.
    #expect(try play([13, 29, 45, 61, 77], rules: GomokuRules()) == Transition())
  }

  @Test("a full board without a row is a draw")
  func draw() throws {
    let game = try Gomoku(GomokuRules(side: 3, length: 3))
    var random = Random(seed: 0, purpose: .test)
    var state = game.start(using: &random)
    var transition = Transition()
    for cell in [0, 1, 2, 4, 3, 5, 7, 6, 8] {
      #expect(transition == Transition())
      transition = game.step(&state, taking: Action(cell), using: &random)
    }
    #expect(transition == Transition(reward: 0, status: .terminated))
    #expect(game.draw(state) == "  3 X O X\n  2 X O O\n  1 O X X\n    a b c")
  }

  @Test("boards that do not fit are refused")
  func refusals() {
    for (side, length) in [(2, 2), (20, 5), (9, 10), (9, 2)] {
      #expect(throws: RuleError.self) { try Gomoku(GomokuRules(side: side, length: length)) }
    }
  }
}
