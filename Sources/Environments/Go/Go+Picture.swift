extension Go: Pictured {
  /// Stones on a wooden board, 28 pixels a line; the last move has a ring.
  public func picture(of state: State) -> Picture {
    var board = WoodenBoard(side: side)
    let last = lastAction(in: state)?.index
    for cell in 0..<side * side {
      guard let player = stone(atCell: cell, in: state) else { continue }
      board.place(player, row: cell / side, column: cell % side, isMarked: cell == last)
    }
    return board.drawing.picture
  }

  public var secondsPerPicture: Double { BoardDrawing.secondsPerMove }
}
