/// A walk over a map to a goal in compass directions, on a floor that may be slippery.
///
/// With the right map and numbers this is FrozenLake or CliffWalking (Towers et al., Gymnasium, 2024), or the
/// windy gridworld (Sutton and Barto 2018, example 6.5). Stepping on a key takes it for good; whoever has one
/// passes the locked doors of its colour. A cliff costs its reward and leads back to the start of the episode.
public struct Gridworld: Game {
  public struct State: Hashable, Sendable {
    /// row x columns + column.
    var cell: UInt16
    var isOver = false
    /// Bit i: the key of colour `map.keyColors[i]` has been found.
    var keys: UInt8 = 0
    var steps: UInt32 = 0
    /// Where cliffs lead back to.
    var home: UInt16

    /// The cell the player is on: row x columns + column.
    public var position: Int { Int(cell) }
  }

  /// What arriving on a cell is worth.
  public struct Rewards: Hashable, Sendable {
    public var goal: Float
    public var hole: Float
    public var lava: Float
    public var cliff: Float
    /// Any other cell.
    public var step: Float

    public init(goal: Float = 1, hole: Float = 0, lava: Float = -1, cliff: Float = -100, step: Float = 0) {
      self.goal = goal
      self.hole = hole
      self.lava = lava
      self.cliff = cliff
      self.step = step
    }
  }

  /// How the four actions are numbered.
  public enum ActionOrder: String, Hashable, Sendable, CaseIterable {
    /// FrozenLake's: counterclockwise from the left.
    case leftDownRightUp = "left-down-right-up"
    /// CliffWalking's: clockwise from the top.
    case upRightDownLeft = "up-right-down-left"
  }

  /// What the player sees.
  public enum View: String, Hashable, Sendable, CaseIterable {
    /// The whole map.
    case full
    /// The 7 x 7 cells around the player; beyond the border are walls.
    case partial
  }

  /// The numbers that change what a map is like to walk on.
  public struct Rules: Hashable, Sendable {
    /// Probability of moving as intended; the rest is split between the two perpendicular directions.
    public var intendedProbability = 1.0
    /// The same for moves off ice.
    public var iceProbability = 1.0 / 3
    public var rewards = Rewards()
    /// Steps after which an episode is truncated, or nil.
    public var stepLimit: Int?
    public var actionOrder = ActionOrder.leftDownRightUp
    public var view = View.full

    public init() {}
  }

  /// Shared and never changed, so that states stay small.
  public let map: GridMap
  public let rules: Rules
  public let isStochastic: Bool
  /// [sets of keys, cells, headings]: where a move ends.
  private let destinations: [UInt16]
  let planes: GridPlanes

  /// Throws `RuleError` for numbers out of range, and for tiles that only `MiniGrid` has.
  public init(map: GridMap, rules: Rules) throws(RuleError) {
    for probability in [rules.intendedProbability, rules.iceProbability] where !(0...1 ~= probability) {
      throw RuleError(
        "gridworld: the probability \(probability) of moving as intended must be from 0 to 1")
    }
    if let stepLimit = rules.stepLimit, !(1...Int(UInt32.max) ~= stepLimit) {
      throw RuleError("gridworld: the step limit \(stepLimit) must be from 1 to \(UInt32.max)")
    }
    do {
      try map.refuse([.ball, .box], remedy: "leave it out or choose the game minigrid")
    } catch { throw RuleError(error.description) }
    self.map = map
    self.rules = rules
    isStochastic =
      rules.intendedProbability < 1 || (rules.iceProbability < 1 && map.tiles.contains(.ice))
    let cells = map.tiles.count
    destinations = (0..<(cells << map.keyColors.count) * 4).map {
      UInt16(
        map.destination(
          of: $0 / 4 % cells, towards: Heading(wrapping: $0), keys: $0 / 4 / cells))
    }
    planes = GridPlanes(of: map)
  }

  public init(
    map: GridMap, intendedProbability: Double = 1, rewards: Rewards = Rewards(), stepLimit: Int? = nil
  ) throws(RuleError) {
    var rules = Rules()
    rules.intendedProbability = intendedProbability
    rules.rewards = rewards
    rules.stepLimit = stepLimit
    try self.init(map: map, rules: rules)
  }

  public var playerCount: Int { 1 }
  public var actionCount: Int { 4 }

  public func start(using random: inout Random) -> State {
    let index = map.starts.count == 1 ? 0 : random.integer(below: map.starts.count)
    let cell = UInt16(map.starts[index])
    return State(cell: cell, home: cell)
  }

  public func playerToMove(in state: State) -> Player { .first }

  public func legalActions(in state: State) -> ActionBits<1> {
    var actions = ActionBits<1>()
    if !state.isOver { actions.bits[0] = 0b1111 }
    return actions
  }

  public func step(_ state: inout State, taking action: Action, using random: inout Random) -> Transition {
    precondition(!state.isOver && action.index < 4, "illegal action")
    let heading = heading(of: action)
    guard isStochastic else { return move(&state, towards: heading) }
    let intended = intendedProbability(at: state.position)
    let draw = random.uniform()
    if draw < intended { return move(&state, towards: heading) }
    let isCounterclockwise = draw < intended + (1 - intended) / 2
    return move(&state, towards: isCounterclockwise ? heading.counterclockwise : heading.clockwise)
  }

  public func untruncated(_ state: State) -> State {
    var state = state
    state.isOver = false
    return state
  }

  /// The step count is left out: a truncated episode is cut off, so what lies ahead does not depend on it.
  public func key(of state: State) -> UInt64 {
    let home = map.starts.count > 1 ? UInt64(state.home) << 32 : 0
    return Random.mix(UInt64(state.cell) | (state.isOver ? 1 << 16 : 0) | UInt64(state.keys) << 17 | home)
  }

  /// The direction an action means.
  func heading(of action: Action) -> Heading {
    switch rules.actionOrder {
    case .leftDownRightUp: Heading(wrapping: 2 - action.index)
    case .upRightDownLeft: Heading(wrapping: 3 + action.index)
    }
  }

  func intendedProbability(at cell: Int) -> Double {
    map.tiles[cell] == .ice ? rules.iceProbability : rules.intendedProbability
  }

  /// Moves in a direction without chance.
  func move(_ state: inout State, towards heading: Heading) -> Transition {
    let place = Int(state.keys) * map.tiles.count + state.position
    state.cell = destinations[place * 4 + Int(heading.rawValue)]
    if rules.stepLimit != nil { state.steps += 1 }
    let tile = map.tiles[state.position]
    var status = Status.running
    let reward: Float
    switch tile {
    case .goal: reward = rules.rewards.goal
    case .hole: reward = rules.rewards.hole
    case .lava: reward = rules.rewards.lava
    case .cliff:
      reward = rules.rewards.cliff
      state.cell = state.home
    case .key:
      reward = rules.rewards.step
      state.keys = UInt8(map.keys(Int(state.keys), takenAt: state.position))
    default: reward = rules.rewards.step
    }
    if tile.isFinal {
      status = .terminated
    } else if let stepLimit = rules.stepLimit, Int(state.steps) >= stepLimit {
      status = .truncated
    }
    state.isOver = status.isOver
    return Transition(reward: reward, status: status)
  }
}
