extension Chess {
  /// The position that a text in FEN describes, with its counters but without a past.
  ///
  /// Throws a one-line error that names the column, the field and the remedy.
  public func position(fen text: String) throws(RuleError) -> State {
    var reader = try ChessPositionReader(text)
    var state = try reader.read()
    state.ending = Self.ending(of: state, draws)
    return state
  }

  /// A text with a slash is a position in FEN: no move is written with one.
  public func state(describedBy text: String) throws(RuleError) -> State? {
    text.contains("/") ? try position(fen: text) : nil
  }

  /// Whether the side to move is in check.
  public func isCheck(in state: State) -> Bool { state.board.checkers != 0 }

  /// Whether the side to move may legally take en passant.
  public func canTakeEnPassant(in state: State) -> Bool { state.board.enPassantCapturers != 0 }

  /// The position in FEN. The square passed by a pawn is given after every double step.
  public func fen(of state: State) -> String {
    // As White sees it.
    let board = state.board.isBlackToMove ? state.board.turned() : state.board
    let ranks = (0..<8).reversed().map { rank in Self.fenRank(rank, of: board) }
    let rights = ChessCastling.letters.filter { board.castling.contains($0.right) }.map(\.letter)
    let passed = Int(state.board.enPassantSquare)
    return [
      ranks.joined(separator: "/"),
      state.board.isBlackToMove ? "b" : "w",
      rights.isEmpty ? "-" : String(rights),
      passed == 0 ? "-" : ChessSquare.name(state.board.absolute(passed)),
      "\(state.halfmoveClock)",
      "\(state.moveNumber)",
    ].joined(separator: " ")
  }

  private static func fenRank(_ rank: Int, of board: ChessBoard) -> String {
    var text = ""
    var gap = 0
    for square in rank * 8..<rank * 8 + 8 {
      guard let letter = board.letter(at: square) else {
        gap += 1
        continue
      }
      if gap > 0 { text += "\(gap)" }
      gap = 0
      text.append(letter)
    }
    return gap > 0 ? text + "\(gap)" : text
  }
}

extension ChessBoard {
  /// A square of the mover as White sees it, and the other way round.
  func absolute(_ square: Int) -> Int { isBlackToMove ? square ^ 56 : square }

  /// The letter of a piece on a board that White looks at: large for White.
  func letter(at square: Int) -> Character? {
    guard let piece = piece(at: square) else { return nil }
    let isWhite = own >> UInt64(square) & 1 == 1
    return isWhite ? piece.letter : Character(piece.letter.lowercased())
  }
}
