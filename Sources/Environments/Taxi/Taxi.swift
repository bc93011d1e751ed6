/// Fetch a passenger at one stop and bring them to another (Dietterich 2000; Gymnasium's Taxi).
///
/// Actions: 0 south, 1 north, 2 east, 3 west, 4 pick up, 5 drop off. Every step costs 1, picking up nobody or
/// dropping off at no stop 10; the right drop-off pays 20 and ends the episode.
public struct Taxi: Game {
  public struct State: Hashable, Sendable {
    /// row x columns + column.
    var cell: UInt16
    /// The stop where the passenger waits, or the number of stops while they are in the taxi.
    var passenger: UInt8
    /// The stop where the passenger wants to go.
    var destination: UInt8
    var isOver = false
    var steps: UInt32 = 0
  }

  public let map: TaxiMap
  /// Steps after which an episode is truncated, or nil.
  public let stepLimit: Int?
  /// [cells, actions 0 to 3]: where a move ends.
  private let destinations: [UInt16]
  /// [cells]: the stop on a cell, or the number of stops.
  private let stopOnCell: [UInt8]
  let inTaxi: UInt8

  /// Throws `RuleError` for a limit out of range.
  public init(map: TaxiMap, stepLimit: Int? = 200) throws(RuleError) {
    if let stepLimit, !(1...Int(UInt32.max) ~= stepLimit) {
      throw RuleError("taxi: the step limit \(stepLimit) must be from 1 to \(UInt32.max)")
    }
    self.map = map
    self.stepLimit = stepLimit
    let headings: [Heading] = [.down, .up, .right, .left]
    let cells = map.rows * map.columns
    destinations = (0..<cells * 4).map { UInt16(map.neighbour(of: $0 / 4, towards: headings[$0 % 4])) }
    let count = map.stops.count
    stopOnCell = (0..<cells).map { UInt8(map.stops.firstIndex(of: $0) ?? count) }
    inTaxi = UInt8(count)
  }

  public var playerCount: Int { 1 }
  public var actionCount: Int { 6 }
  public var isStochastic: Bool { false }

  /// The taxi is anywhere, the passenger at a stop, their destination another one.
  public func start(using random: inout Random) -> State {
    let cell = random.integer(below: map.rows * map.columns)
    let passenger = random.integer(below: map.stops.count)
    let other = random.integer(below: map.stops.count - 1)
    return State(
      cell: UInt16(cell), passenger: UInt8(passenger),
      destination: UInt8(other + (other >= passenger ? 1 : 0)))
  }

  public func playerToMove(in state: State) -> Player { .first }

  public func legalActions(in state: State) -> ActionBits<1> {
    var actions = ActionBits<1>()
    if !state.isOver { actions.bits[0] = 0b11_1111 }
    return actions
  }

  public func step(_ state: inout State, taking action: Action, using random: inout Random) -> Transition {
    precondition(!state.isOver && action.index < 6, "illegal action")
    return move(&state, taking: action)
  }

  public func untruncated(_ state: State) -> State {
    var state = state
    state.isOver = false
    return state
  }

  /// The step count is left out: a truncated episode is cut off, so what lies ahead does not depend on it.
  public func key(of state: State) -> UInt64 {
    Random.mix(
      UInt64(state.cell) | UInt64(state.passenger) << 16 | UInt64(state.destination) << 24
        | (state.isOver ? 1 << 32 : 0))
  }

  /// Plays an action; there is no chance.
  func move(_ state: inout State, taking action: Action) -> Transition {
    var transition = Transition(reward: -1)
    let stop = stopOnCell[Int(state.cell)]
    switch action.index {
    case 4 where stop < inTaxi && stop == state.passenger: state.passenger = inTaxi
    case 5 where stop < inTaxi && state.passenger == inTaxi:
      state.passenger = stop
      if stop == state.destination { transition = Transition(reward: 20, status: .terminated) }
    case 4, 5: transition.reward = -10
    default: state.cell = destinations[Int(state.cell) * 4 + action.index]
    }
    if let stepLimit {
      state.steps += 1
      if transition.status == .running, Int(state.steps) >= stepLimit { transition.status = .truncated }
    }
    state.isOver = transition.status.isOver
    return transition
  }

  /// [5, rows, columns]: the taxi if it is free; the taxi with the passenger; the passenger where they wait; their
  /// destination; cells with a wall on their right.
  public var observationShape: ObservationShape {
    ObservationShape(planes: 5, rows: map.rows, columns: map.columns)
  }

  public func observe(_ state: State, into planes: inout MutableSpan<Float>) {
    let cells = map.rows * map.columns
    for cell in 0..<cells {
      for plane in 0..<4 { planes[plane * cells + cell] = 0 }
      planes[4 * cells + cell] = map.hasWallRight[cell] ? 1 : 0
    }
    let isCarrying = state.passenger == inTaxi
    planes[(isCarrying ? cells : 0) + Int(state.cell)] = 1
    if !isCarrying { planes[2 * cells + map.stops[Int(state.passenger)]] = 1 }
    planes[3 * cells + map.stops[Int(state.destination)]] = 1
  }
}
