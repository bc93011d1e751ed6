import Environments
import Learning
import Search
import TensorCore
import Testing

@Suite("Learners solve their smallest game")
struct SmallestGameTests {
  @Test("DQN finds the shortest way over a frozen lake")
  func dryLake() throws {
    let game = try smallLake(stepLimit: 50)
    var parameters = DQNParameters(network: .mlp(hidden: [32]))
    (parameters.replayCapacity, parameters.minimumReplay) = (5_000, 500)
    (parameters.targetPeriod, parameters.updatesPerStep) = (100, 0.5)
    (parameters.optimiser, parameters.learningRate) = (.adam, 0.002)
    parameters.discount = 0.9
    parameters.exploration.steps = 6_000
    try withFolder { folder in
      try SmallRun(game: game, learner: .dqn(parameters), steps: 10_000).train(in: folder)
      let path = greedyPath(of: game, by: try Network.load(from: RunFolder(path: folder).weights))
      #expect(path.steps == 6 && path.reward == 1)
    }
  }

  @Test(
    "by playing itself DQN learns to beat chance at tic-tac-toe, with the signs of negamax",
    arguments: [.mlp(hidden: [64]), .residual(blocks: 1, channels: 16)] as [NetworkDescription.Torso])
  func negamax(torso: NetworkDescription.Torso) throws {
    let game = TicTacToe()
    var parameters = DQNParameters(network: torso)
    (parameters.replayCapacity, parameters.minimumReplay) = (5_000, 500)
    (parameters.targetPeriod, parameters.updatesPerStep) = (100, 0.5)
    (parameters.optimiser, parameters.learningRate) = (.adam, 0.002)
    parameters.discount = 0.95
    parameters.exploration.steps = 5_000
    try withFolder { folder in
      try SmallRun(game: game, learner: .dqn(parameters), steps: 8_000).train(in: folder)
      let network = try Network.load(from: RunFolder(path: folder).weights)
      let agent = ActionValueAgent(game: game, network: network)
      let points = try pointsAgainstChance(of: agent, in: game, games: 200)
      #expect(points >= 170, "\(points) of 200")
      try checkNormalisation(of: network, in: game)
    }
  }

  /// A network that plays normalises by running statistics, one that is trained by those of a batch: nearly the same
  /// once it is trained, and nothing alike if nobody keeps the statistics.
  private func checkNormalisation<G: Game>(of network: Network, in game: G) throws {
    let count = 64
    var random = Random(seed: 8, purpose: .test)
    var planes: [Float] = []
    for _ in 0..<count {
      var state = game.start(using: &random)
      for _ in 0..<random.integer(below: 5) { _ = game.stepRandomly(&state, using: &random) }
      var row = [Float](repeating: 0, count: game.observationShape.count)
      var span = row.mutableSpan
      game.observe(state, into: &span)
      planes += row
    }
    func values(_ mode: Tape.Mode) throws -> [Float] {
      let tape = Tape(parameters: network.parameters)
      tape.reset(mode: mode)
      let outputs = planes.withUnsafeBufferPointer { network.forward(planes: $0, batch: count, on: tape) }
      guard case .actionValues(let values) = outputs else { throw CancellationError() }
      return Array(tape.values(of: values))
    }
    let trained = try values(.training)
    func distance() throws -> Float {
      zip(try values(.evaluation), trained).reduce(0) { $0 + abs($1.0 - $1.1) }
    }
    let kept = try distance()
    for buffer in network.parameters.layout.buffers {
      let isVariance = buffer.name.hasSuffix("running_var")
      for index in buffer.range { network.parameters.buffers[index] = isVariance ? 1 : 0 }
    }
    if network.parameters.layout.buffers.isEmpty { return }
    let fresh = try distance()
    #expect(kept < fresh / 3, "\(kept) and \(fresh)")
  }

  @Test(
    "AlphaZero keeps the value of nearly every position of tic-tac-toe",
    arguments: AlphaZeroParameters.TrainingParameters.ValueLoss.allCases)
  func ticTacToe(valueLoss: AlphaZeroParameters.TrainingParameters.ValueLoss) throws {
    let game = TicTacToe()
    var parameters = AlphaZeroParameters(network: .mlp(hidden: [64]))
    parameters.search.simulations = 24
    parameters.selfPlay.temperaturePlies = 9
    parameters.training.window = 10_000
    parameters.training.valueLoss = valueLoss
    (parameters.training.batchSize, parameters.training.learningRate) = (128, 0.005)
    try withFolder { folder in
      try SmallRun(game: game, learner: .alphaZero(parameters), threads: 2, steps: 20_000).train(in: folder)
      let network = try Network.load(from: RunFolder(path: folder).weights)
      let agent = PUCTAgent(
        game: game, evaluator: NetworkEvaluator(game: game, network: network, capacity: 1), simulations: 50,
        parameters: SearchParameters(rule: parameters.rule), reusesTree: false)
      var solver = Minimax(game: game)
      var (kept, all) = (0, 0)
      for state in reachableStates(of: game) {
        agent.begin(state, random: Random(seed: 1, purpose: .test, index: UInt64(all)))
        all += 1
        let action = agent.decide(in: state).action
        if solver.value(of: action, in: state) == solver.value(of: state) { kept += 1 }
      }
      #expect(all == 4520)
      #expect(Double(kept) >= 0.95 * Double(all), "\(kept) of \(all)")
    }
  }

  @Test("AlphaZero crosses a slippery lake far more often than chance does")
  func slipperyLake() throws {
    let game = try smallLake(intended: 0.8, stepLimit: 60)
    var parameters = AlphaZeroParameters(network: .mlp(hidden: [32]))
    parameters.search.simulations = 16
    parameters.search.discount = 0.97
    parameters.selfPlay.bootstrapSteps = 10
    (parameters.training.batchSize, parameters.training.learningRate) = (64, 0.005)
    parameters.training.window = 5_000
    parameters.training.minimumWindow = 500
    try withFolder { folder in
      try SmallRun(game: game, learner: .alphaZero(parameters), threads: 2, steps: 16_000).train(in: folder)
      let network = try Network.load(from: RunFolder(path: folder).weights)
      let agent = PUCTAgent(
        game: game, evaluator: NetworkEvaluator(game: game, network: network, capacity: 1), simulations: 24,
        parameters: SearchParameters(rule: parameters.rule, discount: 0.97))
      let trained = try crossings(of: game, by: agent)
      let untrained = try crossings(of: game, by: RandomAgent(game: game))
      #expect(trained >= 50 && untrained <= 15, "\(trained) and \(untrained) of 100")
    }
  }

  /// How many of 100 episodes reach the goal.
  private func crossings<A: Agent>(of game: Gridworld, by agent: A) throws -> Int
  where A.Subject == Gridworld {
    try (0..<100).reduce(0) { count, index in
      var random = Random(seed: 3, purpose: .episode, index: UInt64(index))
      var state = game.start(using: &random)
      try agent.begin(state, random: Random(seed: 3, purpose: .test, index: UInt64(index)))
      while true {
        let action = try agent.decide(in: state).action
        let transition = game.step(&state, taking: action, using: &random)
        if transition.status.isOver { return count + (transition.reward > 0 ? 1 : 0) }
        try agent.follow(action, to: state)
      }
    }
  }
}
