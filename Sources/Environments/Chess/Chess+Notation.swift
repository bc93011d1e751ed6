/// Moves are shown in standard algebraic notation (SAN; PGN standard, Edwards 1994), as in `Nf3` or
/// `exd8=Q+`, and read in that or in the notation of the Universal Chess Interface, as in `g1f3` or `e7d8q`.
extension Chess: Notation {
  public func name(of action: Action, in state: State) -> String {
    let move = ChessMove(action)
    return sanBody(of: move, in: state) + sanSuffix(of: move, in: state)
  }

  /// The name of a move in the Universal Chess Interface: from, to, and what a pawn becomes.
  public func uciName(of action: Action, in state: State) -> String {
    let move = ChessMove(action)
    let squares = [move.from, move.to].map { ChessSquare.name(state.board.absolute($0)) }.joined()
    guard let piece = promotion(of: move, in: state) else { return squares }
    return squares + piece.letter.lowercased()
  }

  public func draw(_ state: State) -> String {
    let board = state.board.isBlackToMove ? state.board.turned() : state.board
    let ranks = (0..<8).reversed().map { rank in
      let pieces = (0..<8).map { String(board.letter(at: rank * 8 + $0) ?? ".") }
      return "\(rank + 1)  " + pieces.joined(separator: " ")
    }
    return (ranks + ["   a b c d e f g h"]).joined(separator: "\n")
  }

  /// What the move makes of a pawn, nil if nothing.
  private func promotion(of move: ChessMove, in state: State) -> ChessPiece? {
    state.board.piece(at: move.from) == .pawn && move.to >= 56 ? move.underpromotion ?? .queen : nil
  }

  private func sanBody(of move: ChessMove, in state: State) -> String {
    let board = state.board
    guard let piece = board.piece(at: move.from) else { return "--" }
    if piece == .king && abs(move.to - move.from) == 2 { return move.to == 6 ? "O-O" : "O-O-O" }
    let from = board.absolute(move.from)
    let target = ChessSquare.name(board.absolute(move.to))
    let isCapture =
      board.other >> UInt64(move.to) & 1 == 1 || (piece == .pawn && (move.to - move.from) % 8 != 0)
    if piece == .pawn {
      let promotion = promotion(of: move, in: state).map { "=\($0.letter)" } ?? ""
      return (isCapture ? "\(ChessSquare.file(from))x" : "") + target + promotion
    }
    return "\(piece.letter)\(origin(of: move, piece, in: state))\(isCapture ? "x" : "")\(target)"
  }

  /// As much of the square a piece comes from as tells it from others of its kind: the file, else the rank,
  /// else both.
  private func origin(of move: ChessMove, _ piece: ChessPiece, in state: State) -> String {
    let rivals = legalActions(in: state).array.map { ChessMove($0) }.filter {
      $0.to == move.to && $0.from != move.from && state.board.piece(at: $0.from) == piece
    }
    if rivals.isEmpty { return "" }
    let square = state.board.absolute(move.from)
    if !rivals.contains(where: { $0.from & 7 == move.from & 7 }) { return "\(ChessSquare.file(square))" }
    if !rivals.contains(where: { $0.from >> 3 == move.from >> 3 }) { return "\(ChessSquare.rank(square))" }
    return ChessSquare.name(square)
  }

  private func sanSuffix(of move: ChessMove, in state: State) -> String {
    var board = state.board
    _ = board.play(move)
    if board.lacksKing { return "#" }
    if board.checkers == 0 { return "" }
    return board.hasLegalMove() ? "+" : "#"
  }
}
