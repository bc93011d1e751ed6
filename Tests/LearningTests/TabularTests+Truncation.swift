import Environments
import Learning
import Testing

/// One state and one action that pays 1, taken by the two players in turn, and cut off after each.
private struct Duel: Game {
  struct State: Hashable, Sendable {
    var mover = Player.first
    var isCut = false
  }

  var playerCount: Int { 2 }
  var actionCount: Int { 1 }
  var observationShape: ObservationShape { ObservationShape(planes: 1, rows: 1, columns: 1) }
  var isStochastic: Bool { false }

  func start(using random: inout Random) -> State { State() }
  func playerToMove(in state: State) -> Player { state.mover }

  func legalActions(in state: State) -> ActionBits<1> {
    var actions = ActionBits<1>()
    if !state.isCut { actions.insert(0) }
    return actions
  }

  func step(_ state: inout State, taking action: Action, using random: inout Random) -> Transition {
    state = State(mover: state.mover.opponent, isCut: true)
    return Transition(reward: 1, status: .truncated)
  }

  func untruncated(_ state: State) -> State { State(mover: state.mover) }
  func observe(_ state: State, into planes: inout MutableSpan<Float>) { planes[0] = 0 }
  /// Both players see the same.
  func key(of state: State) -> UInt64 { 0 }
}

extension TabularTests {
  private static let learningMethods = TabularParameters.Method.allCases.filter { !$0.isExact }

  /// Learns with a discount of 0.5, by random actions or greedily.
  private func learn<G: Game>(
    _ method: TabularParameters.Method, _ game: G, epsilon: Float, initialValue: Float = 0
  ) throws -> ActionValueTable {
    var parameters = TabularParameters(method: method)
    (parameters.discount, parameters.initialValue) = (0.5, initialValue)
    (parameters.learningRate, parameters.finalLearningRate) = (0.3, 0.001)
    (parameters.exploration.start, parameters.exploration.end) = (epsilon, epsilon)
    return try train(game, parameters, steps: 20_000)
  }

  /// A corridor in which every step costs 1, cut off after one.
  private func corridor(_ map: String, goal: Float) throws -> Gridworld {
    try Gridworld(map: GridMap(map), rewards: .init(goal: goal, step: -1), stepLimit: 1)
  }

  private func values(of table: ActionValueTable, atStartOf game: Gridworld) throws -> [Float] {
    var random = Random(seed: 1, purpose: .test)
    let row = try #require(table.row(of: game.key(of: game.start(using: &random))))
    return (0..<4).map { table[row, $0] }
  }

  @Test("where an episode is cut off the value of the state reached counts", arguments: learningMethods)
  func cuts(method: TabularParameters.Method) throws {
    // Right of the start is a goal that nobody wants; the other actions stay where they are.
    let game = try corridor("SG", goal: -100)
    let table = try learn(method, game, epsilon: 0)
    // Without an end each step costs 1: -1 / (1 - 0.5). Were the cut an end, it would be -1.
    #expect(table.keys.count == 1)
    let best = try #require(values(of: table, atStartOf: game).max())
    #expect(abs(best + 2) < 0.01, "\(method): \(best)")
  }

  @Test("after a cut too each method looks at what its policy would do next", arguments: learningMethods)
  func policyAfterCuts(method: TabularParameters.Method) throws {
    let game = try corridor("SG", goal: 1)
    let values = try values(of: learn(method, game, epsilon: 1), atStartOf: game)
    // Staying is worth -1 + 0.5 v. The best action, to the goal, has v = 1; the mean of the random policy,
    // v = (3 (-1 + 0.5 v) + 1) / 4, is -0.8.
    let followsPolicy = method == .sarsa || method == .expectedSarsa
    let staying: Float = followsPolicy ? -1.4 : -0.5
    for (action, value) in values.enumerated() {
      let expected = action == 2 ? 1 : staying
      #expect(
        abs(value - expected) < (method == .sarsa ? 0.1 : 0.01), "\(method), action \(action): \(value)")
    }
  }

  @Test("a state that is only reached by a cut has the initial value", arguments: learningMethods)
  func newStateAfterCuts(method: TabularParameters.Method) throws {
    let game = try corridor("SFG", goal: 1)
    let table = try learn(method, game, epsilon: 0, initialValue: 4)
    #expect(table.keys.count == 2)
    let right = try values(of: table, atStartOf: game)[2]
    #expect(abs(right - 1) < 0.01, "\(method): \(right) is not -1 + 0.5 x 4")
  }

  @Test("after a cut the value of the opponent's state counts negatively", arguments: learningMethods)
  func opponentAfterCuts(method: TabularParameters.Method) throws {
    let table = try learn(method, Duel(), epsilon: 0)
    // v = 1 - 0.5 v
    #expect(table.keys == [0])
    #expect(abs(table[0, 0] - 2.0 / 3) < 0.01, "\(method): \(table[0, 0])")
  }
}
