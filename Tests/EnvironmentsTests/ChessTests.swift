import Environments
import Testing

@Suite("Chess")
struct ChessTests {
  let game = Chess()

  /// The state after moves in any notation, and the last transition.
  func play(_ moves: String, from fen: String? = nil, on game: Chess = Chess()) throws -> (
    Chess.State, Transition
  ) {
    var random = Random(seed: 0, purpose: .test)
    var state = try fen.map { try game.position(fen: $0) } ?? game.start(using: &random)
    var transition = Transition()
    for move in moves.split(separator: " ") {
      let action = try #require(game.action(named: String(move), in: state), "\(move)")
      transition = game.step(&state, taking: action, using: &random)
    }
    return (state, transition)
  }

  func names(_ state: Chess.State) -> [String] {
    game.legalActions(in: state).array.map { game.name(of: $0, in: state) }
  }

  @Test("the start is drawn with White at the bottom, whoever is to move")
  func drawing() throws {
    let expected = """
      8  r n b q k b n r
      7  p p p p p p p p
      6  . . . . . . . .
      5  . . . . . . . .
      4  . . . . P . . .
      3  . . . . . . . .
      2  P P P P . P P P
      1  R N B Q K B N R
         a b c d e f g h
      """
    #expect(game.draw(try play("e4").0) == expected)
  }

  @Test("actions are AlphaZero's planes, as the mover sees the board")
  func planes() throws {
    let (start, _) = try play("")
    // North, two squares, from e2: plane 1. The knight's jump two up, one right, from g1: plane 56.
    #expect(game.action(named: "e4", in: start) == Action(1 * 64 + 12))
    #expect(game.action(named: "Nh3", in: start) == Action(56 * 64 + 6))
    // Black sees the board upside down: e7 is where White has e2.
    #expect(game.action(named: "e5", in: try play("e4").0) == Action(1 * 64 + 12))
    let promotion = try game.position(fen: "1n6/P6k/8/8/8/8/8/K7 w - - 0 1")
    #expect(game.action(named: "a8=Q", in: promotion) == Action(0 * 64 + 48))
    #expect(game.action(named: "a8=N", in: promotion) == Action(64 * 64 + 48))
    #expect(game.action(named: "axb8=R", in: promotion) == Action((64 + 3 + 2) * 64 + 48))
    // Castling is two squares to the east.
    let castling = try game.position(fen: "4k3/8/8/8/8/8/8/4K2R w K - 0 1")
    #expect(game.action(named: "O-O", in: castling) == Action((2 * 7 + 1) * 64 + 4))
  }

  @Test(
    "what a text can name",
    arguments: [
      ("e4", "e4"), ("e2e4", "e4"), ("e2-e4", "e4"), ("Nf3", "Nf3"), ("nf3", "Nf3"), ("Ng1f3", "Nf3"),
      ("N1f3", "Nf3"), ("Nf3!?", "Nf3"),
    ])
  func readsMoves(text: String, name: String) throws {
    let (state, _) = try play("")
    let action = try #require(game.action(named: text, in: state))
    #expect(game.name(of: action, in: state) == name)
  }

  @Test("a small b is the file before it is the bishop")
  func bishopOrFile() throws {
    let both = try game.position(fen: "4k3/8/8/8/8/2p5/1P1B4/4K3 w - - 0 1")
    for (text, uci) in [("bxc3", "b2c3"), ("Bxc3", "d2c3"), ("be3", "d2e3")] {
      let action = try #require(game.action(named: text, in: both))
      #expect(game.uciName(of: action, in: both) == uci)
    }
  }

  @Test(
    "texts that name no move, or not one alone",
    arguments: ["", "e5", "ße4", "e8ß", "Ke2", "e2e5", "O-O", "Nd2", "zz", "e9"])
  func refusesMoves(text: String) throws {
    #expect(game.action(named: text, in: try play("").0) == nil)
    let rooks = try game.position(fen: "4k3/8/8/8/8/8/8/R4R1K w - - 0 1")
    #expect(game.action(named: "Rd1", in: rooks) == nil)
    #expect(game.action(named: "Rad1", in: rooks) != nil)
  }

  @Test("mate is won by who moved, stalemate is a draw")
  func mates() throws {
    let (mate, won) = try play("f3 e5 g4 Qh4#")
    #expect(won == Transition(reward: 1, status: .terminated))
    #expect(mate.ending == .checkmate)
    #expect(game.legalActions(in: mate).isEmpty)
    let (stalemate, drawn) = try play("Qf7", from: "7k/8/6K1/8/8/8/8/5Q2 w - - 0 1")
    #expect(drawn == Transition(reward: 0, status: .terminated))
    #expect(stalemate.ending == .stalemate)
  }

