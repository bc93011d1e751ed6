/// Othello (Reversi): a disc must enclose a line of the opponent's discs, which turn over; more discs win.
///
/// Action `row * side + column`, row 0 on top, which is line 1; the last action is the pass, legal only, and
/// then alone, when nothing else is. The game ends when neither side can move, and the reward goes to the
/// player whose move ended it: 1 won, -1 lost, 0 drawn. Black, the first player, starts on the rising
/// diagonal (d5 and e4 on the board of 8 x 8).
public struct Othello: Game {
  public struct State: Hashable, Sendable {
    /// Discs of the side to move, and of the other one.
    var own: OthelloDiscs
    var other: OthelloDiscs
    /// Where the side to move may put a disc, kept because the end of the game depends on it.
    var moves: OthelloDiscs
    var toMove = Player.first
    var isOver = false
  }

  /// Rows, and columns.
  public let side: Int
  /// The cells of the board.
  let board: OthelloDiscs

  /// The usual game, 8 x 8.
  public init() { self.init(checkedSide: 8) }

  /// A board with a side of 4, 6 or 8.
  public init(side: Int) throws(RuleError) {
    guard side == 4 || side == 6 || side == 8 else {
      throw RuleError("othello: a board with a side of \(side) cannot be played on; choose 4, 6 or 8")
    }
    self.init(checkedSide: side)
  }

  private init(checkedSide side: Int) {
    self.side = side
    board = OthelloDiscs(side: side)
  }

  public var playerCount: Int { 2 }
  public var actionCount: Int { side * side + 1 }
  /// Own discs, the opponent's discs, cells where the player to move may put a disc, ones if Black is to
  /// move.
  public var observationShape: ObservationShape { ObservationShape(planes: 4, rows: side, columns: side) }
  public var isStochastic: Bool { false }
  public var pass: Action { Action(side * side) }

  public func start(using random: inout Random) -> State {
    let (low, high) = (side / 2 - 1, side / 2)
    let black = OthelloDiscs(cell: low * 8 + high).union(OthelloDiscs(cell: high * 8 + low))
    let white = OthelloDiscs(cell: low * 8 + low).union(OthelloDiscs(cell: high * 8 + high))
    return State(own: black, other: white, moves: black.moves(against: white, on: board))
  }

  public func playerToMove(in state: State) -> Player { state.toMove }

  public func legalActions(in state: State) -> ActionBits<2> {
    var actions = ActionBits<2>()
    actions.bits[0] = packed(state.moves)
    if state.moves.isEmpty && !state.isOver { actions.insert(pass) }
    return actions
  }

  @inline(__always)
  public func randomLegalAction(in state: State, using random: inout Random) -> Action {
    if state.moves.isEmpty { return pass }
    return action(ofCell: state.moves.bits.randomSetBit(using: &random))
  }

  public func step(_ state: inout State, taking action: Action, using random: inout Random) -> Transition {
    precondition(!state.isOver, "illegal action")
    if action == pass {
      precondition(state.moves.isEmpty, "illegal action")
    } else {
      let disc = OthelloDiscs(cell: cell(of: action))
      precondition(state.moves.contains(disc), "illegal action")
      let flipped = state.own.flipped(by: disc, against: state.other)
      state.own.formUnion(flipped.union(disc))
      state.other.subtract(flipped)
    }
    swap(&state.own, &state.other)
    state.toMove = state.toMove.opponent
    state.moves = state.own.moves(against: state.other, on: board)
    if !state.moves.isEmpty || !state.other.moves(against: state.own, on: board).isEmpty {
      return Transition()
    }
    state.isOver = true
    let (mover, opponent) = (state.other.count, state.own.count)
    return Transition(reward: mover > opponent ? 1 : mover < opponent ? -1 : 0, status: .terminated)
  }

  public func observe(_ state: State, into planes: inout MutableSpan<Float>) {
    let cells = side * side
    let isBlack: Float = state.toMove == .first ? 1 : 0
    var (own, other, moves) = (packed(state.own), packed(state.other), packed(state.moves))
    for cell in 0..<cells {
      planes[cell] = Float(own & 1)
      planes[cell + cells] = Float(other & 1)
      planes[cell + 2 * cells] = Float(moves & 1)
      planes[cell + 3 * cells] = isBlack
      own >>= 1
      other >>= 1
      moves >>= 1
    }
  }

  public func key(of state: State) -> UInt64 {
    let flags: UInt64 = (state.toMove == .first ? 1 : 2) &+ (state.isOver ? 2 : 0)
    return Random.mix(state.own.bits ^ Random.mix(state.other.bits &+ Random.mix(flags)))
  }

  /// Bit of a cell, from its action.
  @inline(__always)
  private func cell(of action: Action) -> Int {
    side == 8 ? action.index : action.index / side * 8 + action.index % side
  }

  @inline(__always)
  private func action(ofCell cell: Int) -> Action {
    Action(side == 8 ? cell : cell / 8 * side + cell % 8)
  }

  /// Bit `row * side + column` for each disc.
  @inline(__always)
  func packed(_ discs: OthelloDiscs) -> UInt64 {
    if side == 8 { return discs.bits }
    var result: UInt64 = 0
    for row in 0..<side {
      result |= (discs.bits >> UInt64(row * 8) & (1 << UInt64(side) - 1)) << UInt64(row * side)
    }
    return result
  }
}
