/// Noughts and crosses: three in a row on a board of three by three. Action `row * 3 + column`, row 0 on top.
public struct TicTacToe: Game {
  public struct State: Hashable, Sendable {
    /// Bit `cell` is set where the player has a stone; the side to move first.
    var own: UInt16 = 0
    var other: UInt16 = 0
    var isOver = false
  }

  public init() {}

  public var playerCount: Int { 2 }
  public var actionCount: Int { 9 }
  public var observationShape: ObservationShape { ObservationShape(planes: 2, rows: 3, columns: 3) }
  public var isStochastic: Bool { false }

  public func start(using random: inout Random) -> State { State() }

  public func playerToMove(in state: State) -> Player {
    (state.own | state.other).nonzeroBitCount & 1 == 0 ? .first : .second
  }

  public func legalActions(in state: State) -> ActionBits<1> {
    var actions = ActionBits<1>()
    if !state.isOver { actions.bits[0] = UInt64(~(state.own | state.other) & 0x1FF) }
    return actions
  }

  public func step(_ state: inout State, taking action: Action, using random: inout Random) -> Transition {
    precondition(legalActions(in: state).contains(action), "illegal action")
    let stones = state.own | 1 << UInt16(action.index)
    state.own = state.other
    state.other = stones
    let wins = Self.hasLine(stones)
    state.isOver = wins || (state.own | state.other) == 0x1FF
    return Transition(reward: wins ? 1 : 0, status: state.isOver ? .terminated : .running)
  }

  public func observe(_ state: State, into planes: inout MutableSpan<Float>) {
    for cell in 0..<9 {
      planes[cell] = Float(state.own >> UInt16(cell) & 1)
      planes[9 + cell] = Float(state.other >> UInt16(cell) & 1)
    }
  }

  public func key(of state: State) -> UInt64 {
    Random.mix(UInt64(state.own) | UInt64(state.other) << 16 | (state.isOver ? 1 << 32 : 0))
  }

  private static func hasLine(_ stones: UInt16) -> Bool {
    let lines: InlineArray<8, UInt16> = [0o7, 0o70, 0o700, 0o111, 0o222, 0o444, 0o421, 0o124]
    for line in lines.indices where stones & lines[line] == lines[line] { return true }
    return false
  }
}
