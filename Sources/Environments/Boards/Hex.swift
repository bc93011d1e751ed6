/// Boards of up to 64 cells, such as 7 x 7.
public typealias Hex64 = Hex<1>
/// Boards of up to 19 x 19.
public typealias Hex384 = Hex<6>

/// Hex (Hein 1942; Nash 1948): the first player joins the first row to the last, the second the first column
/// to the last; there are no draws.
///
/// Action `row * columns + column`, row 0 on top. The neighbours of (r, c) are (r, c - 1), (r, c + 1),
/// (r - 1, c), (r + 1, c), (r - 1, c + 1) and (r + 1, c - 1). With the swap rule there is one more action,
/// the last, which is legal only as the second player's first move: the stone on the board becomes the second
/// player's and moves to its mirror image in the long diagonal, row and column exchanged, which is as if the
/// players had changed sides. Then the first player is to move.
///
/// Cells and actions of a board must fit in `words` words: use `Hex64` or `Hex384`.
public struct Hex<let words: Int>: Game {
  public struct State: Hashable, Sendable {
    /// Stones of both sides.
    var first = HexStones<words>()
    var second = HexStones<words>()
    /// Moves so far, a swap included.
    var plies: UInt16 = 0
    var isOver = false
  }

  public let rules: HexRules
  let grid: HexGrid
  let board: BitBoard<words>

  /// A board with 1 to 19 rows and columns that fits in `words` words; the swap rule needs as many of both.
  public init(_ rules: HexRules) throws(RuleError) {
    let (rows, columns) = (rules.rows, rules.columns)
    guard 1...19 ~= rows, 1...19 ~= columns, rows * columns + (rules.allowsSwap ? 1 : 0) <= words * 64 else {
      throw RuleError(
        "hex: a board of \(rows) rows and \(columns) columns does not fit; "
          + "both must be from 1 to 19, with at most \(min(361, words * 64)) actions")
    }
    guard !rules.allowsSwap || rows == columns else {
      throw RuleError(
        "hex: the swap rule needs as many rows as columns, not \(rows) and \(columns); change one of them")
    }
    self.rules = rules
    grid = HexGrid(rows: rows, columns: columns)
    board = BitBoard(below: rows * columns) { _ in true }
  }

  public var playerCount: Int { 2 }
  public var actionCount: Int { rules.rows * rules.columns + (rules.allowsSwap ? 1 : 0) }
  /// Own stones, the opponent's; own stones in chains that touch one of their two edges, the opponent's; ones
  /// if the first player, who joins the rows, is to move.
  public var observationShape: ObservationShape {
    ObservationShape(planes: 5, rows: rules.rows, columns: rules.columns)
  }
  public var isStochastic: Bool { false }
  /// The last action of a game with the swap rule.
  public var swap: Action { Action(rules.rows * rules.columns) }

  public func start(using random: inout Random) -> State { State() }

  public func playerToMove(in state: State) -> Player { state.plies & 1 == 0 ? .first : .second }

  public func legalActions(in state: State) -> ActionBits<words> {
    var actions = ActionBits<words>()
    if state.isOver { return actions }
    actions.bits = empty(in: state).bits
    if canSwap(in: state) { actions.insert(swap) }
    return actions
  }

  @inline(__always)
  public func randomLegalAction(in state: State, using random: inout Random) -> Action {
    precondition(!state.isOver, "a finished game has no legal action")
    if words == 1 || canSwap(in: state) { return legalActions(in: state).randomAction(using: &random) }
    return Action(
      BitBoard.randomCell(
        below: rules.rows * rules.columns, outside: state.first.all, and: state.second.all, using: &random))
  }

  public func step(_ state: inout State, taking action: Action, using random: inout Random) -> Transition {
    precondition(!state.isOver && action.index < actionCount, "illegal action")
    let cell = action.index
    if cell == rules.rows * rules.columns {
      swapSides(&state)
      return Transition()
    }
    precondition(!state.first.all.contains(cell) && !state.second.all.contains(cell), "illegal action")
    state.isOver =
      state.plies & 1 == 0
      ? state.first.place(on: cell, joining: .rows, grid)
      : state.second.place(on: cell, joining: .columns, grid)
    state.plies += 1
    return state.isOver ? Transition(reward: 1, status: .terminated) : Transition()
  }

  public func observe(_ state: State, into planes: inout MutableSpan<Float>) {
    let isFirst = playerToMove(in: state) == .first
    let (own, other) = isFirst ? (state.first, state.second) : (state.second, state.first)
    let (ownJoined, otherJoined) = (own.low | own.high, other.low | other.high)
    let cells = rules.rows * rules.columns
    for cell in 0..<cells {
      planes[cell] = own.all.contains(cell) ? 1 : 0
      planes[cell + cells] = other.all.contains(cell) ? 1 : 0
      planes[cell + 2 * cells] = ownJoined.contains(cell) ? 1 : 0
      planes[cell + 3 * cells] = otherJoined.contains(cell) ? 1 : 0
      planes[cell + 4 * cells] = isFirst ? 1 : 0
    }
  }

  public func key(of state: State) -> UInt64 {
    let counters = UInt64(state.plies) << 1 | (state.isOver ? 1 : 0)
    return state.second.all.mixed(into: state.first.all.mixed(into: counters))
  }

  /// Cells without a stone.
  @inline(__always)
  func empty(in state: State) -> BitBoard<words> {
    board.subtracting(state.first.all | state.second.all)
  }

  @inline(__always)
  func canSwap(in state: State) -> Bool { rules.allowsSwap && state.plies == 1 }

  private func swapSides(_ state: inout State) {
    precondition(canSwap(in: state), "illegal action")
    for cell in 0..<rules.rows * rules.columns where state.first.all.contains(cell) {
      let (row, column) = (cell / rules.columns, cell % rules.columns)
      state.first = HexStones()
      _ = state.second.place(on: column * rules.columns + row, joining: .columns, grid)
      break
    }
    state.plies += 1
  }
}
