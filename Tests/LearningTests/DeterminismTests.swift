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

  /// Stops after so many iterations of each session, until the run is done.
  private func checkInterruptions<G: Game>(_ run: SmallRun<G>) throws {
    let expected = try remains(run)
    for stops in [[1], [3, 2, 4], [1, 1, 1, 1]] {
      for checkpointSeconds in [1000.0, 0] {
        var run = run
        run.checkpointSeconds = checkpointSeconds
        try withFolder { folder in
          for (session, stop) in stops.enumerated() {
            try run.train(in: folder, isResuming: session > 0, stopAfter: stop)
          }
          run.threads = 2
          try run.train(in: folder, isResuming: true)
          #expect(try Remains(folder) == expected, "stopped after \(stops) iterations")
        }
      }
    }
  }

  @Test("a run of AlphaZero that was stopped and taken up ends with the bytes of one that was not")
  func interruptedAlphaZero() throws {
    try checkInterruptions(alphaZero)
    try checkInterruptions(everything)
    try checkInterruptions(everyPUCT)
  }

  @Test("a run of DQN that was stopped and taken up ends with the bytes of one that was not")
  func interruptedDQN() throws {
    try checkInterruptions(dqn)
    try checkInterruptions(SmallRun(game: TicTacToe(), learner: .dqn(.small()), steps: 200))
  }

  @Test("a run of a policy gradient that was stopped and taken up ends with the bytes of one that was not")
  func interruptedPolicyGradient() throws {
    for method in PolicyGradientParameters.Method.allCases { try checkInterruptions(policyGradient(method)) }
    try checkInterruptions(SmallRun(game: TicTacToe(), learner: .policyGradient(.small(.ppo)), steps: 200))
  }

  @Test("a run of recurrent DQN that was stopped and taken up ends with the bytes of one that was not")
  func interruptedRecurrentDQN() throws {
    try checkInterruptions(recurrentDQN)
    try checkInterruptions(SmallRun(game: TicTacToe(), learner: .recurrentDQN(.small()), steps: 200))
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
      try checkInterruptions(SmallRun(game: TicTacToe(), learner: .dqn(parameters), steps: 150))
    }
  }
}

@Suite("Damage to a run's folder")
struct DamageTests {
  private func checkpoints(_ folder: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder + "/checkpoints").sorted()
      .map { folder + "/checkpoints/" + $0 }
  }

  private func flipByte(of path: String) throws {
    var data = try Data(contentsOf: URL(fileURLWithPath: path))
    data[data.count / 2] ^= 1
    try data.write(to: URL(fileURLWithPath: path))
  }

  private func check<G: Game>(_ run: SmallRun<G>, damage: (_ folder: String) throws -> Void) throws {
    let expected = try withFolder { folder in
      try run.train(in: folder)
      return try Remains(folder)
    }
    try withFolder { folder in
      var stopped = run
      stopped.checkpointSeconds = 0
      try stopped.train(in: folder, stopAfter: 5)
      try damage(folder)
      try run.train(in: folder, isResuming: true)
      #expect(try Remains(folder) == expected)
      #expect(try checkpoints(folder).count == 2)
    }
  }

  private func check(damage: (_ folder: String) throws -> Void) throws {
    try check(SmallRun(game: TicTacToe(), learner: .alphaZero(.small()), steps: 200), damage: damage)
    try check(
      SmallRun(game: try smallLake(intended: 0.5), learner: .dqn(.small()), steps: 100), damage: damage)
  }

  @Test("a damaged file in the newest checkpoint makes the run go on from the one before")
  func damagedCheckpoint() throws {
    try check { try flipByte(of: try checkpoints($0)[1] + "/weights.safetensors") }
    try check { try FileManager.default.removeItem(atPath: try checkpoints($0)[1] + "/lanes.replay") }
    try check {
      try Data("{".utf8).write(to: URL(fileURLWithPath: try checkpoints($0)[1] + "/manifest.json"))
    }
  }

  @Test("what a killed run left unfinished is cleared away")
  func unfinished() throws {
    try check { folder in
      try FileManager.default.createDirectory(
        atPath: folder + "/checkpoints/000000009999.partial", withIntermediateDirectories: false)
      try Data([1, 2, 3]).write(to: URL(fileURLWithPath: RunFolder(path: folder).weights + ".partial"))
    }
  }

  @Test("games beyond the checkpoint, whole or torn, are played again")
  func tornReplay() throws {
    try check { folder in
      let file = try FileHandle(forWritingTo: URL(fileURLWithPath: RunFolder(path: folder).replay))
      try file.seekToEnd()
      try file.write(contentsOf: Data([0x28, 0xB5, 0x2F, 0xFD, 0, 1, 2]))
      try file.close()
    }
  }

  @Test("a run is taken up without a look at games that its window does not hold any more")
  func oldGames() throws {
    let run = SmallRun(game: TicTacToe(), learner: .alphaZero(.small()), steps: 400)
    let expected = try withFolder { folder in
      try run.train(in: folder)
      return try Remains(folder)
    }
    try withFolder { folder in
      try run.train(in: folder, stopAfter: 15)
      let file = try FileHandle(forWritingTo: URL(fileURLWithPath: RunFolder(path: folder).replay))
      try file.write(contentsOf: Data(repeating: 0, count: 50))
      try file.close()
      try run.train(in: folder, isResuming: true)
      let found = try Remains(folder)
      #expect(found.weights == expected.weights)
      #expect(found.replay.dropFirst(50) == expected.replay.dropFirst(50))
    }
  }

  @Test("a window that takes more memory than it may is refused at once")
  func memoryLimit() throws {
    var parameters = AlphaZeroParameters.small()
    (parameters.training.window, parameters.training.memoryLimit) = (100_000, 1)
    let run = SmallRun(game: TicTacToe(), learner: .alphaZero(parameters), steps: 10)
    try withFolder { folder in
      let error = #expect(throws: RunError.self) { try run.train(in: folder) }
      #expect(error?.description.contains("memory_limit is 1") == true)
    }
  }

  @Test("weights that were saved but not published are published when the run is taken up")
  func unpublished() throws {
    let run = SmallRun(game: TicTacToe(), learner: .alphaZero(.small()), steps: 100)
    try withFolder { folder in
      try run.train(in: folder)
      let expected = try Remains(folder)
      try Data("old".utf8).write(to: URL(fileURLWithPath: RunFolder(path: folder).weights))
      try run.train(in: folder, isResuming: true)
      #expect(try Remains(folder) == expected)
    }
  }

  @Test("a run without any intact checkpoint is neither taken up nor written over")
  func nothingLeft() throws {
    let run = SmallRun(game: TicTacToe(), learner: .alphaZero(.small()), steps: 200)
    try withFolder { folder in
      try run.train(in: folder)
      let before = try Remains(folder)
      for checkpoint in try checkpoints(folder) { try flipByte(of: checkpoint + "/weights.safetensors") }
      #expect(throws: RunError.self) { try run.train(in: folder, isResuming: true) }
      #expect(throws: RunError.self) { try run.train(in: folder) }
      #expect(try Remains(folder) == before)
    }
  }

  @Test("a run whose definition was changed to another number of games is refused")
  func otherLanes() throws {
    try withFolder { folder in
      var parameters = DQNParameters.small()
      try SmallRun(game: TicTacToe(), learner: .dqn(parameters), steps: 90).train(in: folder, stopAfter: 4)
      parameters.lanes = 5
      let changed = SmallRun(game: TicTacToe(), learner: .dqn(parameters), steps: 90)
      #expect(throws: RunError.self) { try changed.train(in: folder, isResuming: true) }
    }
  }
}
