extension GridLayout {
  /// A first state of the layout. Allocates for crossings alone.
  func draw(using random: inout Random) -> MiniGrid.State {
    switch self {
    case .map(let map, let heading): Self.start(on: map, heading: heading, using: &random)
    case .empty(let side, let startsAnywhere):
      Self.empty(side: side, startsAnywhere: startsAnywhere, using: &random)
    case .doorKey(let side): Self.doorKey(side: side, using: &random)
    case .fourRooms(let side): Self.fourRooms(side: side, using: &random)
    case .crossing(let side, let rivers, let obstacle):
      Self.crossing(side: side, rivers: rivers, of: obstacle == .lava ? .lava : .wall, using: &random)
    case .lavaGap(let side): Self.lavaGap(side: side, using: &random)
    }
  }

  private static func start(
    on map: GridMap, heading: Heading?, using random: inout Random
  ) -> MiniGrid.State {
    let index = map.starts.count == 1 ? 0 : random.integer(below: map.starts.count)
    let heading = heading ?? Heading(wrapping: random.integer(below: 4))
    return start(on: map, at: map.starts[index], heading: heading)
  }

  /// The world of a map with the player on one of its starts.
  static func start(on map: GridMap, at cell: Int, heading: Heading) -> MiniGrid.State {
    var state = MiniGrid.State()
    for (cell, tile) in map.tiles.enumerated() where tile != .floor && tile != .start {
      state.put(GridCell(tile, map.colors[cell]), at: cell)
    }
    state.cell = UInt16(cell)
    state.heading = heading
    return state
  }

  private static func empty(
    side: Int, startsAnywhere: Bool, using random: inout Random
  ) -> MiniGrid.State {
    var plan = Plan(side: side)
    plan[side - 2, side - 2] = .goal
    if startsAnywhere {
      plan.placePlayer(columns: 1..<side - 1, using: &random)
    } else {
      plan.placePlayer(row: 1, column: 1)
    }
    return plan.state
  }

  private static func doorKey(side: Int, using random: inout Random) -> MiniGrid.State {
    var plan = Plan(side: side)
    plan[side - 2, side - 2] = .goal
    let wall = random.integer(in: 2..<side - 2)
    plan.buildColumn(wall, of: .wall, rows: 0..<side)
    plan.placePlayer(columns: 1..<wall, using: &random)
    plan[random.integer(in: 1..<side - 2), wall] = GridCell(.lockedDoor, .yellow)
    plan.place(GridCell(.key, .yellow), columns: 1..<wall, using: &random)
    return plan.state
  }

  private static func fourRooms(side: Int, using random: inout Random) -> MiniGrid.State {
    var plan = Plan(side: side)
    let room = side / 2
    plan.buildColumn(room, of: .wall, rows: 0..<side)
    plan.buildRow(room, of: .wall, columns: 0..<side)
    for first in [0, room] {
      let end = first == 0 ? room : side - 1
      plan[random.integer(in: first + 1..<end), room] = .floor
      plan[room, random.integer(in: first + 1..<end)] = .floor
    }
    plan.placePlayer(columns: 1..<side - 1, using: &random)
    plan.place(.goal, columns: 1..<side - 1, using: &random)
    return plan.state
  }

  private static func lavaGap(side: Int, using random: inout Random) -> MiniGrid.State {
    var plan = Plan(side: side)
    plan.placePlayer(row: 1, column: 1)
    plan[side - 2, side - 2] = .goal
    let (column, gap) = (random.integer(in: 2..<side - 2), random.integer(in: 1..<side - 1))
    plan.buildColumn(column, of: .lava, rows: 1..<side - 1)
    plan[gap, column] = .floor
    return plan.state
  }

  private static func crossing(
    side: Int, rivers: Int, of obstacle: GridCell, using random: inout Random
  ) -> MiniGrid.State {
    var plan = Plan(side: side)
    plan.placePlayer(row: 1, column: 1)
    plan[side - 2, side - 2] = .goal
    let lines = stride(from: 2, to: side - 2, by: 2)
    let drawn = (lines.map { (isColumn: true, line: $0) } + lines.map { (isColumn: false, line: $0) })
      .shuffled(using: &random).prefix(rivers)
    let riverColumns = drawn.filter(\.isColumn).map(\.line).sorted()
    let riverRows = drawn.filter { !$0.isColumn }.map(\.line).sorted()
    for row in riverRows { plan.buildRow(row, of: obstacle, columns: 1..<side - 1) }
    for column in riverColumns { plan.buildColumn(column, of: obstacle, rows: 1..<side - 1) }
    // A walk over the fields between the rivers, to the right or downwards, gets a ford over each.
    let crossesColumn = (riverColumns.map { _ in true } + riverRows.map { _ in false }).shuffled(
      using: &random)
    let (columnLimits, rowLimits) = ([0] + riverColumns + [side - 1], [0] + riverRows + [side - 1])
    var (column, row) = (0, 0)
    for crossesColumn in crossesColumn {
      if crossesColumn {
        let ford = random.integer(in: rowLimits[row] + 1..<rowLimits[row + 1])
        column += 1
        plan[ford, columnLimits[column]] = .floor
      } else {
        let ford = random.integer(in: columnLimits[column] + 1..<columnLimits[column + 1])
        row += 1
        plan[rowLimits[row], ford] = .floor
      }
    }
    return plan.state
  }
}

/// A square world while it is laid out.
private struct Plan {
  let side: Int
  var state = MiniGrid.State()

  /// Walls around an empty room.
  init(side: Int) {
    self.side = side
    for line in [0, side - 1] {
      buildRow(line, of: .wall, columns: 0..<side)
      buildColumn(line, of: .wall, rows: 0..<side)
    }
  }

  subscript(row: Int, column: Int) -> GridCell {
    get { state.cells[row * side + column] }
    set { state.put(newValue, at: row * side + column) }
  }

  mutating func buildRow(_ row: Int, of thing: GridCell, columns: Range<Int>) {
    for column in columns { self[row, column] = thing }
  }

  mutating func buildColumn(_ column: Int, of thing: GridCell, rows: Range<Int>) {
    for row in rows { self[row, column] = thing }
  }

  /// Puts the player on a cell, looking right.
  mutating func placePlayer(row: Int, column: Int) { state.cell = UInt16(row * side + column) }

  /// Puts the player on a random free cell of some columns, looking anywhere.
  mutating func placePlayer(columns: Range<Int>, using random: inout Random) {
    state.cell = UInt16(freeCell(columns: columns, using: &random))
    state.heading = Heading(wrapping: random.integer(below: 4))
  }

  /// Puts a thing on a random free cell of some columns, not under the player.
  mutating func place(_ thing: GridCell, columns: Range<Int>, using random: inout Random) {
    state.put(thing, at: freeCell(columns: columns, using: &random))
  }

  /// Each free cell is equally likely; there is one.
  private func freeCell(columns: Range<Int>, using random: inout Random) -> Int {
    while true {
      let cell = random.integer(in: 1..<side - 1) * side + random.integer(in: columns)
      if state.cells[cell] == .floor && cell != Int(state.cell) { return cell }
    }
  }
}
