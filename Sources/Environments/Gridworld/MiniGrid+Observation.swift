extension MiniGrid {
  /// Rows and columns of the partial view.
  static let viewSide = 7

  /// What the player sees: 7 x 7 cells in reading order. The player stands in the middle of the last row and
  /// looks towards the first one.
  struct Sight {
    var cells = InlineArray<49, UInt8>(repeating: GridCell.wall.code)
    /// Bit i: cell i is visible.
    var visible: UInt64 = 0
  }

  /// What the player sees; nil elements are hidden. The player's own cell shows what is carried.
  public func sight(of state: State) -> [(tile: GridMap.Tile, color: GridMap.Color)?] {
    let sight = sightOfPlayer(in: state)
    return (0..<49).map {
      guard sight.visible >> UInt64($0) & 1 == 1 else { return nil }
      let cell = GridCell(code: sight.cells[$0])
      return (cell.tile, cell.color)
    }
  }

  func sightOfPlayer(in state: State) -> Sight {
    var sight = Sight()
    let ahead = state.heading
    let right = ahead.clockwise
    let (row, column) = (Int(state.cell) / columns, Int(state.cell) % columns)
    var transparent: UInt64 = 0
    for index in 0..<49 {
      let (distance, sideways) = (6 - index / 7, index % 7 - 3)
      let y = row + distance * ahead.rowStep + sideways * right.rowStep
      let x = column + distance * ahead.columnStep + sideways * right.columnStep
      guard 0..<rows ~= y, 0..<columns ~= x else { continue }
      let cell = state.cells[y * columns + x]
      sight.cells[index] = cell.code
      if !cell.blocksSight { transparent |= 1 << UInt64(index) }
    }
    sight.visible = blocksSight ? Self.visible(through: transparent) : (1 << 49) - 1
    sight.cells[Self.ownCell] = state.carried.code
    return sight
  }

  /// The player's cell in the view: the middle of the last row.
  private static let ownCell = 45

  /// Spreads sight from the player's cell, row by row away from the player, in each row first to the right, then
  /// to the left: a visible transparent cell shows its neighbour that way, and of the next row the cell straight
  /// ahead and the one diagonally ahead (the order of MiniGrid's `process_vis`).
  private static func visible(through transparent: UInt64) -> UInt64 {
    var visible: UInt64 = 1 << UInt64(ownCell)
    for row in stride(from: 42, through: 0, by: -7) {
      for column in 0..<6 where (visible & transparent) >> UInt64(row + column) & 1 == 1 {
        visible |= 1 << UInt64(row + column + 1)
        if row > 0 { visible |= 0b11 << UInt64(row - 7 + column) }
      }
      for column in stride(from: 6, to: 0, by: -1)
      where (visible & transparent) >> UInt64(row + column) & 1 == 1 {
        visible |= 1 << UInt64(row + column - 1)
        if row > 0 { visible |= 0b11 << UInt64(row - 7 + column - 1) }
      }
    }
    return visible
  }

  /// Planes of the partial view [16, 7, 7]: walls, goals, lava, keys, balls, boxes, open, closed and locked
  /// doors; things of each of the six colours; what is visible. The player's cell shows what is carried.
  ///
  /// Planes of the full view [19, rows, columns]: the same without the last, then the player, in the plane of
  /// the direction (right, down, left, up); what is carried is shown on top of what the player stands on.
  public var observationShape: ObservationShape {
    switch view {
    case .partial:
      ObservationShape(planes: Self.contentPlanes + 1, rows: Self.viewSide, columns: Self.viewSide)
    case .full: ObservationShape(planes: Self.contentPlanes + 4, rows: rows, columns: columns)
    }
  }

  private static let contentPlanes = 15

  public func observe(_ state: State, into planes: inout MutableSpan<Float>) {
    for index in 0..<observationShape.count { planes[index] = 0 }
    switch view {
    case .partial:
      let sight = sightOfPlayer(in: state)
      for index in 0..<49 where sight.visible >> UInt64(index) & 1 == 1 {
        Self.show(GridCell(code: sight.cells[index]), at: index, of: 49, in: &planes)
        planes[Self.contentPlanes * 49 + index] = 1
      }
    case .full:
      let count = rows * columns
      for index in 0..<count { Self.show(state.cells[index], at: index, of: count, in: &planes) }
      Self.show(state.carried, at: state.position, of: count, in: &planes)
      planes[(Self.contentPlanes + Int(state.heading.rawValue)) * count + state.position] = 1
    }
  }

  private static func show(
    _ cell: GridCell, at index: Int, of count: Int, in planes: inout MutableSpan<Float>
  ) {
    switch cell.tile {
    case .wall: planes[index] = 1
    case .goal: planes[count + index] = 1
    case .lava: planes[2 * count + index] = 1
    case .key, .ball, .box, .openDoor, .closedDoor, .lockedDoor:
      planes[(3 + Int(cell.tile.rawValue - GridMap.Tile.key.rawValue)) * count + index] = 1
      planes[(9 + Int(cell.color.rawValue)) * count + index] = 1
    default: break
    }
  }
}
