import Environments
import Foundation
import Learning
import Search
import TensorCore
import Testing

@Suite("Tables of action values")
struct TabularTests {
  /// The table that a run leaves.
  func train<G: Game>(
    _ game: G, _ parameters: TabularParameters, steps: Int, threads: Int = 1
  ) throws -> ActionValueTable {
    try withFolder { folder in
      try SmallRun(game: game, learner: .tabular(parameters), threads: threads, steps: steps).train(
        in: folder)
      return try ActionValueTable(contentsOf: RunFolder(path: folder).weights)
    }
  }

  /// The largest error of the best values of all states that the table has, and how many those are.
  private func error<G: Enumerable>(of table: ActionValueTable, in game: G, discount: Double) throws -> (
    error: Double, states: Int
  ) {
    let model = try MarkovModel(of: game)
    let exact = model.valueIteration(discount: discount).values
    var worst = (error: 0.0, states: 0)
    for (state, key) in model.keys.enumerated() {
      guard let row = table.row(of: key) else { continue }
      let value = table[row, table.bestAction(inRow: row).index]
      worst.error = max(worst.error, abs(Double(value) - exact[state]))
      worst.states += 1
    }
    return worst
  }

  private func parameters(_ method: TabularParameters.Method) -> TabularParameters {
    var parameters = TabularParameters(method: method)
    parameters.discount = 0.9
    (parameters.exploration.start, parameters.exploration.end) = (1, 1)
    return parameters
  }

  @Test(
    "values of a slippery lake come within 0.03 of the exact ones",
    arguments: [
      TabularParameters.Method.qLearning, .dyna, .prioritisedSweeping,
    ])
  func slipperyLake(method: TabularParameters.Method) throws {
    let game = try smallLake(intended: 0.8, stepLimit: 50)
    var parameters = parameters(method)
    (parameters.learningRate, parameters.finalLearningRate) = (0.3, 0.001)
    let table = try train(game, parameters, steps: method == .prioritisedSweeping ? 30_000 : 400_000)
    let found = try error(of: table, in: game, discount: 0.9)
    #expect(found.states == 11 && found.error < 0.03, "\(method): \(found)")
  }

  @Test("without chance Q-learning is exact, with few samples if a model is learned too")
  func dryLake() throws {
    let game = try smallLake(stepLimit: nil)
    var parameters = parameters(.qLearning)
    parameters.learningRate = 1
    #expect(try error(of: train(game, parameters, steps: 5_000), in: game, discount: 0.9).error < 1e-5)
    parameters.method = .dyna
    #expect(try error(of: train(game, parameters, steps: 1_000), in: game, discount: 0.9).error < 1e-5)
    parameters.method = .prioritisedSweeping
    #expect(try error(of: train(game, parameters, steps: 2_000), in: game, discount: 0.9).error < 1e-4)
  }

  @Test("on the cliff SARSA takes the safe way, Q-learning the short one (Sutton and Barto, example 6.6)")
  func cliff() throws {
    var rules = Gridworld.Rules()
    rules.rewards = Gridworld.Rewards(goal: -1, cliff: -100, step: -1)
    rules.actionOrder = .upRightDownLeft
    let game = try Gridworld(
      map: GridMap("............\n............\n............\nSCCCCCCCCCCG"), rules: rules)
    func length(_ method: TabularParameters.Method, rate: Float) throws -> Int {
      var parameters = TabularParameters(method: method)
      parameters.discount = 1
      (parameters.exploration.start, parameters.exploration.end) = (0.1, 0.1)
      (parameters.learningRate, parameters.finalLearningRate) = (rate, 0.01)
      let table = try train(game, parameters, steps: 200_000)
      return play(game, with: TabularAgent(game: game, table: table))
    }
    #expect(try length(.qLearning, rate: 0.5) == 13)
    #expect(try 15...17 ~= length(.sarsa, rate: 0.5))
    #expect(try 15...17 ~= length(.expectedSarsa, rate: 0.5))
  }

