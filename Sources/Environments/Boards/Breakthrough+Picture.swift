extension Breakthrough: Pictured {
  /// Black pawns, the first player's, and white ones on squares of two colours, 36 pixels each.
  public func picture(of state: State) -> Picture {
    let grid = BoardGrid(rows: rows, columns: columns, cell: 36, margin: 8)
    var drawing = grid.drawing(in: [.frame, .lightSquare, .darkSquare] + ChessArt.inks)
    grid.draw(squaresOn: &drawing)
    for cell in 0..<rows * columns where (state.first | state.second) >> UInt64(cell) & 1 == 1 {
      ChessArt.draw(
        .pawn, isWhite: state.second >> UInt64(cell) & 1 == 1,
        at: grid.corner(cell / columns, cell % columns), side: Double(grid.cell), on: &drawing)
    }
    return drawing.picture
  }

  public var secondsPerPicture: Double { BoardDrawing.secondsPerMove }
}
