import Environments

/// A corridor of cells 0 to 6: leaving it to the left pays 0.3, to the right pays 1. Single player.
struct Corridor: Game {
  struct State: Hashable, Sendable {
    var cell = 2
    var isOver = false
  }

  static let left: Action = 0
  static let right: Action = 1
  var playerCount: Int { 1 }
  var actionCount: Int { 2 }
  var observationShape: ObservationShape { ObservationShape(planes: 1, rows: 1, columns: 1) }
  var isStochastic: Bool { false }
  func start(using random: inout Random) -> State { State() }
  func playerToMove(in state: State) -> Player { .first }

  func legalActions(in state: State) -> ActionBits<1> {
    var actions = ActionBits<1>()
    if !state.isOver { actions.bits[0] = 3 }
    return actions
  }

  func step(_ state: inout State, taking action: Action, using random: inout Random) -> Transition {
    state.cell += action == Self.left ? -1 : 1
    state.isOver = state.cell < 0 || state.cell > 6
    let reward: Float = state.cell < 0 ? 0.3 : state.cell > 6 ? 1 : 0
    return Transition(reward: reward, status: state.isOver ? .terminated : .running)
  }

  func observe(_ state: State, into planes: inout MutableSpan<Float>) { planes[0] = Float(state.cell) / 8 }
  func key(of state: State) -> UInt64 { UInt64(state.cell + 1) }
}

/// One bet, single player: the safe action pays 1 at once. The risky one leads to a good state (3 in 10)
/// or to a bad one, from which collecting pays 5 or -1: 0.8 on average.
struct Bet: Game {
  enum State: UInt64, Sendable { case start, good, bad, over }

  static let safe: Action = 0
  static let risky: Action = 1
  /// What the good state pays.
  var prize: Float = 5
  var playerCount: Int { 1 }
  var actionCount: Int { 2 }
  var observationShape: ObservationShape { ObservationShape(planes: 1, rows: 1, columns: 1) }
  var isStochastic: Bool { true }
  func start(using random: inout Random) -> State { .start }
  func playerToMove(in state: State) -> Player { .first }

  func legalActions(in state: State) -> ActionBits<1> {
    var actions = ActionBits<1>()
    actions.bits[0] = state == .start ? 3 : state == .over ? 0 : 1
    return actions
  }

  func step(_ state: inout State, taking action: Action, using random: inout Random) -> Transition {
    switch (state, action) {
    case (.start, Self.risky):
      state = random.uniform() < 0.3 ? .good : .bad
      return Transition()
    case (.start, _):
      state = .over
      return Transition(reward: 1, status: .terminated)
    default:
      let reward = state == .good ? prize : -1
      state = .over
      return Transition(reward: reward, status: .terminated)
    }
  }

  func observe(_ state: State, into planes: inout MutableSpan<Float>) { planes[0] = 0 }
  func key(of state: State) -> UInt64 { state.rawValue }
}

/// Two players take 1, 2 or 3 of `heap` matches; who takes the last wins. Taking 3 moves again at once.
struct Matches: Game {
  struct State: Hashable, Sendable {
    var heap: Int
    var mover = Player.first
  }

  var heap: Int
  var playerCount: Int { 2 }
  var actionCount: Int { 3 }
  var observationShape: ObservationShape { ObservationShape(planes: 1, rows: 1, columns: 1) }
  var isStochastic: Bool { false }
  func start(using random: inout Random) -> State { State(heap: heap) }
  func playerToMove(in state: State) -> Player { state.mover }

  func legalActions(in state: State) -> ActionBits<1> {
    var actions = ActionBits<1>()
    actions.bits[0] = (1 << UInt64(min(3, state.heap))) - 1
    return actions
  }

  func step(_ state: inout State, taking action: Action, using random: inout Random) -> Transition {
    state.heap -= action.index + 1
    if action.index < 2 { state.mover = state.mover.opponent }
    return Transition(reward: state.heap == 0 ? 1 : 0, status: state.heap == 0 ? .terminated : .running)
  }

  func observe(_ state: State, into planes: inout MutableSpan<Float>) { planes[0] = 0 }
  func key(of state: State) -> UInt64 { UInt64(state.heap * 2 + state.mover.index) }
}

/// Single player, cut off after three steps: every step pays 0 and counts, so only the bootstrap has a value.
struct CutOff: Game {
  struct State: Hashable, Sendable {
    var steps = 0
    var sum = 0
  }

  var playerCount: Int { 1 }
  var actionCount: Int { 2 }
  var observationShape: ObservationShape { ObservationShape(planes: 1, rows: 1, columns: 1) }
  var isStochastic: Bool { false }
  func start(using random: inout Random) -> State { State() }
  func playerToMove(in state: State) -> Player { .first }

  func legalActions(in state: State) -> ActionBits<1> {
    var actions = ActionBits<1>()
    if state.steps < 3 { actions.bits[0] = 3 }
    return actions
  }

  func step(_ state: inout State, taking action: Action, using random: inout Random) -> Transition {
    state.steps += 1
    state.sum += action.index
    return Transition(status: state.steps == 3 ? .truncated : .running)
  }

  func observe(_ state: State, into planes: inout MutableSpan<Float>) { planes[0] = 0 }
  func key(of state: State) -> UInt64 { UInt64(state.steps * 8 + state.sum) }
}

/// The state after actions from the start.
func state<Subject: Game>(of game: Subject, after actions: [Int]) -> Subject.State {
  var random = Random(seed: 0, purpose: .test)
  var state = game.start(using: &random)
  for action in actions { _ = game.step(&state, taking: Action(action), using: &random) }
  return state
}
