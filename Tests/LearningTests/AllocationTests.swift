import Environments
import GameLaws
import Learning
import Replay
import Search
import TensorCore
import Testing

@Suite("A warm learner does not allocate")
struct AllocationTests {
  @Test("a gradient step of AlphaZero, with symmetries and batch norm")
  func alphaZero() throws {
    let game = TicTacToe()
    let parameters = AlphaZeroParameters.small(.residual(blocks: 1, channels: 4))
    let network = try Network(parameters.networkDescription(for: game), seed: 1)
    let trainer = try AlphaZeroTrainer(
      network: network, parameters: parameters.training, symmetries: game.symmetries, seed: 1, threads: 1)
    var window = SampleWindow(
      capacity: 50, observationShape: game.observationShape, actionCount: game.actionCount)
    var planes = [Float](repeating: 0, count: game.observationShape.count)
    let policy = [Float](repeating: 1 / 9, count: 9)
    for index in 0..<50 {
      planes[index % planes.count] = 1
      window.append(observation: planes.span, policy: policy.span, value: Float(index % 3 - 1))
    }
    var counts: [Int] = []
    for round in 0..<3 {
      counts.append(
        try allocations { _ = try trainer.train(updates: 20, from: round * 20, on: window, budgetShare: 0) })
    }
    #expect(counts.last == 0, "\(counts) allocations in three times twenty steps")
  }

  @Test("a gradient step of DQN", arguments: DQNParameters.combinations)
  func dqn(parameters: DQNParameters) throws {
    let game = try smallLake(stepLimit: 5)
    let learner = try DQNLearner(
      description: parameters.networkDescription(for: game), parameters: parameters, seed: 1)
    var ring = TransitionRing(
      capacity: 100, lanes: 1, observationShape: game.observationShape, actionCount: game.actionCount,
      priorityExponent: parameters.prioritisation?.exponent)
    for stream in 0..<20 {
      var record = GameRecord(game: "test", rules: 0, seed: 1, stream: UInt64(stream))
      var random = record.random
      var state = game.start(using: &random)
      while !record.status.isOver {
        let action = Action(record.actions.count & 1 + 1)
        record.append(action, game.step(&state, taking: action, using: &random))
      }
      try ring.append(record, game: game, lane: 0)
    }
    var random = Random(seed: 1, purpose: .test)
    var counts: [Int] = []
    for _ in 0..<3 {
      counts.append(
        allocations {
          learner.networks.copyToTarget()
          for _ in 0..<20 { _ = learner.update(from: &ring, using: &random, budgetShare: 0.5) }
        })
    }
    #expect(counts.last == 0, "\(counts) allocations in three times twenty steps")
  }

  @Test("the simulations of a search that asks a network")
  func simulations() throws {
    let game = TicTacToe()
    let parameters = AlphaZeroParameters.small()
    let network = try Network(parameters.networkDescription(for: game), seed: 1)
    var evaluator = NetworkEvaluator(game: game, network: network, capacity: 4)
    var search = LockstepSearch(
      game: game, parameters: parameters.searchParameters(rule: parameters.rule), count: 4)
    var random = Random(seed: 1, purpose: .test)
    let start = game.start(using: &random)
    var counts: [Int] = []
    for round in 0..<3 {
      for index in 0..<4 {
        search[index].begin(start, random: Random(seed: 1, purpose: .test, index: UInt64(round * 4 + index)))
        search[index].plan(simulations: 200)
      }
      counts.append(allocations { search.run(with: &evaluator) })
    }
    #expect(counts.last == 0, "\(counts) allocations in three times 800 simulations")
  }
}
