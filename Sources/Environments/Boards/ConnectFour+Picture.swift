extension ConnectFour: Pictured {
  /// Red discs, the first player's, and yellow ones behind a blue front with holes, 36 pixels a cell.
  public func picture(of state: State) -> Picture {
    let grid = BoardGrid(rows: rows, columns: columns, cell: 36, margin: 6)
    var drawing = grid.drawing(in: [.blue, .blueShade, .paper, .red, .redShade, .yellow, .yellowShade])
    let isFirst = playerToMove(in: state) == .first
    let reds = isFirst ? state.own : state.occupied & ~state.own
    for row in 0..<rows {
      for column in 0..<columns {
        let centre = grid.centre(row, column)
        let bit = UInt64(column * (rows + 1) + rows - 1 - row)
        drawing.draw(.disc(centre, radius: 15.5), .blueShade)
        guard state.occupied >> bit & 1 == 1 else {
          drawing.draw(.disc(centre, radius: 14), .paper)
          continue
        }
        let isRed = reds >> bit & 1 == 1
        let (body, edge): (BoardInk, BoardInk) = isRed ? (.red, .redShade) : (.yellow, .yellowShade)
        drawing.draw(.disc(centre, radius: 14), body)
        drawing.draw(.disc(centre, radius: 10.5), edge)
        drawing.draw(.disc(centre, radius: 9), body)
      }
    }
    return drawing.picture
  }

  public var secondsPerPicture: Double { BoardDrawing.secondsPerMove }
}
