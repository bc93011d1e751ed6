extension MiniGrid {
  /// The largest world has 25 x 25 cells, as in MiniGrid's own tasks.
  static let maximumCells = 625

  /// The contents of a world.
  struct Cells: Hashable, Sendable {
    /// `GridCell` codes. Loops read them through `span`: a subscript in a loop copies all of them each time.
    private(set) var codes = InlineArray<625, UInt8>(repeating: GridCell.floor.code)

    subscript(cell: Int) -> GridCell {
      get { GridCell(code: codes[cell]) }
      set { codes[cell] = newValue.code }
    }

    static func == (left: Cells, right: Cells) -> Bool {
      for index in left.codes.indices where left.codes[index] != right.codes[index] { return false }
      return true
    }

    func hash(into hasher: inout Hasher) {
      for index in codes.indices { hasher.combine(codes[index]) }
    }
  }
}

extension MiniGrid.State {
  /// A world without anything in it.
  init() { cells = MiniGrid.Cells() }

  /// Replaces what is on a cell.
  mutating func put(_ thing: GridCell, at cell: Int) {
    hash ^= Self.hash(of: cells[cell], at: cell) ^ Self.hash(of: thing, at: cell)
    cells[cell] = thing
  }

  /// One word for every content of every cell (Zobrist 1970), computed instead of stored; floor is 0.
  private static func hash(of thing: GridCell, at cell: Int) -> UInt64 {
    thing == .floor ? 0 : Random.mix(UInt64(cell) << 8 | UInt64(thing.code))
  }

  /// The cell the player is on: row x columns + column.
  public var position: Int { Int(cell) }
  /// Where the player looks.
  public var direction: Heading { heading }
  /// What the player carries, or nil.
  public var carries: (tile: GridMap.Tile, color: GridMap.Color)? {
    carried == .floor ? nil : (carried.tile, carried.color)
  }
  /// What is on a cell, and its colour if it has one.
  public func content(of cell: Int) -> (tile: GridMap.Tile, color: GridMap.Color) {
    (cells[cell].tile, cells[cell].color)
  }
}