  @Test("a threefold repetition ends a game with claims, a fivefold one every game")
  func repetition() throws {
    let shuffle = "Nf3 Nf6 Ng1 Ng8"
    let twice = [shuffle, shuffle].joined(separator: " ")
    #expect(try play(twice).0.ending == nil)
    #expect(try play(twice).0.occurrences == 3)
    #expect(try play(twice, on: Chess(draws: .claimed)).0.ending == .threefoldRepetition)
    #expect(try play([twice, twice].joined(separator: " ")).0.ending == .fivefoldRepetition)
    #expect(try play([twice, twice].joined(separator: " "), on: Chess(draws: .never)).0.ending == nil)
  }

  @Test("50 moves end a game with claims, 75 every game, but mate goes first")
  func counters() throws {
    let fen = "7k/8/8/8/8/8/8/K6R w - - 99 80"
    #expect(try play("Ka2+", from: fen).0.ending == nil)
    #expect(try play("Ka2+", from: fen, on: Chess(draws: .claimed)).0.ending == .fiftyMoves)
    let late = "7k/5K2/8/8/8/8/8/1R6 w - - 149 110"
    #expect(try play("Rb2", from: late).0.ending == .seventyFiveMoves)
    #expect(try play("Rh1#", from: late).0.ending == .checkmate)
  }

  @Test(
    "material that cannot mate ends the game",
    arguments: [
      ("4k3/8/8/8/8/8/3p4/4K3 w - - 0 1", true), ("4k3/8/8/8/8/8/3p4/4KB2 w - - 0 1", true),
      ("4k3/8/8/8/8/8/3p4/4KN2 w - - 0 1", true), ("4kn2/8/8/8/8/8/3p4/4KN2 w - - 0 1", false),
      ("4kb2/8/8/8/8/8/3p4/4KB2 w - - 0 1", false), ("4k1b1/8/8/8/8/8/3p4/4KB2 w - - 0 1", true),
      ("4k3/8/8/8/8/8/3p4/4KR2 w - - 0 1", false),
    ])
  func material(fen: String, isDead: Bool) throws {
    #expect((try play("Kxd2", from: fen).0.ending == .insufficientMaterial) == isDead)
  }

  @Test("castling is named, and forbidden out of, through and into check")
  func castling() throws {
    let open = try game.position(fen: "r3k2r/8/8/8/8/8/8/R3K2R w KQkq - 0 1")
    #expect(names(open).contains("O-O") && names(open).contains("O-O-O"))
    for rook in ["e5", "f5", "g5"] {
      let file = rook.prefix(1)
      let row = ["e": "4r3", "f": "5r2", "g": "6r1"][String(file)] ?? ""
      let attacked = try game.position(fen: "4k3/8/8/\(row)/8/8/8/4K2R w K - 0 1")
      #expect(!names(attacked).contains("O-O"), "\(rook)")
    }
    // The rook's way may be attacked: b1 is none of the king's squares.
    #expect(names(try game.position(fen: "4k3/8/8/1r6/8/8/8/R3K3 w Q - 0 1")).contains("O-O-O"))
  }

  @Test("the observation shows both sides alike")
  func observation() throws {
    func planes(_ fen: String) throws -> [Float] {
      var values = [Float](repeating: .nan, count: game.observationShape.count)
      var span = values.mutableSpan
      game.observe(try game.position(fen: fen), into: &span)
      return values
    }
    let white = try planes("rnbqkb1r/pppppppp/5n2/8/8/8/PPPPPPPP/RNBQKBNR w KQkq - 15 20")
    let black = try planes("rnbqkbnr/pppppppp/8/8/8/5N2/PPPPPPPP/RNBQKB1R b KQkq - 15 20")
    #expect(white[6..<19 * 64] == black[6..<19 * 64])
    #expect(white[0..<64].reduce(0, +) == 8 && white[8] == 1 && white[4 + 5 * 64] == 1)
    #expect(white[19 * 64] == 0 && black[19 * 64] == 1)
    #expect(white[20 * 64] == 0.1 && white[21 * 64] == 0.1)
  }

