import Environments
import Testing

@Suite("Chess against counts and games recorded with other programs")
struct ChessVectors {
  struct Count: Decodable {
    var name: String
    var fen: String
    var perft: [UInt64]
    /// Replies to each move, by its name in the Universal Chess Interface.
    var divide2: [String: Int]
  }

  @Test("numbers of move sequences, and of the replies to every move")
  func counts() throws {
    // Published counts go on after a draw. More than this many sequences are left to the longer run.
    let game = Chess(draws: .never)
    let limit: UInt64 = VectorFiles.isWhole ? .max : 3_000_000
    var (total, replies) = (UInt64(0), 0)
    let positions = try VectorFiles.lines(of: "boards/chess_perft.jsonl", as: Count.self)
    #expect(positions.count >= 50)
    for position in positions {
      let state = try game.position(fen: position.fen)
      #expect(game.fen(of: state) == position.fen)
      for (index, count) in position.perft.enumerated() where count <= limit {
        #expect(perft(game, state, depth: index + 1) == count, "\(position.name), depth \(index + 1)")
        total += count
      }
      var random = Random(seed: 0, purpose: .test)
      var divided: [String: Int] = [:]
      for action in game.legalActions(in: state).array {
        var next = state
        _ = game.step(&next, taking: action, using: &random)
        divided[game.uciName(of: action, in: state)] = game.legalActions(in: next).count
      }
      #expect(divided == position.divide2, "\(position.name)")
      replies += divided.count
    }
    print(
      "boards/chess_perft.jsonl: \(positions.count) positions, \(total) sequences, \(replies) moves compared")
  }

  struct Record: Decodable {
    struct Ply: Decodable {
      var uci: String
      var san: String
      var fen: String
      var check: Bool?
      var enPassantPossible: Bool?
      var repetitions: Int?
    }

    var label: String
    var start: String
    var plies: [Ply]
    var legal: [String: [String]]
    var result: String
    var reason: String?
    var firstThreefoldPly: Int?
    var firstFiftyMovePly: Int?
  }

  @Test("every position, name, repetition and ending of the games")
  func games() throws {
    let records = try VectorFiles.lines(of: "boards/chess_games.jsonl", as: Record.self)
    #expect(records.count >= 25)
    var (plies, lists) = (0, 0)
    for record in records {
      var replay = try ChessReplay(record)
      try replay.run()
      plies += record.plies.count
      lists += record.legal.count
    }
    print(
      "boards/chess_games.jsonl: \(records.count) games, \(plies) plies, \(lists) lists of moves compared")
  }
}

/// A recorded game, played again.
private struct ChessReplay {
  let record: ChessVectors.Record
  let game = Chess()
  var state: Chess.State
  var random = Random(seed: 0, purpose: .test)
  var ending: ChessEnding?
  var firstThreefold: Int?
  var firstFifty: Int?

  init(_ record: ChessVectors.Record) throws {
    self.record = record
    state = try game.position(fen: record.start)
  }

  mutating func run() throws {
    #expect(game.fen(of: state) == record.start)
    try checkMoves(after: 0)
    for (index, ply) in record.plies.enumerated() {
      #expect(ending == nil, "\(record.label), ply \(index)")
      try play(ply, place: "\(record.label), ply \(index + 1)")
      if state.occurrences >= 3 && firstThreefold == nil { firstThreefold = index + 1 }
      if state.halfmoveClock >= 100 && firstFifty == nil { firstFifty = index + 1 }
      try checkMoves(after: index + 1)
    }
    #expect(firstThreefold == record.firstThreefoldPly, "\(record.label)")
    #expect(firstFifty == record.firstFiftyMovePly, "\(record.label)")
    #expect(Self.reason(ending) == record.reason, "\(record.label)")
    #expect(result == record.result, "\(record.label)")
  }

  mutating func play(_ ply: ChessVectors.Record.Ply, place: String) throws {
    let action = try #require(game.action(named: ply.uci, in: state), "\(place)")
    #expect(game.action(named: ply.san, in: state) == action, "\(place)")
    #expect(game.name(of: action, in: state) == ply.san, "\(place)")
    #expect(game.uciName(of: action, in: state) == ply.uci, "\(place)")
    let transition = game.step(&state, taking: action, using: &random)
    ending = state.ending
    #expect(transition.status.isOver == (ending != nil), "\(place)")
    #expect(transition.reward == (ending == .checkmate ? 1 : 0), "\(place)")
    #expect(game.fen(of: state) == ply.fen, "\(place)")
    #expect(game.isCheck(in: state) == (ply.check ?? false), "\(place)")
    #expect(state.occurrences == ply.repetitions ?? 1, "\(place)")
    if let isPossible = ply.enPassantPossible {
      #expect(game.canTakeEnPassant(in: state) == isPossible, "\(place)")
    }
  }

  func checkMoves(after ply: Int) throws {
    guard let expected = record.legal["\(ply)"] else { return }
    let legal = game.legalActions(in: state).array.map { game.uciName(of: $0, in: state) }.sorted()
    // A game that a rule has ended has no legal actions, whatever moves the position would offer.
    let isDrawn = ending != nil && ending != .checkmate && ending != .stalemate
    #expect(legal == (isDrawn ? [] : expected), "\(record.label), ply \(ply)")
  }

  var result: String {
    guard let ending else { return "*" }
    if ending != .checkmate { return "1/2-1/2" }
    return game.playerToMove(in: state) == .second ? "1-0" : "0-1"
  }

  static func reason(_ ending: ChessEnding?) -> String? {
    switch ending {
    case .checkmate: "checkmate"
    case .stalemate: "stalemate"
    case .insufficientMaterial: "insufficient_material"
    case .fivefoldRepetition: "fivefold_repetition"
    case .seventyFiveMoves: "seventyfive_moves"
    case .threefoldRepetition, .fiftyMoves: "a claim"
    case nil: nil
    }
  }
}
