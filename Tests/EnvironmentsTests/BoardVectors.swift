import Environments
import Testing

@Suite("Board games against recorded playouts and published counts")
struct BoardVectors {
  struct Playout: Decodable {
    var actions: [Int]
    var players: [Int]
    var legal: [[Int]]
    var finalBoard: [String]
    var terminal: Bool
    var returns: [Float]
  }

  func check(_ game: some Notation, against file: String) throws {
    let playouts = try VectorFiles.lines(of: file, as: Playout.self)
    #expect(playouts.count >= 50)
    for playout in playouts {
      var random = Random(seed: 0, purpose: .test)
      var state = game.start(using: &random)
      var returns: [Float] = [0, 0]
      var status = Status.running
      for (ply, action) in playout.actions.enumerated() {
        #expect(status == .running)
        #expect(game.playerToMove(in: state).index == playout.players[ply])
        #expect(game.legalActions(in: state).array.map(\.index) == playout.legal[ply])
        let transition = game.step(&state, taking: Action(action), using: &random)
        returns[playout.players[ply]] += transition.reward
        returns[1 - playout.players[ply]] -= transition.reward
        status = transition.status
      }
      #expect((status == .terminated) == playout.terminal)
      #expect(returns == playout.returns)
      let picture = game.draw(state).filter { ".XO\n".contains($0) }
      #expect(picture.split(separator: "\n").map(String.init) == playout.finalBoard)
    }
    print("\(file): \(playouts.count) games, \(playouts.reduce(0) { $0 + $1.actions.count }) plies compared")
  }

  @Test("tic-tac-toe playouts")
  func ticTacToe() throws { try check(TicTacToe(), against: "boards/tic_tac_toe.jsonl") }

  @Test("connect four playouts")
  func connectFour() throws { try check(ConnectFour(), against: "boards/connect_four.jsonl") }

  struct Count: Decodable {
    var game: String
    var perft: [UInt64]
    var position: [Int]?

    enum CodingKeys: String, CodingKey { case game, perft, actions }

    init(from decoder: any Decoder) throws {
      let fields = try decoder.container(keyedBy: CodingKeys.self)
      game = try fields.decode(String.self, forKey: .game)
      perft = try fields.decode([UInt64].self, forKey: .perft)
      // Some games of the file name their moves in text.
      position = try? fields.decode([Int].self, forKey: .actions)
    }
  }

  /// Number of counts compared.
  func check(_ game: some Game, _ count: Count) throws -> Int {
    var random = Random(seed: 0, purpose: .test)
    var state = game.start(using: &random)
    for action in try #require(count.position) {
      _ = game.step(&state, taking: Action(action), using: &random)
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
      default: break
      }
    }
    #expect(compared >= 47)
    print("boards/perft.jsonl: \(compared) counts compared")
  }
}
