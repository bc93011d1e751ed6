extension ChessBoard {
  /// Whether the other side's pieces on `attackers` attack a square of a board occupied like this.
  @inline(__always)
  func isAttacked(_ square: Int, occupied: UInt64, by attackers: UInt64) -> Bool {
    let bit = ChessGeometry.bit(square)
    let near =
      (ChessGeometry.knightMoves(from: bit) & knights) | (ChessGeometry.kingMoves(from: bit) & kings)
      | (ChessGeometry.pawnsAttacking(bit) & pawns)
    if near & attackers != 0 { return true }
    var sliders = self.sliders(aimedAt: square) & attackers & ~bit
    while sliders != 0 {
      if ChessGeometry.between(square, sliders.trailingZeroBitCount) & occupied == 0 { return true }
      sliders &= sliders &- 1
    }
    return false
  }

  /// Both sides' sliders that would attack a square of the empty board.
  @inline(__always)
  private func sliders(aimedAt square: Int) -> UInt64 {
    ((ChessGeometry.file(of: square) | ChessGeometry.rank(of: square)) & straights)
      | ((ChessGeometry.risingDiagonal(through: square) | ChessGeometry.fallingDiagonal(through: square))
        & diagonals)
  }

  @inline(__always)
  mutating func findChecksAndPins() {
    let square = king
    let bit = ChessGeometry.bit(square)
    var checkers =
      other
      & (ChessGeometry.knightMoves(from: bit) & knights | ChessGeometry.pawnsAttacking(bit) & pawns)
    var pinned: UInt64 = 0
    var sliders = self.sliders(aimedAt: square) & other
    while sliders != 0 {
      let blockers = ChessGeometry.between(square, sliders.trailingZeroBitCount) & occupied
      if blockers == 0 {
        checkers |= sliders & (0 &- sliders)
      } else if blockers & (blockers &- 1) == 0 {
        pinned |= blockers
      }
      sliders &= sliders &- 1
    }
    self.checkers = checkers
    self.pinned = pinned & own
  }

  /// Whether taking en passant is legal: both pawns leave their rank at once, so it is tried out.
  mutating func findEnPassantCapturers() {
    enPassantCapturers = 0
    if enPassantSquare == 0 { return }
    let target: UInt64 = 1 << UInt64(enPassantSquare)
    let victim = target >> 8
    var candidates =
      own & pawns & (ChessDirection.southEast.shift(target) | ChessDirection.southWest.shift(target))
    while candidates != 0 {
      let capturer = candidates & (0 &- candidates)
      candidates ^= capturer
      let after = occupied ^ capturer ^ victim | target
      if !isAttacked(king, occupied: after, by: other & ~victim) { enPassantCapturers |= capturer }
    }
    if enPassantCapturers != 0 { key ^= Self.hash(enPassantSquare) }
  }
}
