/// A perfect player of Connect Four on 7 columns of 6 rows, which shares no code with the project: alpha-beta over bit
/// boards that skips moves the opponent answers by winning, tries those with the most threats first, and keeps bounds
/// in a table (after Allis 1988 and Tromp's Fhourstones 1996).
///
/// Scores are from the view of the player to move: 0 is a draw; a win is 22 less the stones the winner has placed when
/// he wins, so that quick ones are large; a loss is the negative of the opponent's win.
final class ConnectFourSolver {
  /// Bit `column * 7 + height`; the highest bit of every column stays empty.
  struct Position: Hashable {
    private(set) var own: UInt64 = 0
    private(set) var occupied: UInt64 = 0

    var stones: Int { occupied.nonzeroBitCount }
    /// No two positions have the same.
    var key: UInt64 { own &+ occupied }
    /// The lowest empty cells of all columns.
    var moves: UInt64 { (occupied &+ Self.bottom) & Self.board }
    var wins: UInt64 { moves & threats(of: own) }
    var columns: [Int] { (0..<7).filter { moves & Self.column($0) != 0 } }

    func playing(_ cell: UInt64) -> Position {
      var next = self
      next.own = own ^ occupied
      next.occupied = occupied | cell
      return next
    }

    func playing(column: Int) -> Position { playing(moves & Self.column(column)) }

    /// Moves after which the opponent cannot win at once.
    var safeMoves: UInt64 {
      let danger = threats(of: own ^ occupied)
      let forced = moves & danger
      if forced & (forced &- 1) != 0 { return 0 }
      return (forced != 0 ? forced : moves) & ~(danger >> 1)
    }

    /// Empty cells that would give the player of a move there four in a row.
    func threats(after cell: UInt64) -> Int { threats(of: own | cell).nonzeroBitCount }

    private func threats(of stones: UInt64) -> UInt64 {
      var cells = stones << 1 & stones << 2 & stones << 3
      for step: UInt64 in [6, 7, 8] {
        let (above, below) = (stones << step & stones << (2 * step), stones >> step & stones >> (2 * step))
        cells |= above & (stones << (3 * step) | stones >> step)
        cells |= below & (stones >> (3 * step) | stones << step)
      }
      return cells & Self.board & ~occupied
    }

    static let bottom: UInt64 = 0x4081_0204_081
    static let board: UInt64 = bottom * 63
    static func column(_ number: Int) -> UInt64 { 63 << UInt64(7 * number) }
  }

  private struct Entry {
    var key: UInt64 = 0
    var bound: Int8 = 0
    var isLower = false
  }

  private var table: [Entry]
  private static let columnsFromCentre = [3, 2, 4, 1, 5, 0, 6]

  init(tableBits: Int) { table = [Entry](repeating: Entry(), count: 1 << tableBits) }

  /// The score of a position in which nobody has won.
  func score(of position: Position) -> Int {
    if position.wins != 0 { return (43 - position.stones) / 2 }
    var (low, high) = (-(42 - position.stones) / 2, (43 - position.stones) / 2)
    while low < high {
      // Near zero first: whether a position is won at all is found sooner than how fast.
      var middle = low + (high - low) / 2
      if middle <= 0 && low / 2 < middle {
        middle = low / 2
      } else if middle >= 0 && high / 2 > middle {
        middle = high / 2
      }
      let found = search(position, middle, middle + 1)
      if found <= middle { high = found } else { low = found }
    }
    return low
  }

  /// The scores of the moves into all columns that are not full.
  func moveScores(in position: Position) -> [(column: Int, score: Int)] {
    position.columns.map { column in
      let wins = position.wins & Position.column(column) != 0
      return (column, wins ? (43 - position.stones) / 2 : -score(of: position.playing(column: column)))
    }
  }

  /// A bound of the score that tells on which side of a window between two scores it is. The player to move has no
  /// winning move.
  private func search(_ position: Position, _ alpha: Int, _ beta: Int) -> Int {
    let stones = position.stones
    let moves = position.safeMoves
    if moves == 0 { return -(42 - stones) / 2 }
    if stones >= 40 { return 0 }
    var (alpha, beta) = (max(alpha, -(40 - stones) / 2), min(beta, (41 - stones) / 2))
    if alpha >= beta { return alpha >= (41 - stones) / 2 ? beta : alpha }
    let key = position.key
    let slot = Int((key &* 0x9E37_79B9_7F4A_7C15) >> 32) & (table.count - 1)
    if table[slot].key == key {
      let bound = Int(table[slot].bound)
      if table[slot].isLower { alpha = max(alpha, bound) } else { beta = min(beta, bound) }
      if alpha >= beta { return bound }
    }
    for cell in ordered(moves, in: position) {
      let score = -search(position.playing(cell), -beta, -alpha)
      if score >= beta {
        table[slot] = Entry(key: key, bound: Int8(score), isLower: true)
        return score
      }
      alpha = max(alpha, score)
    }
    table[slot] = Entry(key: key, bound: Int8(alpha), isLower: false)
    return alpha
  }

  private func ordered(_ moves: UInt64, in position: Position) -> MoveList {
    var list = MoveList()
    for column in Self.columnsFromCentre {
      let cell = moves & Position.column(column)
      if cell != 0 { list.insert(cell, worth: position.threats(after: cell)) }
    }
    return list
  }

  /// Up to seven moves, those of the highest worth first and equal ones as they came.
  private struct MoveList: Sequence, IteratorProtocol {
    private var cells: InlineArray<7, UInt64> = .init(repeating: 0)
    private var worths: InlineArray<7, Int> = .init(repeating: 0)
    private var count = 0
    private var taken = 0

    mutating func insert(_ cell: UInt64, worth: Int) {
      var place = count
      while place > 0 && worths[place - 1] < worth {
        (cells[place], worths[place]) = (cells[place - 1], worths[place - 1])
        place -= 1
      }
      (cells[place], worths[place]) = (cell, worth)
      count += 1
    }

    mutating func next() -> UInt64? {
      guard taken < count else { return nil }
      taken += 1
      return cells[taken - 1]
    }
  }
}
