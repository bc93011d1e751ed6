import Environments
import Search
import Testing

@Suite struct SpeedTests {
  @Test("UCT searches at a useful pace")
  func simulationsPerSecond() {
    report("tic-tac-toe", TicTacToe())
    report("connect four", ConnectFour())
  }

  @Test("lockstep PUCT adds little to what its evaluator costs")
  func lockstepOverhead() {
    let game = ConnectFour()
    var random = Random(seed: 0, purpose: .test)
    let start = game.start(using: &random)
    var evaluator = UniformEvaluator<ConnectFour>()
    var search = LockstepSearch(
      game: game, parameters: SearchParameters(rule: PUCT(), noise: RootNoise(alpha: 1)), count: 64)
    let clock = ContinuousClock()
    var simulations = 0
    let begun = clock.now
    while clock.now - begun < .milliseconds(300) {
      for index in 0..<64 {
        search[index].begin(start, random: Random(seed: 0, purpose: .agent, index: UInt64(index)))
        search[index].plan(simulations: 200)
      }
      search.run(with: &evaluator)
      simulations += 64 * 200
    }
    let rate = Double(simulations) / ((clock.now - begun) / .seconds(1))
    print("PUCT connect four, 64 trees: \(Int(rate)) simulations per second")
    #expect(rate > 100_000)
  }

  /// Searches of 1000 simulations from the start, each with a new tree, for about a third of a second.
  private func report<Subject: Game>(_ name: String, _ game: Subject) {
    var random = Random(seed: 0, purpose: .test)
    let start = game.start(using: &random)
    var search = TreeSearch(game: game, parameters: SearchParameters(rule: UCB1()))
    let clock = ContinuousClock()
    var simulations = 0
    let begun = clock.now
    while clock.now - begun < .milliseconds(300) {
      search.begin(start, random: Random(seed: 0, purpose: .agent, index: UInt64(simulations)))
      search.simulatePlayouts(1000)
      simulations += 1000
    }
    let rate = Double(simulations) / ((clock.now - begun) / .seconds(1))
    print("UCT \(name): \(Int(rate)) simulations per second")
    // A fifth of what one core of a busy machine reaches: far above what an allocation per step would allow.
    #expect(rate > 100_000)
  }
}
