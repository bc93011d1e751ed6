import Environments
import Foundation
import Learning
import Replay
import Search
import TensorCore
import Testing

@Suite("A whole run on every game")
struct PipelineTests {
  /// Trains a few steps, and checks all that the run left behind.
  private func check<G: Game>(_ run: SmallRun<G>) throws {
    try withFolder { folder in
      let progress = try run.train(in: folder)
      #expect(progress.step >= run.steps && progress.updates > 0 && progress.games > 0)
      #expect(progress.valueLoss?.isFinite == true)
      #expect(progress.memoryBytes ?? 1 > 0)
      if case .alphaZero = run.learner {
        #expect((progress.valueError ?? -1) >= 0 && progress.valueBias != nil)
        #expect((0.01...1).contains(progress.uniqueShare ?? 0) && progress.windowSize ?? 0 > 0)
        #expect((1...Double(run.steps)).contains(progress.windowAge ?? 0))
      }
      let network = try Network.load(from: RunFolder(path: folder).weights)
      let fresh = try #require(try run.freshNetwork())
      #expect(network.description == fresh.description)
      let weights = Array(network.parameters.trained)
      #expect(weights.allSatisfy { $0.isFinite })
      #expect(weights != Array(fresh.parameters.trained))
      var reader = try ReplayReader(RunFolder(path: folder).replay)
      var games = 0
      try reader.forEachGame { record in
        games += 1
        #expect(record.status.isOver)
        try replay(record, game: run.game, rules: SmallRun<G>.rules)
      }
      #expect(games == progress.games)
      // The run is over: to go on with it changes nothing.
      let before = try Remains(folder)
      try run.train(in: folder, isResuming: true)
      #expect(try Remains(folder) == before)
    }
  }

  private func check<G: Game>(_ game: G, alphaZero torso: NetworkDescription.Torso, steps: Int) throws {
    try check(SmallRun(game: game, learner: .alphaZero(.small(torso)), steps: steps))
    try check(SmallRun(game: game, learner: .dqn(.small()), steps: steps))
  }

  @Test("tic-tac-toe") func ticTacToe() throws {
    try check(TicTacToe(), alphaZero: .mlp(hidden: [8]), steps: 120)
  }

  @Test("connect four") func connectFour() throws {
    try check(
      try ConnectFour(columns: 5, rows: 4, length: 3), alphaZero: .residual(blocks: 1, channels: 4),
      steps: 160)
  }

  @Test("Go") func go() throws {
    let game = try Go7(GoRules(side: 5, komi: 0.5, moveLimit: 30))
    try check(game, alphaZero: .residual(blocks: 1, channels: 4), steps: 300)
  }

  @Test("a slippery gridworld, whose episodes are cut off") func gridworld() throws {
    try check(try smallLake(intended: 1.0 / 3, stepLimit: 5), alphaZero: .mlp(hidden: [8]), steps: 200)
  }

  @Test("MinAtar Breakout, whose episodes are cut off") func breakout() throws {
    let game = try MinAtar(.breakout, frameLimit: 25)
    try check(game, alphaZero: .convolutional(channels: 4, hidden: 8), steps: 240)
  }
}
