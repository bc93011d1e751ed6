/// Five in a row: stones stay where they are put, and a row in any direction wins. A full board without such
/// a row is a draw. Action `row * side + column`, row 0 on top.
public struct Gomoku: Game {
  public struct State: Hashable, Sendable {
    /// Stones of both sides.
    var first = BitBoard<6>()
    var second = BitBoard<6>()
    /// Moves so far.
    var plies: UInt16 = 0
    var isOver = false
  }

  public let rules: GomokuRules
  let board: BitBoard<6>

  /// A board with a side of 3 to 19, won by 3 to `side` stones in a row.
  public init(_ rules: GomokuRules = GomokuRules()) throws(RuleError) {
    guard 3...19 ~= rules.side else {
      throw RuleError("gomoku: a board with a side of \(rules.side) does not fit; choose one from 3 to 19")
    }
    guard 3...rules.side ~= rules.length else {
      throw RuleError(
        "gomoku: \(rules.length) in a row cannot be played with a side of \(rules.side); "
          + "choose a length from 3 to \(rules.side)")
    }
    self.rules = rules
    board = BitBoard(below: rules.side * rules.side) { _ in true }
  }

  public var playerCount: Int { 2 }
  public var actionCount: Int { rules.side * rules.side }
  /// Own stones, the opponent's stones, ones if the first player is to move.
  public var observationShape: ObservationShape {
    ObservationShape(planes: 3, rows: rules.side, columns: rules.side)
  }
  public var isStochastic: Bool { false }

  public func start(using random: inout Random) -> State { State() }

  public func playerToMove(in state: State) -> Player { state.plies & 1 == 0 ? .first : .second }

  public func legalActions(in state: State) -> ActionBits<6> {
    var actions = ActionBits<6>()
    if !state.isOver { actions.bits = board.subtracting(state.first | state.second).bits }
    return actions
  }

  public func step(_ state: inout State, taking action: Action, using random: inout Random) -> Transition {
    let cell = action.index
    precondition(
      cell < actionCount && !state.isOver && !state.first.contains(cell) && !state.second.contains(cell),
      "illegal action")
    let wins: Bool
    if state.plies & 1 == 0 {
      state.first.insert(cell)
      wins = hasRow(through: cell, state.first)
    } else {
      state.second.insert(cell)
      wins = hasRow(through: cell, state.second)
    }
    state.plies += 1
    state.isOver = wins || Int(state.plies) == actionCount
    return Transition(reward: wins ? 1 : 0, status: state.isOver ? .terminated : .running)
  }

  public func observe(_ state: State, into planes: inout MutableSpan<Float>) {
    let isFirst = playerToMove(in: state) == .first
    let (own, other) = isFirst ? (state.first, state.second) : (state.second, state.first)
    for cell in 0..<actionCount {
      planes[cell] = own.contains(cell) ? 1 : 0
      planes[cell + actionCount] = other.contains(cell) ? 1 : 0
      planes[cell + 2 * actionCount] = isFirst ? 1 : 0
    }
  }

  public func key(of state: State) -> UInt64 {
    state.second.mixed(into: state.first.mixed(into: UInt64(state.plies) << 1 | (state.isOver ? 1 : 0)))
  }

  /// Whether a stone is part of a row that wins. O(length).
  private func hasRow(through cell: Int, _ stones: BitBoard<6>) -> Bool {
    let (row, column) = (cell / rules.side, cell % rules.side)
    let (above, below) = (row, rules.side - 1 - row)
    let (before, behind) = (column, rules.side - 1 - column)
    return wins(stones, at: cell, step: 1, back: before, ahead: behind)
      || wins(stones, at: cell, step: rules.side, back: above, ahead: below)
      || wins(stones, at: cell, step: rules.side + 1, back: min(above, before), ahead: min(below, behind))
      || wins(stones, at: cell, step: rules.side - 1, back: min(above, behind), ahead: min(below, before))
  }

  /// Whether the row through a stone along a direction, with so many cells to the edges, is long enough.
  @inline(__always)
  private func wins(_ stones: BitBoard<6>, at cell: Int, step: Int, back: Int, ahead: Int) -> Bool {
    var count = 1
    var next = cell
    for _ in 0..<back {
      next -= step
      if !stones.contains(next) { break }
      count += 1
    }
    next = cell
    for _ in 0..<ahead {
      next += step
      if !stones.contains(next) { break }
      count += 1
    }
    return rules.isExact ? count == rules.length : count >= rules.length
  }
}