  /// The steps of an episode, at most 1000.
  private func play(_ game: Gridworld, with agent: TabularAgent<Gridworld>) -> Int {
    var random = Random(seed: 1, purpose: .test)
    var state = game.start(using: &random)
    agent.begin(state, random: random)
    for step in 1...1000 {
      if game.step(&state, taking: agent.decide(in: state).action, using: &random).status.isOver {
        return step
      }
    }
    return 1000
  }

  @Test("by playing itself Q-learning finds the value of every position of tic-tac-toe it meets")
  func ticTacToe() throws {
    let game = TicTacToe()
    var parameters = parameters(.qLearning)
    (parameters.discount, parameters.learningRate, parameters.initialValue) = (1, 1, 0)
    try withFolder { folder in
      try SmallRun(game: game, learner: .tabular(parameters), steps: 500_000).train(in: folder)
      let table = try ActionValueTable(contentsOf: RunFolder(path: folder).weights)
      var solver = Minimax(game: game)
      let agent = TabularAgent(game: game, table: table)
      let states = reachableStates(of: game)
      #expect(table.keys.count == 4520 && states.count == 4520)
      let wrong = states.filter { agent.decide(in: $0).value != solver.value(of: $0) }
      #expect(wrong.isEmpty, "\(wrong.count) values are wrong")
    }
  }

  @Test("dynamic programming writes a table that agents play by, and ends the run")
  func exact() throws {
    let game = try smallLake(intended: 0.8, stepLimit: 50)
    for method in [TabularParameters.Method.valueIteration, .policyIteration] {
      let table = try train(game, parameters(method), steps: 1_000_000_000)
      #expect(try error(of: table, in: game, discount: 0.9).error < 1e-6)
    }
    try withFolder { folder in
      let run = SmallRun(game: TicTacToe(), learner: .tabular(parameters(.valueIteration)), steps: 1)
      #expect(throws: RuleError.self) { try run.train(in: folder) }
    }
    // A policy that walks into a wall for ever takes as many sweeps as the discount is near 1.
    let model = try MarkovModel(of: game)
    #expect(model.policyIteration(discount: 0.999).isExact)
    #expect(!model.policyIteration(discount: 0.999, sweepLimit: 2).isExact)
    #expect(!model.valueIteration(discount: 0.999, sweepLimit: 2).isExact)
  }

  @Test("a file of another kind, or one that was changed, is refused")
  func files() throws {
    try withFolder { folder in
      let path = folder + "/weights.safetensors"
      let game = try smallLake()
      let table = try train(game, .small(.qLearning), steps: 300)
      try table.save(to: path)
      #expect(try ActionValueTable(contentsOf: path) == table)
      let good = try Safetensors(contentsOf: path)
      let (keys, values) = (try #require(good["keys"]), try #require(good["values"]))
      func refuses(_ tensors: [(String, Tensor)], metadata: [String: String]? = nil) throws {
        try Safetensors(
          tensors: tensors.map { NamedTensor(name: $0.0, tensor: $0.1) }, metadata: metadata ?? good.metadata
        ).write(to: path)
        #expect(throws: TensorFileError.self) { try ActionValueTable(contentsOf: path) }
      }
      try refuses([("keys", keys), ("values", values)], metadata: [:])
      try refuses([("keys", keys)])
      try refuses([("keys", values), ("values", values)])
      let half = Tensor(shape: keys.shape, values: keys.values.map { $0 + 0.5 })
      try refuses([("keys", half), ("values", values)])
      let same = Tensor(shape: keys.shape, values: keys.values.map { _ in 1 })
      try refuses([("keys", same), ("values", values)])
      let none = Tensor(shape: values.shape, values: values.values.map { _ in .nan })
      try refuses([("keys", keys), ("values", none)])
    }
  }
}
