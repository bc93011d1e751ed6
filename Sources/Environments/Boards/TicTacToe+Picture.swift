extension TicTacToe: Pictured {
  /// Red crosses and blue noughts on paper, 204 x 204 pixels.
  public func picture(of state: State) -> Picture {
    let grid = BoardGrid(rows: 3, columns: 3, cell: 64, margin: 6)
    var drawing = grid.drawing(in: [.paper, .paperLine, .red, .blue])
    for index in 1...2 {
      let (before, behind) = (grid.corner(index, index) - 1.5, grid.corner(index, index) + 1.5)
      let (start, end) = (Double(grid.margin), Double(grid.width - grid.margin))
      drawing.draw(.rectangle([start, before.y], [end, behind.y]), .paperLine)
      drawing.draw(.rectangle([before.x, start], [behind.x, end]), .paperLine)
    }
    let isFirst = playerToMove(in: state) == .first
    let (crosses, noughts) = isFirst ? (state.own, state.other) : (state.other, state.own)
    for cell in 0..<9 {
      let centre = grid.centre(cell / 3, cell % 3)
      if crosses >> UInt16(cell) & 1 == 1 {
        drawing.draw(.line(from: centre - 17, to: centre + 17, width: 9), .red)
        drawing.draw(.line(from: centre + [-17, 17], to: centre + [17, -17], width: 9), .red)
      } else if noughts >> UInt16(cell) & 1 == 1 {
        drawing.draw(.disc(centre, radius: 21), .blue)
        drawing.draw(.disc(centre, radius: 13), .paper)
      }
    }
    return drawing.picture
  }

  public var secondsPerPicture: Double { BoardDrawing.secondsPerMove }
}
