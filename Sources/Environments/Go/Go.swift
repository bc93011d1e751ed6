/// Go. Action = row x side + column, row 0 on top; the last action is the pass. Black is the first player.
///
/// The game ends with two passes in a row, or at the move limit, which scores the board as it stands. The reward
/// goes to the player whose move ended it: 1 won, -1 lost, 0 drawn.
///
/// A state holds `points` = (side + 2) x (side + 1) + 1 or more padded points, its actions fit in `words` words,
/// and `slots`, a power of two, is the size of the table of earlier boards. Use `Go7`, `Go9`, `Go13` or `Go19`.
public struct Go<let points: Int, let words: Int, let slots: Int>: Game {
  public let rules: GoRules
  /// Moves and passes after which the board is scored.
  public let moveLimit: Int
  let side: Int

  public init(_ rules: GoRules) throws(RuleError) {
    let side = rules.side
    guard 2...19 ~= side, (side + 2) * (side + 1) < points, side * side < words * 64 else {
      throw RuleError(
        "go: a side of \(side) does not fit this board; choose one from 2 to \(Self.largestSide)")
    }
    guard abs(rules.komi) <= Float(side * side), (rules.komi * 2).rounded() == rules.komi * 2 else {
      throw RuleError(
        "go: komi \(rules.komi) must be a multiple of 0.5 from -\(side * side) to \(side * side)")
    }
    let moveLimit = rules.moveLimit ?? min(4 * side * side, Self.capacity)
    guard 2...Self.capacity ~= moveLimit else {
      throw RuleError("go: the move limit \(moveLimit) must be from 2 to \(Self.capacity) on this board")
    }
    self.rules = rules
    self.side = side
    self.moveLimit = moveLimit
  }

  /// Moves that the table of earlier boards has room for.
  public static var capacity: Int { slots / 8 * 7 }

  private static var largestSide: Int {
    (2...19).last { ($0 + 2) * ($0 + 1) < points && $0 * $0 < words * 64 } ?? 2
  }

  public var playerCount: Int { 2 }
  public var actionCount: Int { side * side + 1 }
  /// Own stones, the opponent's; own stones in chains of one and of two liberties, the opponent's; the last
  /// move; points forbidden by repetition; ones if Black is to move; ones if the last action was a pass.
  public var observationShape: ObservationShape {
    ObservationShape(planes: 10, rows: side, columns: side)
  }
  public var isStochastic: Bool { false }
  public var pass: Action { Action(side * side) }

  public func start(using random: inout Random) -> State {
    var state = State(side: side)
    state.remember(rules.repetition)
    return state
  }

  public func playerToMove(in state: State) -> Player { state.toMove == .black ? .first : .second }

  /// Exact under every rule, superko included. O(points).
  public func legalActions(in state: State) -> ActionBits<words> {
    var actions = ActionBits<words>()
    if state.isOver { return actions }
    var cell = 0
    for row in 1...side {
      var point = row * (side + 1)
      for _ in 0..<side {
        point += 1
        if isLegal(at: point, in: state) { actions.bits[cell >> 6] |= 1 << UInt64(cell & 63) }
        cell += 1
      }
    }
    actions.insert(pass)
    return actions
  }

  /// Whether the player to move may take an action. O(1).
  @inline(__always)
  public func isLegal(_ action: Action, in state: State) -> Bool {
    if state.isOver || action.index > side * side { return false }
    return action == pass || isLegal(at: point(ofCell: action.index), in: state)
  }

  @inline(__always)
  func isLegal(at point: Int, in state: State) -> Bool {
    if state.stones[point] != .empty { return false }
    // An earlier board with a stone here can only come back where such a stone has been taken off.
    let isNew = state.vacated[point] & state.toMove.rawValue == 0
    if isNew && state.touchesEmpty(point) { return true }
    let (board, isSuicide) = state.boardAfter(point)
    if isSuicide && !rules.allowsSuicide { return false }
    return isNew && !isSuicide || !state.repeats(board, rules.repetition)
  }

  public func step(_ state: inout State, taking action: Action, using random: inout Random) -> Transition {
    precondition(isLegal(action, in: state), "illegal action")
    let mover = state.toMove
    if action == pass {
      state.pass()
    } else {
      state.play(at: point(ofCell: action.index))
    }
    state.remember(rules.repetition)
    guard state.passes == 2 || Int(state.plies) >= moveLimit else { return Transition() }
    state.isOver = true
    let margin = self.margin(of: state) * (mover == .black ? 1 : -1)
    return Transition(reward: margin > 0 ? 1 : margin < 0 ? -1 : 0, status: .terminated)
  }

  /// The repetition rule needs the side to move, the passes, and the boards seen; the limit needs the count.
  public func key(of state: State) -> UInt64 {
    let ko = rules.repetition == .simpleKo ? state.boardBefore : state.seen
    let counters = UInt64(state.toMove.rawValue) | UInt64(state.passes) << 2 | (state.isOver ? 16 : 0)
    let places = UInt64(state.lastPoint) << 8 | UInt64(state.plies) << 24
    return Random.mix(state.board &+ Random.mix(ko &+ Random.mix(counters | places)))
  }

  /// Changes the side to move, which is no move and counts as no situation: for handicap stones
  /// and set-up positions.
  public func setPlayerToMove(_ player: Player, in state: inout State) {
    state.toMove = player == .first ? .black : .white
  }

  /// The padded point of row x side + column.
  func point(ofCell cell: Int) -> Int { (cell / side + 1) * (side + 1) + cell % side + 1 }

  /// Calls `body` with every cell and its padded point.
  @inline(__always)
  func forEachCell(_ body: (_ cell: Int, _ point: Int) -> Void) {
    for row in 0..<side {
      for column in 0..<side {
        body(row * side + column, (row + 1) * (side + 1) + column + 1)
      }
    }
  }
}
