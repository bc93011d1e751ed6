/// Go. Action = row x side + column, row 0 on top; the last action is the pass. Black is the first player.
///
/// The game ends with two passes in a row, or at the move limit, which scores the board as it stands; if the rules
/// say so also when every point is pass-alive for one of the players. The reward goes to the player whose move
/// ended it: 1 won, -1 lost, 0 drawn. Resignation is no action: who plays a match may end it early.
///
/// A state holds `points` = (side + 2) x (side + 1) + 1 or more padded points, its actions fit in `words` words,
/// and `slots`, a power of two, is the size of the table of earlier boards. Use `Go7`, `Go9`, `Go13` or `Go19`.
public struct Go<let points: Int, let words: Int, let slots: Int, Place: GoPlace>: Game {
  public let rules: GoRules
  /// Moves and passes after which the board is scored.
  public let moveLimit: Int
  let side: Int
  let moveRules: GoMoveRules
  /// 65536 / side and 65536 / (side + 1), rounded up: multiplied, a division of any cell or bit to its row.
  private let cellsToRows: Int
  private let bitsToRows: Int
  /// All points.
  let board: GoPointSet<words>
  /// Black's stones before the first move.
  private(set) var handicap = GoPointSet<words>()

  public init(_ rules: GoRules) throws(RuleError) {
    let side = rules.side
    guard 2...19 ~= side, (side + 2) * (side + 1) < points, side * side < words * 64,
      (side + 1) * side <= words * 64
    else {
      throw RuleError(
        "go: a side of \(side) does not fit this board; choose one from 2 to \(Self.largestSide)")
    }
    guard abs(rules.komi) <= Float(side * side), (rules.komi * 2).rounded() == rules.komi * 2 else {
      throw RuleError(
        "go: komi \(rules.komi) must be a multiple of 0.5 from -\(side * side) to \(side * side)")
    }
    let (least, most) = (rules.komi - rules.komiSpread, rules.komi + rules.komiSpread)
    guard rules.komiSpread >= 0, (rules.komiSpread * 2).rounded() == rules.komiSpread * 2,
      abs(least) <= Float(side * side), abs(most) <= Float(side * side)
    else {
      throw RuleError(
        "go: komi_spread \(rules.komiSpread) must be a multiple of 0.5 that keeps komi within \(side * side)")
    }
    let moveLimit = rules.moveLimit ?? min(4 * side * side, Self.capacity)
    guard 2...Self.capacity ~= moveLimit else {
      throw RuleError("go: the move limit \(moveLimit) must be from 2 to \(Self.capacity) on this board")
    }
    self.rules = rules
    self.side = side
    self.moveLimit = moveLimit
    moveRules = GoMoveRules(
      repetition: rules.repetition, allowsSuicide: rules.allowsSuicide, boards: UInt8(rules.planes.boards))
    cellsToRows = 65_535 / side + 1
    bitsToRows = 65_535 / (side + 1) + 1
    var board = GoPointSet<words>()
    for row in 0..<side {
      for column in 0..<side { board.insert(row * (side + 1) + column) }
    }
    self.board = board
    for cell in try GoRules.handicapCells(rules.handicap, side: side) { handicap.insert(cell + cell / side) }
  }

  /// Moves that the table of earlier boards has room for.
  public static var capacity: Int { slots / 8 * 7 }

  private static var largestSide: Int {
    (2...19).last { ($0 + 2) * ($0 + 1) < points && $0 * $0 < words * 64 } ?? 2
  }

  public var playerCount: Int { 2 }
  public var actionCount: Int { side * side + 1 }
  public var isStochastic: Bool { false }
  public var pass: Action { Action(side * side) }

  public func playerToMove(in state: State) -> Player { state.toMove == .black ? .first : .second }

  public func step(_ state: inout State, taking action: Action, using random: inout Random) -> Transition {
    precondition(!state.isOver && action.index <= side * side, "no action of a running game")
    if action == pass {
      state.pass(moveRules)
    } else {
      move(at: point(ofCell: action.index), in: &state)
    }
    return transition(to: &state)
  }

  /// Ends the game where it is over.
  @inline(__always)
  func transition(to state: inout State) -> Transition {
    if state.passes == 2 || Int(state.plies) >= moveLimit { return end(&state) }
    return rules.endsWhenDecided ? endIfDecided(&state) : Transition()
  }

  @inline(never)
  private func endIfDecided(_ state: inout State) -> Transition {
    state.isDecided = isDecided(state)
    return state.isDecided ? end(&state) : Transition()
  }

  @inline(never)
  private func end(_ state: inout State) -> Transition {
    state.isOver = true
    let margin = self.margin(of: state) * (state.toMove == .white ? 1 : -1)
    return Transition(reward: margin > 0 ? 1 : margin < 0 ? -1 : 0, status: .terminated)
  }

  /// Whether a move keeps the rules shows for nothing once it is made, so it is not asked before.
  @inline(__always)
  private func move(at point: Int, in state: inout State) {
    precondition(state.stones[point] == .empty, "illegal action: the point is taken")
    let ko = state.boardBefore
    let isSuicide = state.play(at: point, moveRules)
    precondition(!isSuicide || rules.allowsSuicide, "illegal action: suicide")
    let isRepeat = state.remember(rules.repetition)
    precondition(
      rules.repetition == .simpleKo ? state.board != ko : !isRepeat, "illegal action: it repeats a board")
  }

  /// The repetition rule needs the side to move, the passes, and the boards seen; the limit needs the count; the
  /// result needs the komi, where games differ in it.
  public func key(of state: State) -> UInt64 {
    let ko = rules.repetition == .simpleKo ? state.boardBefore : state.seen
    let counters = UInt64(state.toMove.rawValue) | UInt64(state.passes) << 2 | (state.isOver ? 16 : 0)
    let places = UInt64(state.lastPoint) << 8 | UInt64(state.plies) << 24
    var key = Random.mix(state.board &+ Random.mix(ko &+ Random.mix(counters | places)))
    if rules.komiSpread > 0 { key = Random.mix(key &+ UInt64(state.komi.bitPattern)) }
    return rules.planes.boards == 0 ? key : Random.mix(key &+ state.recentKey(boards: rules.planes.boards))
  }

  /// Changes the side to move, which is no move and counts as no situation: for handicap stones
  /// and set-up positions.
  public func setPlayerToMove(_ player: Player, in state: inout State) {
    state.toMove = player == .first ? .black : .white
  }

  /// The padded point of row x side + column.
  @inline(__always)
  func point(ofCell cell: Int) -> Int { cell &+ (cell &* cellsToRows) >> 16 &+ side &+ 2 }

  /// Row x side + column of a padded point.
  @inline(__always)
  func cell(of point: Int) -> Int { cell(ofBit: point &- side &- 2) }

  /// Row x side + column of a bit of a set of points.
  @inline(__always)
  func cell(ofBit bit: Int) -> Int { bit &- (bit &* bitsToRows) >> 16 }
}
