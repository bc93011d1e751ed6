extension ChessBoard {
  private static var lightSquares: UInt64 { 0x55AA_55AA_55AA_55AA }

  /// Whether some sequence of moves could end in mate, as far as the material alone shows: not with bare
  /// kings, one minor piece, or only bishops all on one colour.
  @inline(__always)
  var hasMatingMaterial: Bool { pawns | straights != 0 || hasMatingMinorPieces }

  private var hasMatingMinorPieces: Bool {
    if knights != 0 { return knights & (knights - 1) != 0 || diagonals != 0 }
    return diagonals & Self.lightSquares != 0 && diagonals & ~Self.lightSquares != 0
  }

  /// Whether a move starts on an own piece and ends on the board, not on an own piece.
  @inline(__always)
  func canBegin(_ move: ChessMove) -> Bool {
    0..<64 ~= move.to && own &>> UInt64(move.from) & 1 == 1
      && own &>> UInt64(truncatingIfNeeded: move.to) & 1 == 0
  }
}
