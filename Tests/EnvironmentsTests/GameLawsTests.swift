import Environments
import GameLaws
import Testing

/// A new game needs one line here.
@Suite("Every game keeps the laws")
struct GameLawsTests {
  @Test("tic-tac-toe")
  func ticTacToe() throws { try checkLaws(of: TicTacToe(), games: 200, seed: 1) }

  @Test("connect four on boards of many sizes")
  func connectFour() throws {
    try checkLaws(of: ConnectFour(), games: 100, seed: 2)
    for (columns, rows, length) in [(5, 4, 3), (4, 5, 4), (8, 7, 4), (12, 4, 5), (32, 1, 2), (1, 6, 2)] {
      try checkLaws(of: ConnectFour(columns: columns, rows: rows, length: length), games: 20, seed: 3)
    }
  }

  @Test("othello on all boards")
  func othello() throws {
    try checkLaws(of: Othello(), games: 30, seed: 14)
    for side in [4, 6] { try checkLaws(of: Othello(side: side), games: 30, seed: 15) }
  }

  @Test("hex on boards of many sizes, with and without the swap rule", arguments: [false, true])
  func hex(allowsSwap: Bool) throws {
    for side in [1, 2, 3, 7] {
      let rules = HexRules(rows: side, columns: side, allowsSwap: allowsSwap)
      try checkLaws(of: try Hex64(rules), games: 20, seed: 16)
      try checkLaws(of: try Hex384(rules), games: 5, seed: 16)
    }
    try checkLaws(of: try Hex384(HexRules(allowsSwap: allowsSwap)), games: 3, seed: 17)
    try checkLaws(of: try Hex384(HexRules(rows: 19, columns: 19, allowsSwap: allowsSwap)), games: 1, seed: 18)
    if allowsSwap { return }
    for (rows, columns) in [(1, 5), (6, 1), (4, 6), (8, 8), (3, 19)] {
      try checkLaws(of: try Hex64(HexRules(rows: rows, columns: columns)), games: 20, seed: 19)
    }
  }

  @Test("gomoku on boards of many sizes")
  func gomoku() throws {
    for (side, length, isExact) in [(3, 3, false), (7, 4, true), (9, 5, false), (19, 5, true)] {
      let rules = GomokuRules(side: side, length: length, isExact: isExact)
      try checkLaws(of: try Gomoku(rules), games: side > 9 ? 1 : 8, seed: 20)
    }
  }

  @Test("breakthrough on boards of many sizes")
  func breakthrough() throws {
    for (rows, columns) in [(8, 8), (6, 6), (4, 2), (5, 7), (8, 3), (7, 8)] {
      try checkLaws(of: try Breakthrough(rows: rows, columns: columns), games: 20, seed: 21)
    }
  }

  @Test("gridworlds with and without slipping, limits and several starts")
  func gridworld() throws {
    let lake = try GridMap("SFFF\nFHFH\nFFFH\nHFFG")
    try checkLaws(of: try Gridworld(map: lake), games: 100, seed: 4)
    try checkLaws(
      of: try Gridworld(map: lake, intendedProbability: 1.0 / 3, stepLimit: 20), games: 200, seed: 5)
    let rooms = try GridMap("S.#..\n..#.G\n.....\nS.#~.")
    try checkLaws(
      of: try Gridworld(map: rooms, intendedProbability: 0.8, rewards: .init(step: -0.1)), games: 100, seed: 6
    )
  }

  @Test("arcade games with and without sticky actions", arguments: ArcadeGame.allCases)
  func arcade(_ game: ArcadeGame) throws {
    try checkLaws(of: try MinAtar(game), games: 30, seed: 7)
    try checkLaws(
      of: try MinAtar(
        game, stickyProbability: 0, rampsDifficulty: false, frameLimit: 9, onlyUsefulActions: true),
      games: 50, seed: 8)
  }

  @Test("chess with and without claims, and from a position full of promotions")
  func chess() throws {
    try checkLaws(of: Chess(), games: 10, seed: 14)
    try checkLaws(of: Chess(draws: .claimed), games: 10, seed: 15)
    try checkLaws(of: try Chess(from: "n1n5/PPPk4/8/8/8/8/4Kppp/5N1N b - - 0 1"), games: 30, seed: 16)
  }

  @Test("go on all board sizes and under all rules", arguments: GoRepetition.allCases, [false, true])
  func go(repetition: GoRepetition, allowsSuicide: Bool) throws {
    func rules(_ side: Int, _ komi: Float) -> GoRules {
      GoRules(side: side, komi: komi, repetition: repetition, allowsSuicide: allowsSuicide)
    }
    for side in 2...7 { try checkLaws(of: try Go7(rules(side, 0.5)), games: 10, seed: 9) }
    try checkLaws(of: try Go9(rules(9, 7)), games: 2, seed: 10)
    try checkLaws(of: try Go19(rules(5, -3)), games: 2, seed: 13)
    // Large boards differ in nothing but size, and every ply of a game is checked under 8 symmetries.
    guard repetition == .positionalSuperko, !allowsSuicide else { return }
    try checkLaws(of: try Go13(rules(13, 7.5)), games: 1, seed: 11)
    try checkLaws(of: try Go19(rules(19, 7.5)), games: 1, seed: 12)
  }

  @Test("go with handicap, all planes and an early end")
  func goOptions() throws {
    let names = [
      "history:7", "legal", "pass_alive", "komi", "board", "stones", "liberties", "ko", "black", "pass",
    ]
    let planes = try GoPlanes(names: names)
    for suicide in [false, true] {
      let rules = GoRules(side: 5, komi: 1, allowsSuicide: suicide, endsWhenDecided: true, planes: planes)
      try checkLaws(of: try Go7(rules), games: 10, seed: 14)
    }
    try checkLaws(of: try Go7(GoRules(side: 7, handicap: 3, endsWhenDecided: true)), games: 10, seed: 15)
    try checkLaws(of: try Go9(GoRules(side: 9, handicap: 5, planes: planes)), games: 1, seed: 16)
  }
}
