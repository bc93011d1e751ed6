extension Gomoku: Pictured {
  /// Black stones, the first player's, and white ones on a wooden board, 28 pixels a line.
  public func picture(of state: State) -> Picture {
    var board = WoodenBoard(side: rules.side)
    for cell in 0..<rules.side * rules.side {
      let isFirst = state.first.contains(cell)
      guard isFirst || state.second.contains(cell) else { continue }
      board.place(isFirst ? .first : .second, row: cell / rules.side, column: cell % rules.side)
    }
    return board.drawing.picture
  }

  public var secondsPerPicture: Double { BoardDrawing.secondsPerMove }
}
