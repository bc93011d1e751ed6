/// Breakthrough (Troyka 2000): pieces step forward, straight or diagonally, and take only diagonally;
/// whoever reaches the far row or takes the last piece wins. There are no draws, and the side to move can
/// always move.
///
/// The first player starts on the two top rows and moves down. Action
/// `direction * rows * columns + row * columns + column` of the piece that moves, row 0 on top; direction 0
/// leads one column to the left as drawn, 1 straight ahead, 2 to the right, for both sides.
public struct Breakthrough: Game {
  public struct State: Hashable, Sendable {
    /// Pieces of both sides, bit `row * columns + column`.
    var first: UInt64
    var second: UInt64
    var toMove = Player.first
    var isOver = false
  }

  public let rows: Int
  public let columns: Int
  /// The cells that are not in the first column, and not in the last.
  private let notFirstColumn: UInt64
  private let notLastColumn: UInt64

  /// The usual board, 8 x 8.
  public init() { self.init(checkedRows: 8, columns: 8) }

  /// A board with 4 to 8 rows and 2 to 8 columns.
  public init(rows: Int, columns: Int) throws(RuleError) {
    guard 4...8 ~= rows, 2...8 ~= columns else {
      throw RuleError(
        "breakthrough: a board of \(rows) rows and \(columns) columns cannot be played on; "
          + "choose 4 to 8 rows and 2 to 8 columns")
    }
    self.init(checkedRows: rows, columns: columns)
  }

  private init(checkedRows rows: Int, columns: Int) {
    self.rows = rows
    self.columns = columns
    let firstColumn = (0..<rows).reduce(UInt64(0)) { $0 | 1 << UInt64($1 * columns) }
    notFirstColumn = ~firstColumn
    notLastColumn = ~(firstColumn << UInt64(columns - 1))
  }

  public var playerCount: Int { 2 }
  public var actionCount: Int { 3 * rows * columns }
  /// Own pieces, the opponent's pieces, ones if the first player, who moves down, is to move.
  public var observationShape: ObservationShape { ObservationShape(planes: 3, rows: rows, columns: columns) }
  public var isStochastic: Bool { false }

  public func start(using random: inout Random) -> State {
    let home: UInt64 = 1 << UInt64(2 * columns) - 1
    return State(first: home, second: home << UInt64((rows - 2) * columns))
  }

  public func playerToMove(in state: State) -> Player { state.toMove }

  public func legalActions(in state: State) -> ActionBits<3> {
    var actions = ActionBits<3>()
    if state.isOver { return actions }
    for direction in 0..<3 {
      let pieces = movable(direction, in: state)
      let offset = direction * rows * columns
      let (word, shift) = (offset >> 6, UInt64(offset & 63))
      actions.bits[word] |= pieces << shift
      // Smaller boards straddle two words; a shift by 64 leaves nothing.
      if word < 2 { actions.bits[word + 1] |= pieces >> (64 - shift) }
    }
    return actions
  }

  public func step(_ state: inout State, taking action: Action, using random: inout Random) -> Transition {
    let (direction, cell) = action.index.quotientAndRemainder(dividingBy: rows * columns)
    precondition(
      direction < 3 && !state.isOver && movable(direction, in: state) >> UInt64(cell) & 1 == 1,
      "illegal action")
    let piece: UInt64 = 1 << UInt64(cell)
    let target: UInt64 = 1 << UInt64(self.target(of: direction, from: cell, state.toMove))
    let goal: UInt64 = 1 << UInt64(columns) - 1
    if state.toMove == .first {
      state.first ^= piece | target
      state.second &= ~target
      state.isOver = target >= 1 << UInt64((rows - 1) * columns) || state.second == 0
    } else {
      state.second ^= piece | target
      state.first &= ~target
      state.isOver = target & goal != 0 || state.first == 0
    }
    state.toMove = state.toMove.opponent
    return state.isOver ? Transition(reward: 1, status: .terminated) : Transition()
  }

  public func observe(_ state: State, into planes: inout MutableSpan<Float>) {
    let isFirst = state.toMove == .first
    let (own, other) = isFirst ? (state.first, state.second) : (state.second, state.first)
    let cells = rows * columns
    for cell in 0..<cells {
      planes[cell] = Float(own >> UInt64(cell) & 1)
      planes[cell + cells] = Float(other >> UInt64(cell) & 1)
      planes[cell + 2 * cells] = isFirst ? 1 : 0
    }
  }

  public func key(of state: State) -> UInt64 {
    let flags: UInt64 = (state.toMove == .first ? 1 : 2) &+ (state.isOver ? 2 : 0)
    return Random.mix(state.first ^ Random.mix(state.second &+ Random.mix(flags)))
  }

  /// Where a step leads from a cell.
  func target(of direction: Int, from cell: Int, _ player: Player) -> Int {
    cell + (player == .first ? columns : -columns) + direction - 1
  }

  /// The pieces of the side to move that may step in a direction.
  @inline(__always)
  private func movable(_ direction: Int, in state: State) -> UInt64 {
    let isFirst = state.toMove == .first
    let own = isFirst ? state.first : state.second
    // Own pieces block every step, the opponent's the straight one.
    let blocked = direction == 1 ? state.first | state.second : own
    let inside = direction == 0 ? notFirstColumn : direction == 2 ? notLastColumn : ~0
    return own & inside
      & ~(isFirst
      ? blocked >> UInt64(columns + direction - 1) : blocked << UInt64(columns + 1 - direction))
  }
}
