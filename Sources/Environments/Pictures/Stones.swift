/// Round things of a game in black and white.
enum Stones {
  /// The inks of a stone.
  static let inks: [BoardInk] = [.black, .gloss, .white, .whiteShade]

  /// A stone that throws its shadow to the lower right; a marked one has a ring.
  static func draw(
    _ player: Player, at centre: BoardPoint, radius: Double, shadow: BoardInk, isMarked: Bool = false,
    on drawing: inout BoardDrawing
  ) {
    let isBlack = player == .first
    let (body, edge, ring): (BoardInk, BoardInk, BoardInk) =
      isBlack ? (.black, .black, .white) : (.white, .whiteShade, .black)
    drawing.draw(.disc(centre + radius * 0.12, radius: radius), shadow)
    drawing.draw(.disc(centre, radius: radius), edge)
    drawing.draw(.disc(centre, radius: radius - 1), body)
    if isBlack {
      drawing.draw(.disc(centre - radius * 0.4, radius: radius * 0.22), .gloss)
    }
    if isMarked {
      drawing.draw(.disc(centre, radius: radius * 0.5), ring)
      drawing.draw(.disc(centre, radius: radius * 0.5 - 2.2), body)
    }
  }
}

/// A board of wood whose stones lie on the crossings of its lines.
struct WoodenBoard {
  let grid: BoardGrid
  private(set) var drawing: BoardDrawing

  /// An empty board of side x side crossings.
  init(side: Int) {
    grid = BoardGrid(rows: side, columns: side, cell: 28, margin: 6)
    drawing = grid.drawing(in: [.wood, .woodShade, .woodLine] + Stones.inks)
    for index in 0..<side {
      // Lines of one pixel keep their edges sharp where they lie on whole pixels.
      let start = grid.corner(index, index) + Double(grid.cell / 2)
      let (first, last) = (Double(grid.margin + grid.cell / 2), grid.centre(side - 1, side - 1).x + 1)
      drawing.draw(.rectangle([first, start.y], [last, start.y + 1]), .woodLine)
      drawing.draw(.rectangle([start.x, first], [start.x + 1, last]), .woodLine)
    }
    for (row, column) in Self.starPoints(side: side) {
      drawing.draw(.disc(crossing(row, column), radius: 3), .woodLine)
    }
  }

  mutating func place(_ player: Player, row: Int, column: Int, isMarked: Bool = false) {
    Stones.draw(
      player, at: crossing(row, column), radius: 13, shadow: .woodShade, isMarked: isMarked, on: &drawing)
  }

  private func crossing(_ row: Int, _ column: Int) -> BoardPoint { grid.centre(row, column) + 0.5 }

  /// The dots that guide the eye: the middle of odd boards, corners from side 9 on, edges from side 19 on.
  private static func starPoints(side: Int) -> [(Int, Int)] {
    let middle = side.isMultiple(of: 2) ? [] : [side / 2]
    guard side >= 9 else { return middle.map { ($0, $0) } }
    let edge = side >= 13 ? 3 : 2
    let ends = [edge, side - 1 - edge]
    if side >= 19 {
      let lines = ends + middle
      return lines.flatMap { row in lines.map { (row, $0) } }
    }
    return ends.flatMap { row in ends.map { (row, $0) } } + middle.map { ($0, $0) }
  }
}
