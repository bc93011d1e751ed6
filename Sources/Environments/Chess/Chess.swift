/// Chess by FIDE's laws (2023). Actions are AlphaZero's 73 x 64, see `ChessMove`.
///
/// All of a position is seen from the side to move: bit boards, actions and observations are turned upside
/// down for Black. Observations follow AlphaZero (Silver et al. 2018, table S1) without its history of
/// boards: what of the past matters to the rules is in the planes of repetitions and counters.
public struct Chess: Game {
  /// Which draws end the game.
  public let draws: ChessDraws
  /// Where games start.
  private let first: State

  /// The usual game.
  public init(draws: ChessDraws = .automatic) {
    var board = ChessBoard()
    for (file, piece) in [ChessPiece.rook, .knight, .bishop, .queen, .king, .bishop, .knight, .rook]
      .enumerated()
    {
      board.put(piece, on: file, isOwn: true)
      board.put(.pawn, on: 8 + file, isOwn: true)
      board.put(.pawn, on: 48 + file, isOwn: false)
      board.put(piece, on: 56 + file, isOwn: false)
    }
    board.castling = [.ownShort, .ownLong, .otherShort, .otherLong]
    board.settle(enPassantSquare: 0)
    self.draws = draws
    first = State(board)
  }

  /// Games that start from a position in FEN, with its counters but without a past.
  ///
  /// Throws for a text that is no position of a game still going on.
  public init(from position: String, draws: ChessDraws = .automatic) throws(RuleError) {
    let game = Chess(draws: draws)
    let state = try game.position(fen: position)
    if let ending = state.ending {
      throw RuleError("chess: the game is over in this position (\(ending)); start from one that has moves")
    }
    self.init(draws: draws, first: state)
  }

  /// The same game without draws other than stalemate, as published counts of move sequences have it.
  public var withoutDraws: Chess { Chess(draws: .never, first: first) }

  private init(draws: ChessDraws, first: State) {
    self.draws = draws
    self.first = first
  }

  public var playerCount: Int { 2 }
  public var actionCount: Int { ChessMove.planes * 64 }
  /// Own and the opponent's pawns, knights, bishops, rooks, queens, king; whether the position occurred
  /// before, and twice; own and the opponent's castling rights, short then long; where a pawn may be taken en
  /// passant; whether the mover is Black; halfmoves without capture or pawn's move / 150; moves of the game /
  /// 200, at most 1.
  public var observationShape: ObservationShape { ObservationShape(planes: 22, rows: 8, columns: 8) }
  public var isStochastic: Bool { false }

  public func start(using random: inout Random) -> State { first }

  @inline(__always)
  public func playerToMove(in state: State) -> Player { state.board.isBlackToMove ? .second : .first }

  @inline(__always)
  public func legalActions(in state: State) -> ChessActions {
    if state.ending != nil { return ChessActions() }
    return ChessActions(state.board.legalMoves(), of: state.board)
  }

  @inline(__always)
  public func randomLegalAction(in state: State, using random: inout Random) -> Action {
    precondition(state.ending == nil, "the game is over")
    return state.board.randomMove(using: &random).action
  }

  /// Checks of an action only what keeps the board sound: that an own piece moves to a square without one.
  public func step(_ state: inout State, taking action: Action, using random: inout Random) -> Transition {
    let move = ChessMove(action)
    precondition(
      state.ending == nil && action.index < actionCount && state.board.canBegin(move), "illegal action")
    return play(move, in: &state)
  }

  public func stepRandomly(_ state: inout State, using random: inout Random) -> Transition {
    precondition(state.ending == nil, "the game is over")
    return play(state.board.randomMove(using: &random), in: &state)
  }

  @inline(__always)
  private func play(_ move: ChessMove, in state: inout State) -> Transition {
    state.play(move, remembersPositions: draws != .never)
    state.ending = Self.ending(of: state, draws)
    guard let ending = state.ending else { return Transition() }
    return Transition(reward: ending == .checkmate ? 1 : 0, status: .terminated)
  }

  public func key(of state: State) -> UInt64 { state.hash() }

  /// Why the game is over, if it is.
  @inline(__always)
  static func ending(of state: State, _ draws: ChessDraws) -> ChessEnding? {
    if state.board.lacksKing { return .checkmate }
    if !state.board.hasLegalMove() { return state.board.checkers != 0 ? .checkmate : .stalemate }
    if draws == .never { return nil }
    if !state.board.hasMatingMaterial { return .insufficientMaterial }
    if state.halfmoveClock >= 150 { return .seventyFiveMoves }
    if state.occurrences >= 5 { return .fivefoldRepetition }
    if draws == .automatic { return nil }
    if state.occurrences >= 3 { return .threefoldRepetition }
    return state.halfmoveClock >= 100 ? .fiftyMoves : nil
  }
}
