extension Chess: Pictured {
  /// The board as White sees it, a1 at the lower left, 36 pixels a square.
  public func picture(of state: State) -> Picture {
    let grid = BoardGrid(rows: 8, columns: 8, cell: 36, margin: 8)
    var drawing = grid.drawing(in: [.frame, .lightSquare, .darkSquare] + ChessArt.inks)
    grid.draw(squaresOn: &drawing)
    let board = state.board.isBlackToMove ? state.board.turned() : state.board
    for square in 0..<64 {
      guard let piece = board.piece(at: square) else { continue }
      ChessArt.draw(
        piece, isWhite: board.own >> UInt64(square) & 1 == 1,
        at: grid.corner(7 - square >> 3, square & 7), side: Double(grid.cell), on: &drawing)
    }
    return drawing.picture
  }

  public var secondsPerPicture: Double { BoardDrawing.secondsPerMove }
}
