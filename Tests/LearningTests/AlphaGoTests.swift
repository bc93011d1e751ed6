import Environments
import Foundation
import Learning
import Replay
import Search
import TensorCore
import Testing

@Suite("The AlphaGo pipeline")
struct AlphaGoTests {
  /// Games that plain tree search plays against itself.
  private func examples(_ count: Int) -> [GameRecord] {
    let game = TicTacToe()
    return (0..<count).map { number in
      var record = GameRecord(
        game: "test", rules: SmallRun<TicTacToe>.rules, seed: 3, stream: UInt64(number))
      var random = record.random
      var state = game.start(using: &random)
      let agent = UCTAgent(game: game, simulations: 60)
      agent.begin(state, random: Random(seed: 3, purpose: .test, index: UInt64(number)))
      while record.status == .running {
        // A random first move, so that games differ.
        let action =
          record.actions.isEmpty
          ? game.randomLegalAction(in: state, using: &random) : agent.decide(in: state).action
        record.append(action, game.step(&state, taking: action, using: &random))
        agent.follow(action, to: state)
      }
      return record
    }
  }

  private var parameters: AlphaGoParameters {
    var parameters = AlphaGoParameters(network: .mlp(hidden: [32]))
    parameters.supervised.batchSize = 64
    parameters.supervised.learningRate = 0.01
    parameters.supervised.updatesPerIteration = 10
    parameters.reinforcement.games = 16
    parameters.reinforcement.batchSize = 32
    parameters.reinforcement.poolPeriod = 2
    parameters.reinforcement.poolSize = 3
    parameters.valuation.games = 16
    parameters.valuation.batchSize = 32
    return parameters
  }

  private func run(steps: Int, threads: Int = 1) -> SmallRun<TicTacToe> {
    SmallRun(
      game: TicTacToe(), learner: .alphaGo(parameters, examples(120)), threads: threads, steps: steps,
      checkpointSeconds: 0)
  }

  @Test("it predicts recorded moves, and then plays better than chance by what it learned")
  func learns() throws {
    try withFolder { folder in
      let progress = try run(steps: 60_000).train(in: folder)
      #expect(try #require(progress.policyAccuracy) > 0.45)
      #expect(progress.games > 1_000 && progress.updates > 500)
      let game = TicTacToe()
      let pair = try NetworkPair.load(from: folder + "/weights.safetensors")
      let agent = PUCTAgent(
        game: game, evaluator: NetworkPairEvaluator(game: game, networks: pair, capacity: 1),
        simulations: 20)
      var random = Random(seed: 5, purpose: .test)
      var losses = 0
      for number in 0..<100 {
        var state = game.start(using: &random)
        agent.begin(state, random: Random(seed: 5, purpose: .match, index: UInt64(number)))
        let own: Player = number.isMultiple(of: 2) ? .first : .second
        while true {
          let isOwn = game.playerToMove(in: state) == own
          let action =
            isOwn ? agent.decide(in: state).action : game.randomLegalAction(in: state, using: &random)
          let transition = game.step(&state, taking: action, using: &random)
          if transition.status.isOver {
            if !isOwn && transition.reward > 0 { losses += 1 }
            break
          }
          agent.follow(action, to: state)
        }
      }
      #expect(losses <= 5, "seed 5")
    }
  }

  @Test("REINFORCE makes a policy that beats the one it began with")
  func reinforces() throws {
    var parameters = parameters
    (parameters.supervised.share, parameters.valuation.share) = (0.1, 0.01)
    (parameters.reinforcement.games, parameters.reinforcement.batchSize) = (64, 64)
    (parameters.reinforcement.poolPeriod, parameters.reinforcement.poolSize) = (10, 16)
    parameters.reinforcement.learningRate = 0.005
    try withFolder { folder in
      let run = SmallRun(
        game: TicTacToe(), learner: .alphaGo(parameters, examples(60)), steps: 60_000, checkpointSeconds: 0)
      try run.train(in: folder)
      let checkpoints = folder + "/checkpoints"
      let newest = try #require(try FileManager.default.contentsOfDirectory(atPath: checkpoints).max())
      let (before, after) = (
        try Network.load(from: "\(checkpoints)/\(newest)/supervised_weights.safetensors"),
        try Network.load(from: "\(checkpoints)/\(newest)/reinforced_weights.safetensors")
      )
      let points = points(of: after, against: before, games: 1_000)
      #expect(points > 560, "\(points) of 1,000")
    }
  }

  /// The points of a policy that draws its moves against another one; it moves first in every other game.
  private func points(of network: Network, against other: Network, games: Int) -> Double {
    let game = TicTacToe()
    let players = [network, other].map { PolicyAgent(game: game, network: $0, temperature: 1) }
    var points = 0.0
    for number in 0..<games {
      var random = Random(seed: 6, purpose: .test, index: UInt64(number))
      var state = game.start(using: &random)
      for player in players { player.begin(state, random: Random(seed: random.next(), purpose: .agent)) }
      while true {
        let mover = (game.playerToMove(in: state) == .first) == number.isMultiple(of: 2) ? 0 : 1
        let transition = game.step(&state, taking: players[mover].decide(in: state).action, using: &random)
        if transition.status.isOver {
          points += transition.reward == 0 ? 0.5 : (transition.reward > 0) == (mover == 0) ? 1 : 0
          break
        }
      }
    }
    return points
  }

  @Test("each stage has its part of the budget")
  func stages() {
    var parameters = AlphaGoParameters(network: .mlp(hidden: [8]))
    (parameters.supervised.share, parameters.reinforcement.share, parameters.valuation.share) = (1, 2, 1)
    #expect(parameters.stage(atShare: 0) == .supervised)
    #expect(parameters.stage(atShare: 0.26) == .reinforcement)
    #expect(parameters.stage(atShare: 0.76) == .valuation)
    #expect(parameters.stage(atShare: 1) == .valuation)
    parameters.reinforcement.share = 0
    #expect(parameters.stage(atShare: 0.6) == .valuation)
  }

  @Test("the same seed gives the same bytes with two threads, and after being stopped in every stage")
  func determinism() throws {
    let whole = try withFolder { folder in
      try run(steps: 12_000).train(in: folder)
      return try Remains(folder)
    }
    try withFolder { folder in
      try run(steps: 12_000, threads: 2).train(in: folder)
      #expect(try Remains(folder) == whole)
    }
    try withFolder { folder in
      var isResuming = false
      while true {
        let progress = try run(steps: 12_000).train(in: folder, isResuming: isResuming, stopAfter: 7)
        isResuming = true
        if progress.step >= 12_000 { break }
      }
      #expect(try Remains(folder) == whole)
    }
  }
}
