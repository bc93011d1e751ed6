/// What of a Hex board does not change in a game: its size, its edges and who is beside whom. It is small, so
/// that handing it on costs nothing.
struct HexGrid: Sendable {
  let columns: Int
  let count: Int
  private let reciprocal: Int
  /// Neighbours in the same column, to the left and to the right, as bits of a window that starts a row
  /// above.
  private let sameColumn: UInt64
  private let left: UInt64
  private let right: UInt64

  init(rows: Int, columns: Int) {
    self.columns = columns
    count = rows * columns
    reciprocal = (1 << 16 + columns - 1) / columns
    let width = UInt64(columns)
    sameColumn = 1 | 1 << (2 * width)
    left = 1 << (width - 1) | 1 << (2 * width - 1)
    right = 1 << 1 | 1 << (width + 1)
  }

  @inline(__always)
  func column(of cell: Int) -> Int {
    // A product in place of a slow division: exact for up to 361 cells and 19 columns.
    cell &- (cell &* reciprocal) &>> 16 &* columns
  }

  /// The neighbours of a cell, as bits of a window of the board that starts at `cell - columns`.
  @inline(__always)
  func neighbours(of cell: Int) -> UInt64 {
    let column = column(of: cell)
    return sameColumn | (column == 0 ? 0 : left) | (column == columns - 1 ? 0 : right)
  }
}

/// What a side joins: the first and the last row, or column.
enum HexEdges { case rows, columns }

/// The stones of one side, and which of them are chained to its two edges.
///
/// A stone joins each of the two sets once, so that a whole game costs little more than its stones, and a
/// chain that is in both sets has won.
struct HexStones<let words: Int>: Hashable, Sendable {
  var all = BitBoard<words>()
  /// Stones chained to the first row or column, and to the last.
  var low = BitBoard<words>()
  var high = BitBoard<words>()

  /// Puts a stone on an empty cell; returns whether it joins the edges.
  @inline(__always)
  mutating func place(on cell: Int, joining edges: HexEdges, _ grid: HexGrid) -> Bool {
    let (column, start) = (grid.column(of: cell), cell - grid.columns)
    let beside = all.window(from: start) & grid.neighbours(of: cell)
    let isOnLow = edges == .rows ? start < 0 : column == 0
    let isOnHigh = edges == .rows ? cell + grid.columns >= grid.count : column == grid.columns - 1
    all.insert(cell)
    let isLow = Self.join(cell, beside, isOnEdge: isOnLow, to: &low, all, grid)
    let isHigh = Self.join(cell, beside, isOnEdge: isOnHigh, to: &high, all, grid)
    return isLow && isHigh
  }

  /// Adds a new stone to the stones that are chained to an edge, if it is; returns whether it is.
  @inline(__always)
  private static func join(
    _ cell: Int, _ beside: UInt64, isOnEdge: Bool, to chained: inout BitBoard<words>,
    _ stones: BitBoard<words>, _ grid: HexGrid
  ) -> Bool {
    let before = chained.window(from: cell - grid.columns)
    if !isOnEdge && before & beside == 0 { return false }
    chained.insert(cell)
    let others = beside & ~before
    if others != 0 { spread(from: cell, to: others, &chained, stones, grid) }
    return true
  }

  /// Adds the stones beside a cell that are given as bits of its window, and all that are chained to them.
  private static func spread(
    from cell: Int, to others: UInt64, _ chained: inout BitBoard<words>, _ stones: BitBoard<words>,
    _ grid: HexGrid
  ) {
    var others = others
    while others != 0 {
      let next = cell - grid.columns + others.trailingZeroBitCount
      others &= others - 1
      // It may have been reached another way meanwhile.
      if chained.contains(next) { continue }
      chained.insert(next)
      let start = next - grid.columns
      let beside = stones.window(from: start) & ~chained.window(from: start) & grid.neighbours(of: next)
      if beside != 0 { spread(from: next, to: beside, &chained, stones, grid) }
    }
  }
}
