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
    let (ahead, right) = (state.heading, state.heading.clockwise)
    let (rowsAhead, columnsAhead) = (ahead.rowStep, ahead.columnStep)
    let (rowsRight, columnsRight) = (right.rowStep, right.columnStep)
    let (row, column) = (Int(state.cell) / columns, Int(state.cell) % columns)
    let codes = state.cells.codes.span
    var transparent: UInt64 = 0
    var index = 0
    for distance in stride(from: 6, through: 0, by: -1) {
      for sideways in -3...3 {
        let y = row + distance * rowsAhead + sideways * rowsRight
        let x = column + distance * columnsAhead + sideways * columnsRight
        if 0..<rows ~= y, 0..<columns ~= x {
          let cell = GridCell(code: codes[y * columns + x])
          sight.cells[index] = cell.code
          if !cell.blocksSight { transparent |= 1 << UInt64(index) }
        }
        index += 1
      }
    }
    sight.visible = blocksSight ? Self.visible(through: transparent) : (1 << 49) - 1
    sight.cells[Self.ownCell] = state.carried.code
    return sight
  }

  /// The player's cell in the view: the middle of the last row.
  private static let ownCell = 45

  /// Spreads sight from the player's cell, row by row away from the player, in each row first to the right, then
  /// to the left: a visible transparent cell shows its neighbour that way, and of the next row the cell straight
  /// ahead and the one diagonally ahead (the order of MiniGrid's `process_vis`, a row at a time).
  private static func visible(through transparent: UInt64) -> UInt64 {
    var visible: UInt64 = 0
    var row: UInt64 = 1 << UInt64(ownCell - 42)
    for shift in stride(from: UInt64(42), through: 0, by: -7) {
      let open = transparent >> shift & 0b111_1111
      // Sight runs on through neighbouring open cells, in steps of one, two and four cells.
      var (seen, run) = (row & open, open)
      seen |= run & seen << 1
      run &= run << 1
      seen |= run & seen << 2
      run &= run << 2
      seen = (seen | run & seen << 4) & 0b011_1111
      row |= seen << 1
      var next = seen | seen << 1
      (seen, run) = (row & open, open)
      seen |= run & seen >> 1
      run &= run >> 1
      seen |= run & seen >> 2
      run &= run >> 2
      seen = (seen | run & seen >> 4) & 0b111_1110
      row |= seen >> 1
      next |= seen | seen >> 1
      visible |= row << shift
      row = next
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
      let codes = sight.cells.span
      var rest = sight.visible
      while rest != 0 {
        let index = rest.trailingZeroBitCount
        rest &= rest - 1
        Self.show(GridCell(code: codes[index]), at: index, of: 49, in: &planes)
        planes[Self.contentPlanes * 49 + index] = 1
      }
    case .full:
      let count = rows * columns
      let codes = state.cells.codes.span
      for index in 0..<count { Self.show(GridCell(code: codes[index]), at: index, of: count, in: &planes) }
      Self.show(state.carried, at: state.position, of: count, in: &planes)
      planes[(Self.contentPlanes + Int(state.heading.rawValue)) * count + state.position] = 1
    }
  }

  private static func show(
    _ cell: GridCell, at index: Int, of count: Int, in planes: inout MutableSpan<Float>
  ) {
    guard cell != .floor else { return }
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
