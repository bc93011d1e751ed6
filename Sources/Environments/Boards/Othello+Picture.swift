extension Othello: Pictured {
  /// Discs on green cloth in a wooden frame, 36 pixels a cell.
  public func picture(of state: State) -> Picture {
    let grid = BoardGrid(rows: side, columns: side, cell: 36, margin: 8)
    var drawing = grid.drawing(in: [.frame, .green, .greenShade, .greenLine] + Stones.inks)
    let (low, high) = (grid.corner(0, 0), grid.corner(side, side))
    drawing.draw(.rectangle(low, high), .green)
    for index in 0...side {
      let line = grid.corner(index, index)
      drawing.draw(.rectangle([low.x, line.y - 1], [high.x, line.y]), .greenLine)
      drawing.draw(.rectangle([line.x - 1, low.y], [line.x, high.y]), .greenLine)
    }
    let owners = ownership(of: state)
    for cell in owners.indices where owners[cell] != 0 {
      Stones.draw(
        owners[cell] > 0 ? .first : .second, at: grid.centre(cell / side, cell % side) - 0.5, radius: 14.5,
        shadow: .greenShade, on: &drawing)
    }
    return drawing.picture
  }

  public var secondsPerPicture: Double { BoardDrawing.secondsPerMove }
}
