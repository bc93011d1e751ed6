/// A walk over a map to a goal, on a floor that may be slippery. Actions: 0 left, 1 down, 2 right, 3 up.
///
/// With the right map and probabilities this is FrozenLake (Towers et al., Gymnasium, 2024).
public struct Gridworld: Game {
  public struct State: Hashable, Sendable {
    /// row x columns + column.
    var cell: UInt16
    var isOver = false
    var steps: UInt32 = 0

    /// The cell the player is on: row x columns + column.
    public var position: Int { Int(cell) }
  }

  /// What arriving on a cell is worth.
  public struct Rewards: Hashable, Sendable {
    public var goal: Float
    public var hole: Float
    public var lava: Float
    /// Any other cell.
    public var step: Float

    public init(goal: Float = 1, hole: Float = 0, lava: Float = -1, step: Float = 0) {
      self.goal = goal
      self.hole = hole
      self.lava = lava
      self.step = step
    }
  }

  /// Shared and never changed, so that states stay small.
  public let map: GridMap
  /// Probability of moving as intended; the rest is split between the two perpendicular directions.
  public let intendedProbability: Double
  public let rewards: Rewards
  /// Steps after which an episode is truncated, or nil.
  public let stepLimit: Int?
  /// [cells, directions]: where a move in a direction ends.
  private let destinations: [UInt16]

  public init(
    map: GridMap, intendedProbability: Double = 1, rewards: Rewards = Rewards(), stepLimit: Int? = nil
  ) throws(RuleError) {
    guard 0...1 ~= intendedProbability else {
      throw RuleError(
        "gridworld: the probability \(intendedProbability) of moving as intended must be from 0 to 1")
    }
    if let stepLimit, !(1...Int(UInt32.max) ~= stepLimit) {
      throw RuleError("gridworld: the step limit \(stepLimit) must be from 1 to \(UInt32.max)")
    }
    self.map = map
    self.intendedProbability = intendedProbability
    self.rewards = rewards
    self.stepLimit = stepLimit
    destinations = (0..<map.tiles.count * 4).map { UInt16(map.neighbour(of: $0 / 4, towards: $0 % 4)) }
  }

  public var playerCount: Int { 1 }
  public var actionCount: Int { 4 }
  /// The player, goals, hazards (holes and lava), walls.
  public var observationShape: ObservationShape {
    ObservationShape(planes: 4, rows: map.rows, columns: map.columns)
  }
  public var isStochastic: Bool { intendedProbability < 1 }

  public func start(using random: inout Random) -> State {
    let index = map.starts.count == 1 ? 0 : random.integer(below: map.starts.count)
    return State(cell: UInt16(map.starts[index]))
  }

  public func playerToMove(in state: State) -> Player { .first }

  public func legalActions(in state: State) -> ActionBits<1> {
    var actions = ActionBits<1>()
    if !state.isOver { actions.bits[0] = 0b1111 }
    return actions
  }

  public func step(_ state: inout State, taking action: Action, using random: inout Random) -> Transition {
    precondition(!state.isOver && action.index < 4, "illegal action")
    guard isStochastic else { return move(&state, towards: action.index) }
    let draw = random.uniform()
    if draw < intendedProbability { return move(&state, towards: action.index) }
    let isCounterclockwise = draw < intendedProbability + (1 - intendedProbability) / 2
    return move(&state, towards: (action.index + (isCounterclockwise ? 1 : 3)) & 3)
  }

  public func observe(_ state: State, into planes: inout MutableSpan<Float>) {
    let count = map.tiles.count
    for cell in 0..<count {
      let tile = map.tiles[cell]
      planes[cell] = 0
      planes[count + cell] = tile == .goal ? 1 : 0
      planes[2 * count + cell] = tile == .hole || tile == .lava ? 1 : 0
      planes[3 * count + cell] = tile == .wall ? 1 : 0
    }
    planes[Int(state.cell)] = 1
  }

  /// The step count is left out: a truncated episode is cut off, so what lies ahead depends on the cell alone.
  public func key(of state: State) -> UInt64 {
    Random.mix(UInt64(state.cell) | (state.isOver ? 1 << 16 : 0))
  }

  /// Moves in a direction without chance.
  func move(_ state: inout State, towards direction: Int) -> Transition {
    state.cell = destinations[Int(state.cell) * 4 + direction]
    if stepLimit != nil { state.steps += 1 }
    let tile = map.tiles[Int(state.cell)]
    let reward =
      switch tile {
      case .goal: rewards.goal
      case .hole: rewards.hole
      case .lava: rewards.lava
      default: rewards.step
      }
    var status = Status.running
    if tile.isFinal {
      status = .terminated
    } else if let stepLimit, Int(state.steps) >= stepLimit {
      status = .truncated
    }
    state.isOver = status.isOver
    return Transition(reward: reward, status: status)
  }
}
