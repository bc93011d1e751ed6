/// A world of rooms seen by someone who stands in it: turn, walk, carry things, open doors, reach the goal.
///
/// The rules of MiniGrid (Chevalier-Boisvert et al. 2023). Actions: 0 turn left, 1 turn right, 2 forward,
/// 3 pick up, 4 drop, 5 toggle, 6 nothing; all are always legal, and what is impossible does nothing but costs
/// a step. The goal pays 1 - 0.9 x step / step limit; lava ends the episode and pays nothing.
public struct MiniGrid: Game {
  public struct State: Hashable, Sendable {
    /// [rows x columns], one `GridCell` each; the rest is floor. Inline, so that copying a state allocates nothing.
    var cells: Cells
    /// Follows every change of a cell.
    var hash: UInt64 = 0
    var steps: UInt32 = 0
    /// row x columns + column.
    var cell: UInt16 = 0
    var heading = Heading.right
    /// What is in the player's hands; floor if they are empty.
    var carried = GridCell.floor
    var isOver = false
  }

  /// What the player sees.
  public enum View: String, Hashable, Sendable, CaseIterable {
    /// The whole world.
    case full
    /// 7 x 7 cells ahead of the player, as far as nothing blocks sight.
    case partial
  }

  /// The numbers that change what a world is like.
  public struct Rules: Hashable, Sendable {
    /// Steps after which an episode is truncated; nil: what MiniGrid gives the layout.
    public var stepLimit: Int?
    public var view = View.partial
    /// Whether walls hide what is behind them; nil: as in MiniGrid, all but the empty worlds.
    public var blocksSight: Bool?

    public init() {}
  }

  public let layout: GridLayout
  public let view: View
  public let blocksSight: Bool
  public let stepLimit: Int
  public let rows: Int
  public let columns: Int
  /// The first state of a layout that is the same every time.
  private let fixedStart: State?

  /// Throws `RuleError` for a layout that is too large or too small, and for tiles that only `Gridworld` has.
  public init(_ layout: GridLayout, rules: Rules = Rules()) throws(RuleError) {
    try layout.check()
    let stepLimit = rules.stepLimit ?? layout.usualStepLimit
    guard 1...Int(UInt32.max) ~= stepLimit else {
      throw RuleError("minigrid: the step limit \(stepLimit) must be from 1 to \(UInt32.max)")
    }
    self.layout = layout
    self.stepLimit = stepLimit
    view = rules.view
    blocksSight = rules.blocksSight ?? layout.usuallyBlocksSight
    rows = layout.rows
    columns = layout.columns
    if case .map(let map, let heading) = layout, map.starts.count == 1, heading != nil {
      var unused = Random(seed: 0, purpose: .episode)
      fixedStart = layout.draw(using: &unused)
    } else {
      fixedStart = nil
    }
    if case .map(let map, _) = layout { try checkWays(on: map) }
  }

  public var playerCount: Int { 1 }
  public var actionCount: Int { 7 }
  public var isStochastic: Bool { false }

  public func start(using random: inout Random) -> State { fixedStart ?? layout.draw(using: &random) }

  public func playerToMove(in state: State) -> Player { .first }

  public func legalActions(in state: State) -> ActionBits<1> {
    var actions = ActionBits<1>()
    if !state.isOver { actions.bits[0] = 0b111_1111 }
    return actions
  }

  public func step(_ state: inout State, taking action: Action, using random: inout Random) -> Transition {
    precondition(!state.isOver && action.index < 7, "illegal action")
    state.steps += 1
    var transition = apply(action.index, to: &state)
    if transition.status == .running, Int(state.steps) >= stepLimit { transition.status = .truncated }
    state.isOver = transition.status.isOver
    return transition
  }

  public func untruncated(_ state: State) -> State {
    var state = state
    state.isOver = false
    return state
  }

  /// The steps count, since the goal is worth less with every one.
  public func key(of state: State) -> UInt64 {
    let player =
      UInt64(state.cell) | UInt64(state.heading.rawValue) << 16 | UInt64(state.carried.code) << 20
      | (state.isOver ? 1 << 28 : 0) | UInt64(state.steps) << 32
    return Random.mix(state.hash &+ Random.mix(player))
  }

  /// What reaching the goal with this step is worth: 1 - 0.9 x step / step limit, steps counted from 1.
  public func goalReward(atStep step: Int) -> Double { 1 - 0.9 * (Double(step) / Double(stepLimit)) }

  /// Does what an action does, without counting it.
  func apply(_ action: Int, to state: inout State) -> Transition {
    switch action {
    case 0: state.heading = state.heading.counterclockwise
    case 1: state.heading = state.heading.clockwise
    case 2: return goForward(&state)
    case 3...5: handle(&state, with: action)
    default: break
    }
    return Transition()
  }

  private func goForward(_ state: inout State) -> Transition {
    guard let next = cellAhead(of: state), state.cells[next].isPassable else { return Transition() }
    state.cell = UInt16(next)
    switch state.cells[next] {
    case .goal: return Transition(reward: Float(goalReward(atStep: Int(state.steps))), status: .terminated)
    case .lava: return Transition(status: .terminated)
    default: return Transition()
    }
  }

  /// Picks up, drops or toggles what is ahead, if that is possible.
  private func handle(_ state: inout State, with action: Int) {
    guard let ahead = cellAhead(of: state) else { return }
    let thing = state.cells[ahead]
    let areHandsEmpty = state.carried == .floor
    switch action {
    case 3 where areHandsEmpty && thing.isPortable:
      state.carried = thing
      state.put(.floor, at: ahead)
    case 4 where !areHandsEmpty && thing == .floor:
      state.put(state.carried, at: ahead)
      state.carried = .floor
    case 5 where thing.is(.closedDoor): state.put(thing.changed(to: .openDoor), at: ahead)
    case 5 where thing.is(.openDoor): state.put(thing.changed(to: .closedDoor), at: ahead)
    case 5 where thing.is(.lockedDoor) && state.carried.is(.key) && state.carried.hasColor(of: thing):
      state.put(thing.changed(to: .openDoor), at: ahead)
    // A box opens and is gone; these are all empty.
    case 5 where thing.is(.box): state.put(.floor, at: ahead)
    default: break
    }
  }

  /// The cell in front of the player, or nil beyond the border.
  private func cellAhead(of state: State) -> Int? {
    let row = Int(state.cell) / columns + state.heading.rowStep
    let column = Int(state.cell) % columns + state.heading.columnStep
    return 0..<rows ~= row && 0..<columns ~= column ? row * columns + column : nil
  }
}
