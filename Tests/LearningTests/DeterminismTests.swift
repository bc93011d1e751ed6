import Environments
import Foundation
import Learning
import Testing

@Suite("Same seed, same bytes")
struct DeterminismTests {
  private var alphaZero: SmallRun<TicTacToe> {
    SmallRun(game: TicTacToe(), learner: .alphaZero(.small(.residual(blocks: 1, channels: 4))), steps: 200)
  }

  /// With every rule of self-play and every option of training.
  private var everything: SmallRun<TicTacToe> {
    var parameters = AlphaZeroParameters.small(.residual(blocks: 1, channels: 4))
    parameters.search.simulations = 12
    (parameters.selfPlay.fullSearchShare, parameters.selfPlay.fastSimulations) = (0.5, 4)
    (parameters.search.kind, parameters.selfPlay.surpriseWeight) = (.gumbel, 0.5)
    parameters.search.solves = true
    (parameters.selfPlay.resignThreshold, parameters.selfPlay.resignPlies) = (0.02, 2)
    // After up to six random plies, so that the first position searched may be one that is proven.
    (parameters.selfPlay.solverNodes, parameters.selfPlay.playOnShare) = (100, 0.5)
    (parameters.selfPlay.randomPlies, parameters.selfPlay.openingTries) = (6, 2)
    (parameters.selfPlay.temperatureHalfLife, parameters.selfPlay.finalTemperature) = (3, 0.2)
    (parameters.training.windowStart, parameters.training.weightAverage) = (20, 0.9)
    parameters.training.replyWeight = 0.15
    (parameters.training.valueLoss, parameters.headWidths) = (
      .crossEntropy, .init(policy: 3, value: 2, hidden: 8)
    )
    return SmallRun(game: TicTacToe(), learner: .alphaZero(parameters), steps: 200)
  }

  /// PUCT with everything that concerns its root and its leaves.
  private var everyPUCT: SmallRun<TicTacToe> {
    var parameters = AlphaZeroParameters.small(
      .residual(blocks: 1, channels: 4, pooling: .init(blocks: [1], heads: true)))
    parameters.search.simulations = 12
    (parameters.selfPlay.fullSearchShare, parameters.selfPlay.fastSimulations) = (0.5, 4)
    (parameters.search.forcedPlayouts, parameters.search.symmetry) = (2, .random)
    parameters.search.sharesEvaluations = true
    (parameters.gate.games, parameters.gate.steps, parameters.gate.score) = (5, 50, 0.5)
    parameters.pastGames = 4
    return SmallRun(game: TicTacToe(), learner: .alphaZero(parameters), steps: 200)
  }

  private var dqn: SmallRun<Gridworld> {
    get throws {
      SmallRun(game: try smallLake(intended: 0.5, stepLimit: 6), learner: .dqn(.small()), steps: 200)
    }
  }

  private func tabular(_ method: TabularParameters.Method) throws -> SmallRun<Gridworld> {
    SmallRun(game: try smallLake(intended: 0.5, stepLimit: 6), learner: .tabular(.small(method)), steps: 200)
  }

  private func policyGradient(_ method: PolicyGradientParameters.Method) throws -> SmallRun<Gridworld> {
    SmallRun(
      game: try smallLake(intended: 0.5, stepLimit: 6), learner: .policyGradient(.small(method)), steps: 200)
  }

  private var recurrentDQN: SmallRun<Gridworld> {
    get throws {
      SmallRun(
        game: try smallLake(intended: 0.5, stepLimit: 11), learner: .recurrentDQN(.small()), steps: 300)
    }
  }

  private func remains<G: Game>(_ run: SmallRun<G>) throws -> Remains {
    try withFolder { folder in
      try run.train(in: folder)
      return try Remains(folder)
    }
  }

  private func checkThreads<G: Game>(_ run: SmallRun<G>) throws {
    let expected = try remains(run)
    var other = run
    other.threads = 2
    #expect(try remains(other) == expected)
    other.seed += 1
    let stranger = try remains(other)
    #expect(stranger.weights != expected.weights && stranger.replay != expected.replay)
  }

