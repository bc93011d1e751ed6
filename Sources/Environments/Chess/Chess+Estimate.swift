#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

extension Chess {
  /// Material in pawns (1, 3, 3, 5, 9; Shannon 1950), the mover's moves and the centre, squeezed to -1...1.
  public func estimate(of state: State) -> Float {
    let board = state.board
    let material = Self.material(of: board.own, on: board) - Self.material(of: board.other, on: board)
    let mobility = Float(legalActions(in: state).count - 30) * 0.02
    return tanhf((material + mobility) / 5) * 0.95
  }

  private static func material(of pieces: UInt64, on board: ChessBoard) -> Float {
    func count(_ kind: UInt64) -> Float { Float((pieces & kind).nonzeroBitCount) }
    // The middle 16 squares are worth a tenth of a pawn, for what stands there.
    let centre: UInt64 = 0x0000_3C3C_3C3C_0000
    // A queen is both a bishop and a rook, and worth one pawn more than the two.
    let queens = count(board.diagonals & board.straights)
    return count(board.pawns) + 3 * count(board.knights | board.diagonals) + 5 * count(board.straights)
      + queens
      + 0.1 * count(centre & (board.pawns | board.knights))
  }
}
