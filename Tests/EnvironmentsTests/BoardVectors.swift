import Environments
import Testing

@Suite("Board games against recorded playouts and published counts")
struct BoardVectors {
  /// An action as a file writes it: its number, or the peer's name for it.
  enum Move: Decodable {
    case number(Int)
    case name(String)

    init(from decoder: any Decoder) throws {
      let value = try decoder.singleValueContainer()
      if let number = try? value.decode(Int.self) {
        self = .number(number)
      } else {
        self = .name(try value.decode(String.self))
      }
    }

    func action<Rules: Notation>(of game: Rules, in state: Rules.State) throws -> Action {
      switch self {
      case .number(let number): Action(number)
      case .name(let name): try #require(game.action(named: name, in: state), "\(name) is a legal action")
      }
    }
  }

  struct Playout: Decodable {
    var actions: [Move]
    var names: [String]?
    var players: [Int]
    var legal: [[Move]]
    var finalBoard: [String]
    var terminal: Bool
    var returns: [Float]
  }

  /// Plays all games of a file; `sharesNames` if the file's names of actions are ours too.
  func check(
    _ game: some Notation, against file: String, atLeast minimum: Int, sharesNames: Bool = false
  ) throws {
    let playouts = try VectorFiles.lines(of: "boards/\(file).jsonl", as: Playout.self)
    #expect(playouts.count >= minimum)
    for playout in playouts { try check(game, playout, sharesNames: sharesNames) }
    print("\(file): \(playouts.count) games, \(playouts.reduce(0) { $0 + $1.actions.count }) plies compared")
  }

  private func check(_ game: some Notation, _ playout: Playout, sharesNames: Bool) throws {
    var random = Random(seed: 0, purpose: .test)
    var state = game.start(using: &random)
    var returns: [Float] = [0, 0]
    var status = Status.running
    for (ply, move) in playout.actions.enumerated() {
      #expect(status == .running)
      #expect(game.playerToMove(in: state).index == playout.players[ply])
      let legal = try playout.legal[ply].map { try $0.action(of: game, in: state).index }
      #expect(game.legalActions(in: state).array.map(\.index) == legal.sorted())
      let action = try move.action(of: game, in: state)
      if sharesNames { #expect(game.name(of: action, in: state) == playout.names?[ply]) }
      let transition = game.step(&state, taking: action, using: &random)
      returns[playout.players[ply]] += transition.reward
      returns[1 - playout.players[ply]] -= transition.reward
      status = transition.status
    }
    #expect((status == .terminated) == playout.terminal)
    #expect(returns == playout.returns)
    let picture = game.draw(state).filter { ".XO\n".contains($0) }
    #expect(picture.split(separator: "\n").map(String.init) == playout.finalBoard)
  }

  @Test("tic-tac-toe playouts")
  func ticTacToe() throws { try check(TicTacToe(), against: "tic_tac_toe", atLeast: 50) }

  @Test("connect four playouts")
  func connectFour() throws { try check(ConnectFour(), against: "connect_four", atLeast: 50) }

  @Test("othello playouts")
  func othello() throws { try check(Othello(), against: "othello", atLeast: 40, sharesNames: true) }

  @Test("hex playouts", arguments: [(5, 5, 20), (4, 6, 10), (7, 7, 20), (11, 11, 6)])
  func hex(rows: Int, columns: Int, games: Int) throws {
    let (rules, file) = (HexRules(rows: rows, columns: columns), "hex_\(rows)x\(columns)")
    if rows * columns <= 64 {
      try check(try Hex64(rules), against: file, atLeast: games, sharesNames: true)
    }
    try check(try Hex384(rules), against: file, atLeast: games, sharesNames: true)
  }

  @Test("gomoku playouts", arguments: [(9, 15), (15, 4)])
  func gomoku(side: Int, games: Int) throws {
    try check(try Gomoku(GomokuRules(side: side)), against: "gomoku_\(side)x\(side)", atLeast: games)
  }

  @Test("three in a row on a small board is noughts and crosses")
  func smallGomoku() throws {
    for isExact in [false, true] {
      let rules = GomokuRules(side: 3, length: 3, isExact: isExact)
      try check(try Gomoku(rules), against: "tic_tac_toe", atLeast: 50)
    }
  }

  @Test("breakthrough playouts", arguments: [(6, 25), (8, 10)])
  func breakthrough(side: Int, games: Int) throws {
    let game = try Breakthrough(rows: side, columns: side)
    try check(game, against: "breakthrough_\(side)x\(side)", atLeast: games)
  }

  struct Count: Decodable {
    var game: String
    var actions: [Move]
    var perft: [UInt64]
  }

  /// Number of counts compared.
  func check(_ game: some Notation, _ count: Count) throws -> Int {
    var random = Random(seed: 0, purpose: .test)
    var state = game.start(using: &random)
    for move in count.actions {
      _ = game.step(&state, taking: try move.action(of: game, in: state), using: &random)
    }
    for (depth, expected) in count.perft.enumerated() {
      #expect(perft(game, state, depth: depth + 1) == expected, "\(count.game), depth \(depth + 1)")
    }
    return count.perft.count
  }

  @Test("numbers of move sequences")
  func sequences() throws {
    var compared = 0
    for count in try VectorFiles.lines(of: "boards/perft.jsonl", as: Count.self) {
      switch count.game {
      case "tic_tac_toe": compared += try check(TicTacToe(), count)
      case "connect_four": compared += try check(ConnectFour(), count)
      case "othello": compared += try check(Othello(), count)
      case "breakthrough_6x6": compared += try check(Breakthrough(rows: 6, columns: 6), count)
      case "breakthrough_8x8": compared += try check(Breakthrough(), count)
      default: Issue.record("unknown game \(count.game)")
      }
    }
    #expect(compared >= 150)
    print("perft: \(compared) counts compared")
  }
}
