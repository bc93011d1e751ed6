/// Chess by FIDE's laws (2023). Actions are AlphaZero's 73 x 64, see `ChessMove`.
///
/// All of a position is seen from the side to move: bit boards, actions and observations are turned upside down
/// for Black. Observations follow AlphaZero (Silver et al. 2018, table S1) without its history of boards: what
/// of the past matters to the rules is in the planes of repetitions and counters.
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

  /// The same game without draws, but for stalemate.
  public var withoutDraws: Chess { Chess(draws: .never, first: first) }

  private init(draws: ChessDraws, first: State) {
    self.draws = draws
    self.first = first
  }

  public var playerCount: Int { 2 }
  public var actionCount: Int { ChessMove.planes * 64 }
  /// Own and the opponent's pawns, knights, bishops, rooks, queens, king; whether the position occurred before,
  /// and twice; own and the opponent's castling rights, short then long; where a pawn may be taken en passant;
  /// whether the mover is Black; halfmoves without capture or pawn's move / 150; moves of the game / 200, at most 1.
  public var observationShape: ObservationShape { ObservationShape(planes: 22, rows: 8, columns: 8) }
  public var isStochastic: Bool { false }

  public func start(using random: inout Random) -> State { first }

  @inline(__always)
  public func playerToMove(in state: State) -> Player { state.board.isBlackToMove ? .second : .first }

  @inline(__always)
  public func legalActions(in state: State) -> ActionBits<73> {
    state.ending == nil ? state.board.legalMoves().actions(occupied: state.board) : ActionBits()
  }

  @inline(__always)
  public func randomLegalAction(in state: State, using random: inout Random) -> Action {
    precondition(state.ending == nil, "the game is over")
    return state.board.randomMove(using: &random).action
  }

  @inline(__always)
  public func step(_ state: inout State, taking action: Action, using random: inout Random) -> Transition {
    let move = ChessMove(action)
    precondition(state.ending == nil && state.board.canBegin(move), "illegal action")
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

extension Chess {
  /// A position with the past that matters: a plain value without references.
  public struct State: Sendable {
    var board: ChessBoard
    /// Why the game is over, nil while it goes on.
    public internal(set) var ending: ChessEnding?
    /// Moves of both sides since the last capture or pawn's move.
    public private(set) var halfmoveClock: Int
    /// Number of the move, from 1; it rises after Black's.
    public private(set) var moveNumber: Int
    /// How often this position has occurred since the last capture or pawn's move, itself included.
    public private(set) var occurrences = 1
    /// Hashes of the positions since the last capture or pawn's move, without the present one. The 75 moves
    /// rule bounds their number.
    private var past = InlineArray<150, UInt64>(repeating: 0)
    private var pastCount = 0

    init(_ board: ChessBoard, halfmoveClock: Int = 0, moveNumber: Int = 1) {
      self.board = board
      self.halfmoveClock = halfmoveClock
      self.moveNumber = moveNumber
    }

    @inline(__always)
    mutating func play(_ move: ChessMove, remembersPositions: Bool) {
      if board.isBlackToMove { moveNumber &+= 1 }
      let key = board.key
      if board.play(move) {
        halfmoveClock = 0
        pastCount = 0
      } else {
        halfmoveClock &+= 1
        if remembersPositions {
          past[pastCount] = key
          pastCount &+= 1
        }
      }
      occurrences = 1 &+ earlierOccurrences()
    }

    /// How often the position is in the past. It takes two moves of each side to come back to a position.
    @inline(__always)
    private mutating func earlierOccurrences() -> Int {
      var count = 0
      var index = pastCount &- 4
      while index >= 0 {
        if past[index] == board.key { count &+= 1 }
        index &-= 2
      }
      return count
    }

    /// A hash of everything but the number of the move. O(past).
    func hash() -> UInt64 {
      var sum = UInt64(halfmoveClock) << 8 | UInt64(ending.map { $0.rawValue + 1 } ?? 0)
      for index in 0..<pastCount { sum &+= Random.mix(past[index]) }
      return Random.mix(board.key ^ Random.mix(sum))
    }
  }
}
