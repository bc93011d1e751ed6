import Environments
import Testing

@Suite("Othello")
struct OthelloTests {
  /// The state after moves named as people name them, and the last transition.
  func play(_ moves: String, on game: Othello = Othello()) throws -> (Othello.State, Transition) {
    var random = Random(seed: 0, purpose: .test)
    var state = game.start(using: &random)
    var transition = Transition()
    for name in moves.split(separator: " ") {
      let action = try #require(game.action(named: String(name), in: state), "\(name) is legal")
      transition = game.step(&state, taking: action, using: &random)
    }
    return (state, transition)
  }

  @Test("the start and the first move are drawn as the rules set them up")
  func drawing() throws {
    let expected = """
         a b c d e f g h
      1  . . . . . . . .
      2  . . . . . . . .
      3  . . . X . . . .
      4  . . . X X . . .
      5  . . . X O . . .
      6  . . . . . . . .
      7  . . . . . . . .
      8  . . . . . . . .
      """
    let (state, _) = try play("d3")
    #expect(Othello().draw(state) == expected)
    #expect(Othello().margin(of: state) == 3)
    let names = Othello().legalActions(in: state).array.map { Othello().name(of: $0, in: state) }
    #expect(names == ["c3", "e3", "c5"])
  }

  @Test("the board of 6 x 6 starts in the same way around its own middle")
  func small() throws {
    let game = try Othello(side: 6)
    let (state, _) = try play("c2", on: game)
    #expect(
      game.draw(state) == """
           a b c d e f
        1  . . . . . .
        2  . . X . . .
        3  . . X X . .
        4  . . X O . .
        5  . . . . . .
        6  . . . . . .
        """)
    #expect(game.actionCount == 37)
  }

  @Test("a game can end with a side without discs, long before the board is full")
  func wipeOut() throws {
    // The shortest game there is.
    let (state, transition) = try play("e6 f4 e3 f6 g5 d6 e7 f5 c5")
    #expect(transition == Transition(reward: 1, status: .terminated))
    #expect(Othello().margin(of: state) == 13)
    #expect(Othello().legalActions(in: state).isEmpty)
  }

  @Test("a side that cannot move passes, and only then")
  func passing() throws {
    let game = Othello()
    var random = Random(seed: 0, purpose: .test)
    var (state, transition) = try play("e6 f6 d3 e7 e8 d8 g7 f8")
    #expect(transition == Transition())
    #expect(game.playerToMove(in: state) == .first)
    #expect(game.legalActions(in: state).array == [game.pass])
    let picture = game.draw(state)
    transition = game.step(&state, taking: game.pass, using: &random)
    #expect(transition == Transition())
    #expect(game.playerToMove(in: state) == .second)
    #expect(game.draw(state) == picture)
    #expect(!game.legalActions(in: state).contains(game.pass))
  }

  @Test("numbers of move sequences on the small board")
  func smallSequences() throws {
    var random = Random(seed: 0, purpose: .test)
    let game = try Othello(side: 6)
    let counts = (1...7).map { perft(game, game.start(using: &random), depth: $0) }
    #expect(counts == slowCounts(side: 6, depth: 7))
  }

  @Test("boards that do not fit are refused")
  func refusals() {
    for side in [0, 2, 5, 7, 10] { #expect(throws: RuleError.self) { try Othello(side: side) } }
  }

  /// Counts by the rules' text, cell by cell and line by line.
  func slowCounts(side: Int, depth: Int) -> [UInt64] {
    var board = [Int](repeating: 0, count: side * side)
    let (low, high) = (side / 2 - 1, side / 2)
    (board[low * side + high], board[high * side + low]) = (1, 1)
    (board[low * side + low], board[high * side + high]) = (-1, -1)
    func flips(_ board: [Int], _ cell: Int, _ mover: Int) -> [Int] {
      guard board[cell] == 0 else { return [] }
      var result: [Int] = []
      for (down, right) in [(-1, -1), (-1, 0), (-1, 1), (0, -1), (0, 1), (1, -1), (1, 0), (1, 1)] {
        var (row, column) = (cell / side + down, cell % side + right)
        var line: [Int] = []
        while 0..<side ~= row, 0..<side ~= column, board[row * side + column] == -mover {
          line.append(row * side + column)
          (row, column) = (row + down, column + right)
        }
        if 0..<side ~= row, 0..<side ~= column, board[row * side + column] == mover { result += line }
      }
      return result
    }
    func count(_ board: [Int], _ mover: Int, _ depth: Int) -> UInt64 {
      if depth == 0 { return 1 }
      var total: UInt64 = 0
      var canMove = false
      for cell in 0..<side * side {
        let turned = flips(board, cell, mover)
        if turned.isEmpty { continue }
        canMove = true
        var next = board
        for disc in turned + [cell] { next[disc] = mover }
        total += count(next, -mover, depth - 1)
      }
      if canMove { return total }
      let isOver = (0..<side * side).allSatisfy { flips(board, $0, -mover).isEmpty }
      return isOver ? 0 : count(board, -mover, depth - 1)
    }
    return (1...depth).map { count(board, 1, $0) }
  }
}
