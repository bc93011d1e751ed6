extension Hex: Pictured {
  /// Red stones, the first player's, who joins the red edges above and below, and blue ones, on hexagons 26
  /// pixels wide.
  public func picture(of state: State) -> Picture {
    let lattice = HexLattice(rows: rules.rows, columns: rules.columns)
    var drawing = BoardDrawing(
      width: lattice.width, height: lattice.height,
      inks: [.paper, .paperLine, .white, .red, .redShade, .blue, .blueShade])
    lattice.draw(edgesOn: &drawing)
    for row in 0..<rules.rows {
      for column in 0..<rules.columns {
        let centre = lattice.centre(row, column)
        drawing.draw(lattice.hexagon(around: centre), .paperLine, grownBy: 0.5)
        drawing.draw(lattice.hexagon(around: centre), .white, grownBy: -0.9)
        let cell = row * rules.columns + column
        let isFirst = state.first.all.contains(cell)
        guard isFirst || state.second.all.contains(cell) else { continue }
        drawing.draw(.disc(centre, radius: 10), isFirst ? .redShade : .blueShade)
        drawing.draw(.disc(centre, radius: 8.5), isFirst ? .red : .blue)
      }
    }
    return drawing.picture
  }

  public var secondsPerPicture: Double { BoardDrawing.secondsPerMove }
}

/// Where the cells of a Hex board lie on its drawing: every row half a cell to the right of the one above.
private struct HexLattice {
  let rows: Int
  let columns: Int
  private let cell = 26.0
  private let margin = 12.0
  /// From the centre of a hexagon to its upper corner.
  private var radius: Double { cell / 3.squareRoot() }

  var width: Int { Int((cell * (Double(columns) + Double(rows - 1) / 2) + 2 * margin).rounded(.up)) }
  var height: Int { Int((radius * (1.5 * Double(rows - 1) + 2) + 2 * margin).rounded(.up)) }

  func centre(_ row: Int, _ column: Int) -> BoardPoint {
    [
      margin + cell * (Double(column) + Double(row + 1) / 2),
      margin + radius * (1 + 1.5 * Double(row)),
    ]
  }

  func hexagon(around centre: BoardPoint) -> BoardShape {
    let (x, y) = (cell / 2, radius)
    return .polygon([
      centre + [0, -y], centre + [x, -y / 2], centre + [x, y / 2], centre + [0, y], centre + [-x, y / 2],
      centre + [-x, -y / 2],
    ])
  }

  /// A border of the players' colours beside the cells they join: copies of the outer cells, moved outwards.
  func draw(edgesOn drawing: inout BoardDrawing) {
    let aside = BoardPoint(3.squareRoot() / 2, -0.5) * 6
    for row in 0..<rows {
      drawing.draw(hexagon(around: centre(row, 0) - aside), .blue)
      drawing.draw(hexagon(around: centre(row, columns - 1) + aside), .blue)
    }
    for column in 0..<columns {
      drawing.draw(hexagon(around: centre(0, column) - [0, 6]), .red)
      drawing.draw(hexagon(around: centre(rows - 1, column) + [0, 6]), .red)
    }
  }
}
