/// What of a Hex board does not change in a game: its cells, its edges and who is beside whom.
struct HexGrid<let words: Int>: Sendable {
  /// The two edges of a side.
  struct Edges: Sendable {
    var low: BitBoard<words>
    var high: BitBoard<words>
  }

  let columns: Int
  let board: BitBoard<words>
  /// First and last row, which the first player joins; first and last column, which the second joins.
  let rowEdges: Edges
  let columnEdges: Edges
  private let notFirstColumn: BitBoard<words>
  private let notLastColumn: BitBoard<words>

  init(rows: Int, columns: Int) {
    let count = rows * columns
    self.columns = columns
    board = BitBoard(below: count) { _ in true }
    rowEdges = Edges(
      low: BitBoard(below: count) { $0 < columns }, high: BitBoard(below: count) { $0 >= count - columns })
    columnEdges = Edges(
      low: BitBoard(below: count) { $0 % columns == 0 },
      high: BitBoard(below: count) { $0 % columns == columns - 1 })
    notFirstColumn = board.subtracting(columnEdges.low)
    notLastColumn = board.subtracting(columnEdges.high)
  }

  /// The cells beside some of `cells`; may contain bits past the board.
  @inline(__always)
  func neighbours(of cells: BitBoard<words>) -> BitBoard<words> {
    let (left, right) = (cells & notFirstColumn, cells & notLastColumn)
    let beside = (left >> 1) | (right << 1)
    return beside | (cells << columns) | (cells >> columns) | diagonals(left, right)
  }

  /// The two neighbours a row away that are not in the same column.
  @inline(__always)
  private func diagonals(_ left: BitBoard<words>, _ right: BitBoard<words>) -> BitBoard<words> {
    // In one column there are none, and nothing is left to shift.
    let distance = max(columns - 1, 1)
    return (left << distance) | (right >> distance)
  }
}

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
  mutating func place(on cell: Int, edges: HexGrid<words>.Edges, _ grid: HexGrid<words>) -> Bool {
    let stone = BitBoard<words>(cell: cell)
    let beside = grid.neighbours(of: stone) & all
    all.insert(cell)
    let isLow = edges.low.contains(cell) || beside.intersects(low)
    let isHigh = edges.high.contains(cell) || beside.intersects(high)
    if isLow { low = Self.fill(low | stone, beside, all, grid) }
    if isHigh { high = Self.fill(high | stone, beside, all, grid) }
    return isLow && isHigh
  }

  /// `reached`, with all stones that are chained to it through `front`.
  @inline(__always)
  private static func fill(
    _ reached: BitBoard<words>, _ front: BitBoard<words>, _ stones: BitBoard<words>, _ grid: HexGrid<words>
  ) -> BitBoard<words> {
    var reached = reached
    var front = front.subtracting(reached)
    while !front.isEmpty {
      reached = reached | front
      front = (grid.neighbours(of: front) & stones).subtracting(reached)
    }
    return reached
  }
}
