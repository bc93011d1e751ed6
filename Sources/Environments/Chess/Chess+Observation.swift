extension Chess {
  /// Row 0 is the first rank as the mover sees it, like the squares of actions.
  public func observe(_ state: State, into planes: inout MutableSpan<Float>) {
    planes.update(repeating: 0)
    let board = state.board
    let queens = board.diagonals & board.straights
    let pieces: InlineArray<6, UInt64> = [
      board.pawns, board.knights, board.diagonals & ~queens, board.straights & ~queens, queens, board.kings,
    ]
    for kind in pieces.indices {
      Self.write(pieces[kind] & board.own, to: kind, of: &planes)
      Self.write(pieces[kind] & board.other, to: 6 + kind, of: &planes)
    }
    let castling = board.castling
    Self.fill(12, with: state.occurrences >= 2 ? 1 : 0, of: &planes)
    Self.fill(13, with: state.occurrences >= 3 ? 1 : 0, of: &planes)
    Self.fill(14, with: castling.contains(.ownShort) ? 1 : 0, of: &planes)
    Self.fill(15, with: castling.contains(.ownLong) ? 1 : 0, of: &planes)
    Self.fill(16, with: castling.contains(.otherShort) ? 1 : 0, of: &planes)
    Self.fill(17, with: castling.contains(.otherLong) ? 1 : 0, of: &planes)
    let passed: UInt64 = board.enPassantCapturers == 0 ? 0 : 1 << UInt64(board.enPassantSquare)
    Self.write(passed, to: 18, of: &planes)
    Self.fill(19, with: board.isBlackToMove ? 1 : 0, of: &planes)
    Self.fill(20, with: min(1, Float(state.halfmoveClock) / 150), of: &planes)
    Self.fill(21, with: min(1, Float(state.moveNumber) / 200), of: &planes)
  }

  @inline(__always)
  private static func write(_ squares: UInt64, to plane: Int, of planes: inout MutableSpan<Float>) {
    var rest = squares
    while rest != 0 {
      planes[plane &* 64 &+ rest.trailingZeroBitCount] = 1
      rest &= rest &- 1
    }
  }

  @inline(__always)
  private static func fill(_ plane: Int, with value: Float, of planes: inout MutableSpan<Float>) {
    if value == 0 { return }
    for square in 0..<64 { planes[plane &* 64 &+ square] = value }
  }
}