  @Test(
    "mistakes in a position are named in one line with their column",
    arguments: [
      ("", 1), ("rnbqkbnr/pppppppp/8/8/8/8/PPPPPPPP/RNBQKBNR w KQkq", 51), ("8/8/8/8/8/8/8/8 w - - 0 1", 1),
      ("rnbqkbnr/ppppppxp/8/8/8/8/PPPPPPPP/RNBQKBNR w KQkq - 0 1", 16),
      ("rnbqkbnr/ppppppp/8/8/8/8/PPPPPPPP/RNBQKBNR w KQkq - 0 1", 17),
      ("rnbqkbnr/ppppppppp/8/8/8/8/PPPPPPPP/RNBQKBNR w KQkq - 0 1", 18),
      ("rnbqkbnr/pppppppp/8/8/8/8/PPPPPPPP w KQkq - 0 1", 35),
      ("rnbqkbnr/pppppppp/8/8/8/8/PPPPPPPP/RNBQKBNR x KQkq - 0 1", 45),
      ("rnbqkbnr/pppppppp/8/8/8/8/PPPPPPPP/RNBQKBNR w KQKq - 0 1", 49),
      ("rnbqkbnr/pppppppp/8/8/8/8/PPPPPPPP/RNBQKBN1 w KQkq - 0 1", 47),
      ("rnbqkbnr/pppppppp/8/8/8/8/PPPPPPPP/RNBQKBNR w KQkq e3 0 1", 52),
      ("rnbqkbnr/pppppppp/8/8/8/8/PPPPPPPP/RNBQKBNR w KQkq e6 0 1", 52),
      ("rnbqkbnr/pppppppp/8/8/8/8/PPPPPPPP/RNBQKBNR w KQkq - -1 1", 54),
      ("rnbqkbnr/pppppppp/8/8/8/8/PPPPPPPP/RNBQKBNR w KQkq - 0 1e3", 56),
      ("rnbqkbnr/pppppppp/8/8/8/8/PPPPPPPP/RNBQKBNR w KQkq - 0 1 2", 58),
      ("4k3/8/8/8/8/8/ß7/4K3 w - - 0 1", 15), ("4k3/8/8/8/8/8/8/4K3 w ß - 0 1", 23),
      ("P3k3/8/8/8/8/8/8/4K3 w - - 0 1", 1), ("4k3/8/8/8/8/8/8/4KK2 w - - 0 1", 1),
    ])
  func badPositions(fen: String, column: Int) {
    let error = #expect(throws: RuleError.self) { try game.position(fen: fen) }
    let text = error?.description ?? ""
    #expect(text.hasPrefix("chess position, column \(column) ("), "\(text)")
    #expect(text.contains("; ") && !text.contains("\n"), "\(text)")
  }

  @Test("counters may be left out, and a game starts only where it can go on")
  func positions() throws {
    let state = try game.position(fen: "4k3/8/8/8/8/8/8/4K2R  w K -")
    #expect(game.fen(of: state) == "4k3/8/8/8/8/8/8/4K2R w K - 0 1")
    var random = Random(seed: 0, purpose: .test)
    let endgame = try Chess(from: "4k3/8/8/8/8/8/8/4K2R b K - 3 7")
    #expect(endgame.fen(of: endgame.start(using: &random)) == "4k3/8/8/8/8/8/8/4K2R b K - 3 7")
    #expect(throws: RuleError.self) { try Chess(from: "7k/5Q2/6K1/8/8/8/8/8 b - - 0 1") }
  }

  @Test("a position read from its own notation is the same position")
  func roundTrips() throws {
    var random = Random(seed: 17, purpose: .test)
    for _ in 0..<40 {
      var state = game.start(using: &random)
      var status = Status.running
      while status == .running {
        status = game.stepRandomly(&state, using: &random).status
        let text = game.fen(of: state)
        let read = try game.position(fen: text)
        #expect(game.fen(of: read) == text)
        #expect(game.legalActions(in: read).array == game.legalActions(in: state).array || status != .running)
        // Without a past the keys are equal too: the one kept move by move, and the one made anew.
        if state.halfmoveClock == 0 {
          #expect(game.key(of: read) == game.key(of: state), "seed 17, \(text)")
        }
      }
    }
  }

  @Test("a position whose king can be taken is played as it is, and ends with that")
  func takenKing() throws {
    let (state, transition) = try play("h4h8", from: "7k/8/8/8/7Q/8/8/4K3 w - - 0 1")
    #expect(transition == Transition(reward: 1, status: .terminated))
    #expect(state.ending == .checkmate && game.legalActions(in: state).isEmpty)
  }

  @Test(
    "a text that says what is not true of a move, or more than a move, is refused",
    arguments: [
      "Ke2x", "Kxe2", "Ke2#", "Ke2+", "Ke2=Q", "Kex2", "K-e-2", "Ke2+!?!", "xKe2", "Ke2 ", "e1e2x", "",
    ])
  func refusesFalseTexts(text: String) throws {
    let game = Chess()
    var random = Random(seed: 1, purpose: .test)
    var state = game.start(using: &random)
    for move in ["e4", "e5"] {
      _ = game.step(&state, taking: try #require(game.action(named: move, in: state)), using: &random)
    }
    #expect(game.action(named: "Ke2!?", in: state) == game.action(named: "e1e2", in: state))
    #expect(game.action(named: "Ke2", in: state) != nil)
    #expect(game.action(named: text, in: state) == nil)
  }
}