  @Test("the bytes of a run do not depend on its threads, and do depend on its seed")
  func threads() throws {
    try checkThreads(alphaZero)
    try checkThreads(everything)
    try checkThreads(everyPUCT)
    try checkThreads(dqn)
    try checkThreads(tabular(.prioritisedSweeping))
    try checkThreads(recurrentDQN)
    try checkThreads(policyGradient(.ppo))
    try checkThreads(policyGradient(.reinforce))
  }

  /// Stops in several sessions, until the run is done; also `late`, when memories have forgotten their first games.
  /// A run asks `questions` times an iteration, or a few times more, whether it is stopped.
  private func checkInterruptions<G: Game>(
    _ run: SmallRun<G>, late: Int? = nil, questions: Int = 1
  ) throws {
    let (expected, last) = try withFolder { folder in
      let last = try run.train(in: folder)
      return (try Remains(folder), last)
    }
    for stops in [[1], [3, 2, 4], [1, 1, 1, 1]] + (late.map { [[$0, 1]] } ?? []) {
      for checkpointSeconds in [1000.0, 0] {
        var run = run
        run.checkpointSeconds = checkpointSeconds
        try withFolder { folder in
          for (session, stop) in stops.enumerated() {
            try run.train(in: folder, isResuming: session > 0, stopAfter: stop * questions)
          }
          run.threads = 2
          let resumed = try run.train(in: folder, isResuming: true)
          #expect(try Remains(folder) == expected, "stopped after \(stops)")
          #expect(resumed.meanReturn == last.meanReturn && resumed.meanLength == last.meanLength)
        }
      }
    }
  }

  @Test("a run of AlphaZero that was stopped and taken up ends with the bytes of one that was not")
  func interruptedAlphaZero() throws {
    try checkInterruptions(alphaZero, questions: 24)
    try checkInterruptions(everything, questions: 24)
    try checkInterruptions(everyPUCT, questions: 24)
  }

  @Test("a run of DQN that was stopped and taken up ends with the bytes of one that was not")
  func interruptedDQN() throws {
    try checkInterruptions(dqn, late: 120)
    try checkInterruptions(SmallRun(game: TicTacToe(), learner: .dqn(.small()), steps: 200), late: 120)
  }

  @Test("a run of a policy gradient that was stopped and taken up ends with the bytes of one that was not")
  func interruptedPolicyGradient() throws {
    for method in PolicyGradientParameters.Method.allCases { try checkInterruptions(policyGradient(method)) }
    try checkInterruptions(SmallRun(game: TicTacToe(), learner: .policyGradient(.small(.ppo)), steps: 200))
  }

  @Test("a run of recurrent DQN that was stopped and taken up ends with the bytes of one that was not")
  func interruptedRecurrentDQN() throws {
    try checkInterruptions(recurrentDQN, late: 130)
    try checkInterruptions(
      SmallRun(game: TicTacToe(), learner: .recurrentDQN(.small()), steps: 200), late: 90)
  }

  @Test("a tabular run that was stopped and taken up ends with the bytes of one that was not")
  func interruptedTable() throws {
    for method in TabularParameters.Method.allCases where !method.isExact {
      try checkInterruptions(tabular(method))
    }
    try checkInterruptions(SmallRun(game: TicTacToe(), learner: .tabular(.small(.dyna)), steps: 200))
  }

  @Test("the same of Rainbow, with its noise and priorities, and of Munchausen with quantiles")
  func rainbow() throws {
    var munchausen = DQNParameters.rainbow
    munchausen.munchausen = DQNParameters.Munchausen()
    munchausen.head.distribution = .quantile(count: 5)
    for parameters in [.rainbow, munchausen] {
      try checkThreads(SmallRun(game: try smallLake(stepLimit: 6), learner: .dqn(parameters), steps: 150))
      try checkInterruptions(
        SmallRun(game: TicTacToe(), learner: .dqn(parameters), steps: 240), late: 160)
    }
  }
}
