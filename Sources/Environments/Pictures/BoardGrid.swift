/// Where the cells of a rectangular board lie on its drawing; row 0 on top.
struct BoardGrid {
  let rows: Int
  let columns: Int
  /// Pixels of a cell's side, and around the board.
  let cell: Int
  let margin: Int

  var width: Int { columns * cell + 2 * margin }
  var height: Int { rows * cell + 2 * margin }

  /// The upper left corner of a cell.
  func corner(_ row: Int, _ column: Int) -> BoardPoint {
    [Double(margin + column * cell), Double(margin + row * cell)]
  }

  func centre(_ row: Int, _ column: Int) -> BoardPoint { corner(row, column) + Double(cell) / 2 }

  /// A cell without its neighbours.
  func square(_ row: Int, _ column: Int) -> BoardShape {
    .rectangle(corner(row, column), corner(row + 1, column + 1))
  }

  /// A sheet of the first ink.
  func drawing(in inks: [BoardInk]) -> BoardDrawing { BoardDrawing(width: width, height: height, inks: inks) }

  /// Squares of two colours, the lower left one dark.
  func draw(squaresOn drawing: inout BoardDrawing) {
    for row in 0..<rows {
      for column in 0..<columns {
        let isDark = (rows - 1 - row + column).isMultiple(of: 2)
        drawing.draw(square(row, column), isDark ? .darkSquare : .lightSquare)
      }
    }
  }
}
