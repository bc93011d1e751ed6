/// Stones drop into columns; four in a row (or `length`) in any direction win. Action = column from the left.
///
/// A bit board with an empty sentinel row above every column, after Tromp's Fhourstones (1996): bit
/// `column * (rows + 1) + height`, so that a line never runs over the edge.
public struct ConnectFour: Game {
  public struct State: Hashable, Sendable {
    /// Stones of the side to move, and of both.
    var own: UInt64 = 0
    var occupied: UInt64 = 0
    var isOver = false
  }

  public let columns: Int
  public let rows: Int
  /// Stones in a row that win.
  public let length: Int
  /// Bit of the highest cell of each column, and of all cells.
  let top: UInt64
  let board: UInt64

  /// The usual game: 7 columns, 6 rows, four in a row.
  public init() { self.init(checkedColumns: 7, rows: 6, length: 4) }

  /// A board whose columns x (rows + 1) are at most 64, won by 2 to max(columns, rows) stones in a row.
  public init(columns: Int, rows: Int, length: Int) throws(RuleError) {
    guard 1...32 ~= columns, 1...63 ~= rows, columns * (rows + 1) <= 64 else {
      throw RuleError(
        "connect four: a board of \(columns) columns and \(rows) rows does not fit; "
          + "columns x (rows + 1) must be from 2 to 64")
    }
    guard length >= 2, length <= max(columns, rows) else {
      throw RuleError(
        "connect four: \(length) in a row cannot be played on \(columns) columns and \(rows) rows; "
          + "choose a length from 2 to \(max(columns, rows))")
    }
    self.init(checkedColumns: columns, rows: rows, length: length)
  }

  private init(checkedColumns columns: Int, rows: Int, length: Int) {
    self.columns = columns
    self.rows = rows
    self.length = length
    var top: UInt64 = 0
    var board: UInt64 = 0
    for column in 0..<columns {
      top |= 1 << UInt64(column * (rows + 1) + rows - 1)
      board |= (1 << UInt64(rows) - 1) << UInt64(column * (rows + 1))
    }
    self.top = top
    self.board = board
  }

  public var playerCount: Int { 2 }
  public var actionCount: Int { columns }
  /// Own stones, the opponent's stones; row 0 on top.
  public var observationShape: ObservationShape {
    ObservationShape(planes: 2, rows: rows, columns: columns)
  }
  public var isStochastic: Bool { false }

  public func start(using random: inout Random) -> State { State() }

  public func playerToMove(in state: State) -> Player {
    state.occupied.nonzeroBitCount & 1 == 0 ? .first : .second
  }

  public func legalActions(in state: State) -> ActionBits<1> {
    var actions = ActionBits<1>()
    if state.isOver { return actions }
    var open = top & ~state.occupied
    while open != 0 {
      actions.bits[0] |= 1 << UInt64(open.trailingZeroBitCount / (rows + 1))
      open &= open - 1
    }
    return actions
  }

  @inline(__always)
  public func randomLegalAction(in state: State, using random: inout Random) -> Action {
    Action((top & ~state.occupied).randomSetBit(using: &random) / (rows + 1))
  }

  public func step(_ state: inout State, taking action: Action, using random: inout Random) -> Transition {
    let bottom = UInt64(action.index * (rows + 1))
    precondition(
      action.index < columns && !state.isOver
        && (top & ~state.occupied) >> bottom & (1 << UInt64(rows) - 1) != 0,
      "illegal action")
    let occupied = state.occupied | (state.occupied &+ 1 << bottom)
    let stones = state.own | (occupied & ~state.occupied)
    state.own = occupied & ~stones
    state.occupied = occupied
    let wins = hasLine(stones)
    state.isOver = wins || occupied == board
    return Transition(reward: wins ? 1 : 0, status: state.isOver ? .terminated : .running)
  }

  public func observe(_ state: State, into planes: inout MutableSpan<Float>) {
    let other = state.occupied & ~state.own
    var cell = 0
    for row in 0..<rows {
      for column in 0..<columns {
        let bit = UInt64(column * (rows + 1) + rows - 1 - row)
        planes[cell] = Float(state.own >> bit & 1)
        planes[cell + rows * columns] = Float(other >> bit & 1)
        cell += 1
      }
    }
  }

  public func key(of state: State) -> UInt64 {
    Random.mix(state.own ^ Random.mix(state.occupied &+ (state.isOver ? 1 << 63 : 0)))
  }

  /// Whether a bit and its `length - 1` neighbours in one of the four directions are all set.
  private func hasLine(_ stones: UInt64) -> Bool {
    let steps: InlineArray<4, UInt64> = [
      1, UInt64(rows), UInt64(rows + 1), UInt64(rows + 2),
    ]
    for direction in steps.indices {
      var run = stones
      for _ in 1..<length { run &= run >> steps[direction] }
      if run != 0 { return true }
    }
    return false
  }
}
