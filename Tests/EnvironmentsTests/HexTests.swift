import Environments
import Testing

@Suite("Hex")
struct HexTests {
  /// The state after moves named as people name them, and the last transition.
  func play<let words: Int>(_ moves: String, on game: Hex<words>) throws -> (Hex<words>.State, Transition) {
    var random = Random(seed: 0, purpose: .test)
    var state = game.start(using: &random)
    var transition = Transition()
    for name in moves.split(separator: " ") {
      let action = try #require(game.action(named: String(name), in: state), "\(name) is legal")
      transition = game.step(&state, taking: action, using: &random)
    }
    return (state, transition)
  }

  @Test("the first player wins by joining top and bottom, the second by joining left and right")
  func winning() throws {
    let game = try Hex64(HexRules(rows: 3, columns: 3))
    #expect(try play("c1 a1 b2 a2 a3", on: game).1 == Transition(reward: 1, status: .terminated))
    // b1 and a2 are neighbours, a1 and b2 are not.
    #expect(try play("a1 c1 b2 b3 c3", on: game).1 == Transition())
    let (state, transition) = try play("a1 a2 c3 b2 b3 c1", on: game)
    #expect(transition == Transition(reward: 1, status: .terminated))
    #expect(game.legalActions(in: state).isEmpty)
    #expect(
      game.draw(state) == """
            a b c
          1 X . O
           2 O O .
            3 . X X
        """)
  }

  @Test("after a swap the second player owns the mirror image of the first stone, and the first player moves")
  func swapping() throws {
    let game = try Hex64(HexRules(rows: 4, columns: 4, allowsSwap: true))
    let (state, _) = try play("c1 swap", on: game)
    #expect(game.playerToMove(in: state) == .first)
    #expect(
      game.draw(state) == """
            a b c d
          1 . . . .
           2 . . . .
            3 O . . .
             4 . . . .
        """)
    #expect(!game.legalActions(in: state).contains(game.swap))
    #expect(game.legalActions(in: state).count == 15)
    #expect(!game.legalActions(in: try play("", on: game).0).contains(game.swap))
    #expect(!game.legalActions(in: try play("c1 c2 a1", on: game).0).contains(game.swap))
    // The swapped stone is chained to the edge it stands on.
    let (end, transition) = try play("c1 swap a1 b3 b1 c3 d1 d3", on: game)
    #expect(transition == Transition(reward: 1, status: .terminated), "\(game.draw(end))")
  }

  @Test(
    "the winner is the one whose stones join the edges, cell by cell",
    arguments: [(5, 5), (3, 9), (1, 4), (6, 1)])
  func slowWinner(rows: Int, columns: Int) throws {
    try compare(try Hex64(HexRules(rows: rows, columns: columns)))
    try compare(try Hex384(HexRules(rows: rows, columns: columns)))
  }

  @Test("the winner is the one whose stones join the edges, on large boards")
  func slowWinnerOfLargeBoards() throws {
    try compare(try Hex384(HexRules(rows: 11, columns: 11)))
    try compare(try Hex384(HexRules(rows: 19, columns: 19)))
    try compare(try Hex384(HexRules(rows: 17, columns: 13)))
  }

  private func compare<let words: Int>(_ game: Hex<words>) throws {
    var random = Random(seed: 5, purpose: .test)
    for _ in 0..<20 {
      var state = game.start(using: &random)
      var status = Status.running
      while !status.isOver {
        let mover = game.playerToMove(in: state)
        let action = game.legalActions(in: state).randomAction(using: &random)
        status = game.step(&state, taking: action, using: &random).status
        #expect(status.isOver == joins(game.draw(state), mover), "seed 5")
      }
    }
  }

  /// Whether a side has won the board of a drawing, by a search from its first edge.
  private func joins(_ drawing: String, _ player: Player) -> Bool {
    let mark: Character = player == .first ? "X" : "O"
    var board = drawing.split(separator: "\n").dropFirst().map { $0.filter { ".XO".contains($0) }.map { $0 } }
    let (rows, columns) = (board.count, board[0].count)
    var open =
      player == .first ? (0..<columns).map { (0, $0) } : (0..<rows).map { ($0, 0) }
    while let (row, column) = open.popLast() {
      guard 0..<rows ~= row, 0..<columns ~= column, board[row][column] == mark else { continue }
      if player == .first ? row == rows - 1 : column == columns - 1 { return true }
      board[row][column] = "*"
      for (down, right) in [(0, -1), (0, 1), (-1, 0), (1, 0), (-1, 1), (1, -1)] {
        open.append((row + down, column + right))
      }
    }
    return false
  }

  @Test("boards that do not fit are refused")
  func refusals() {
    #expect(throws: RuleError.self) { try Hex64(HexRules(rows: 8, columns: 9)) }
    #expect(throws: RuleError.self) { try Hex64(HexRules(rows: 8, columns: 8, allowsSwap: true)) }
    #expect(throws: RuleError.self) { try Hex384(HexRules(rows: 20, columns: 10)) }
    #expect(throws: RuleError.self) { try Hex384(HexRules(rows: 5, columns: 0)) }
    #expect(throws: RuleError.self) { try Hex384(HexRules(rows: 5, columns: 6, allowsSwap: true)) }
  }
}
