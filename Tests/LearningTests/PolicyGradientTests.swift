import Environments
import Learning
import Search
import TensorCore
import Testing

@Suite("Policy gradients")
struct PolicyGradientTests {
  private func train<G: Game>(
    _ game: G, _ parameters: PolicyGradientParameters, steps: Int, threads: Int = 1
  ) throws -> Network {
    try withFolder { folder in
      let run = SmallRun(game: game, learner: .policyGradient(parameters), threads: threads, steps: steps)
      try run.train(in: folder)
      return try Network.load(from: RunFolder(path: folder).weights)
    }
  }

  /// The rewards of an episode, and its steps.
  private func play(_ game: Gridworld, with agent: PolicyAgent<Gridworld>, seed: UInt64) -> (Float, Int) {
    var random = Random(seed: seed, purpose: .test)
    var state = game.start(using: &random)
    agent.begin(state, random: random)
    var (total, steps) = (Float(0), 0)
    while true {
      let transition = game.step(&state, taking: agent.decide(in: state).action, using: &random)
      total += transition.reward
      steps += 1
      if transition.status.isOver { return (total, steps) }
    }
  }

  @Test(
    "each finds the shortest way over a frozen lake",
    arguments: PolicyGradientParameters.Method.allCases)
  func dryLake(method: PolicyGradientParameters.Method) throws {
    let game = try smallLake(stepLimit: 50)
    var parameters = PolicyGradientParameters(method: method, network: .mlp(hidden: [32]))
    parameters.discount = 0.9
    parameters.learningRate = 0.005
    parameters.entropyWeight = 0.02
    if method == .ppo { (parameters.horizon, parameters.minibatchSize) = (32, 64) }
    let network = try train(game, parameters, steps: 30_000)
    let result = play(game, with: PolicyAgent(game: game, network: network), seed: 1)
    #expect(result == (1, 6), "\(method): \(result)")
  }

  @Test(
    "a network that diverges ends the run with an error", arguments: PolicyGradientParameters.Method.allCases)
  func divergence(method: PolicyGradientParameters.Method) {
    var parameters = PolicyGradientParameters(method: method, network: .mlp(hidden: [32, 32, 32, 32]))
    (parameters.learningRate, parameters.gradientNorm) = (1e30, 0)
    // Without an action for every number, so that what is not legal would show.
    #expect(throws: RunError.self) { try train(TicTacToe(), parameters, steps: 3000) }
  }

  @Test("a value that is cut off goes on, one that ends does not: a walk without rewards but for its goal")
  func cuts() throws {
    // Three steps to the goal, cut off after two: only what is bootstrapped can tell of it.
    var rules = Gridworld.Rules()
    (rules.rewards.step, rules.stepLimit) = (-1, 2)
    rules.rewards.goal = -1
    let endless = try Gridworld(map: GridMap("SFFFFFFFFFFFFFFFFFFG"), rules: rules)
    var parameters = PolicyGradientParameters(method: .a2c, network: .mlp(hidden: [16]))
    (parameters.discount, parameters.learningRate) = (0.5, 0.003)
    let network = try train(endless, parameters, steps: 30_000)
    // Without an end each step costs 1: -1 / (1 - 0.5). Were the cut an end, it would be -1.5 at most.
    var random = Random(seed: 1, purpose: .test)
    let state = endless.start(using: &random)
    let value = PolicyAgent(game: endless, network: network).decide(in: state).value ?? 0
    #expect(abs(value + 2) < 0.25, "\(value)")
  }

  @Test("by playing itself PPO learns to beat chance at tic-tac-toe, and never plays what is illegal")
  func ticTacToe() throws {
    let game = TicTacToe()
    var parameters = PolicyGradientParameters(method: .ppo, network: .mlp(hidden: [64]))
    // Two players who are sure of their moves stop meeting other positions, so the policy is kept open.
    (parameters.discount, parameters.learningRate, parameters.entropyWeight) = (1, 0.002, 0.2)
    (parameters.lanes, parameters.horizon, parameters.minibatchSize) = (16, 32, 128)
    let network = try train(game, parameters, steps: 60_000)
    let agent = PolicyAgent(game: game, network: network)
    let points = try pointsAgainstChance(of: agent, in: game, games: 200)
    #expect(points >= 180, "\(points) of 200")
  }

  @Test("an agent's temperature makes it sample, and its shares add up to 1")
  func sampling() throws {
    let game = try smallLake()
    let parameters = PolicyGradientParameters.small(.ppo)
    let network = try Network(parameters.networkDescription(for: game), seed: 3)
    var random = Random(seed: 1, purpose: .test)
    let state = game.start(using: &random)
    func actions(temperature: Float) -> Set<Action> {
      let agent = PolicyAgent(game: game, network: network, temperature: temperature)
      agent.begin(state, random: random)
      return Set((0..<200).map { _ in agent.decide(in: state).action })
    }
    #expect(actions(temperature: 0).count == 1 && actions(temperature: 1).count == 4)
    let shares = PolicyAgent(game: game, network: network).decide(in: state).candidates.map(\.share)
    #expect(abs(shares.reduce(0, +) - 1) < 1e-5 && shares == shares.sorted(by: >))
  }
}
