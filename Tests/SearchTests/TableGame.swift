import Environments
import Search

/// A recorded decision problem: tables by state and action, state 0 being the root.
struct TableProblem: Decodable {
  /// What a peer's search found.
  struct Result: Decodable {
    var policy: String
    var simulations: Int
    var cInit: Float?
    var cBase: Float?
    var considered: Int?
    var gumbel: [Float]?
    var visitCounts: [Int]
    var actionWeights: [Float]
    var qvalues: [Float?]
    var rootValue: Float
    var mostVisited: [Int]?
    var action: Int?
  }

  var name: String
  var kind: String
  var actions: Int
  var priorLogits: [[Float]]
  var value: [Float]
  var reward: [[Float]]
  /// 0 where the episode ends; in two-player problems -1 elsewhere.
  var discount: [[Float]]
  var next: [[Int]]
  var invalidAtRoot: [Int]
  var results: [Result]

  var isForTwo: Bool { kind == "two-player" }
}

/// A recorded problem as a game. Its moves alternate in two-player problems.
struct TableGame: Game {
  struct State: Sendable {
    var row = 0
    var mover = Player.first
    var isOver = false
  }

  let problem: TableProblem
  var playerCount: Int { problem.isForTwo ? 2 : 1 }
  var actionCount: Int { problem.actions }
  var observationShape: ObservationShape { ObservationShape(planes: 1, rows: 1, columns: 1) }
  var isStochastic: Bool { false }
  func start(using random: inout Random) -> State { State() }
  func playerToMove(in state: State) -> Player { state.mover }

  func legalActions(in state: State) -> ActionBits<1> {
    var actions = ActionBits<1>()
    if state.isOver { return actions }
    for action in 0..<actionCount where state.row != 0 || problem.invalidAtRoot[action] == 0 {
      actions.insert(Action(action))
    }
    return actions
  }

  func step(_ state: inout State, taking action: Action, using random: inout Random) -> Transition {
    let row = state.row
    state.row = problem.next[row][action.index]
    state.isOver = problem.discount[row][action.index] == 0
    if problem.isForTwo { state.mover = state.mover.opponent }
    return Transition(
      reward: problem.reward[row][action.index], status: state.isOver ? .terminated : .running)
  }

  func observe(_ state: State, into planes: inout MutableSpan<Float>) { planes[0] = 0 }
  func key(of state: State) -> UInt64 { UInt64(state.row * 2 + state.mover.index) }
}

/// The problem's own logits and values.
struct TableGameEvaluator: Evaluator {
  typealias Subject = TableGame

  let problem: TableProblem

  mutating func evaluate(_ states: [TableGame.State], into result: inout Evaluations) {
    for (row, state) in states.enumerated() {
      result.values[row] = problem.value[state.row]
      for action in 0..<problem.actions {
        result.logits[row * problem.actions + action] = problem.priorLogits[state.row][action]
      }
    }
  }
}
