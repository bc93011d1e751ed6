import Environments
import Search
import Testing

@Suite struct TicTacToeTests {
  private let game = TicTacToe()

  @Test("minimax solves tic-tac-toe: a draw, 5478 positions with those that have ended")
  func minimax() {
    var minimax = Minimax(game: game)
    #expect(minimax.value(of: state(of: game, after: [])) == 0)
    // Of the 5478 reachable positions 958 have ended, and are not kept.
    #expect(minimax.solvedCount == 5478 - 958)
    #expect(minimax.bestActions(in: state(of: game, after: [0])) == [4])
  }

  @Test("UCT with 2000 simulations keeps the value of every sampled position")
  func uctIsPerfect() {
    var minimax = Minimax(game: game)
    let seed: UInt64 = 11
    var random = Random(seed: seed, purpose: .test)
    for trial in 0..<60 {
      var position = game.start(using: &random)
      for _ in 0..<trial % 5 {
        var next = position
        let action = game.legalActions(in: position).randomAction(using: &random)
        if game.step(&next, taking: action, using: &random).status.isOver { break }
        position = next
      }
      let agent = UCTAgent(game: game, simulations: 2000)
      agent.begin(position, random: Random(seed: seed, purpose: .agent, index: UInt64(trial)))
      let decision = agent.decide(in: position)
      #expect(
        minimax.bestActions(in: position).contains(decision.action),
        "seed \(seed), trial \(trial):\n\(game.draw(position))")
      #expect(decision.candidates.reduce(0) { $0 + $1.visits } <= 2000)
    }
  }

  @Test("PUCT without knowledge wins at once, and blocks what would win at once")
  func mateInOne() {
    let agent = PUCTAgent(game: game, evaluator: UniformEvaluator<TicTacToe>(), simulations: 400)
    // X X .   X to move wins at c3.   X . .   O to move must block at c3.
    // O O .                           . O .
    // . . .                           X . .
    for (moves, answer) in [([0, 3, 1, 4], 2), ([0, 4, 6], 3)] {
      let position = state(of: game, after: moves)
      agent.begin(position, random: Random(seed: 3, purpose: .test))
      let decision = agent.decide(in: position)
      #expect(decision.action.index == answer, "\(game.draw(position))")
      #expect(decision.candidates[0].line.first == decision.action)
    }
  }

  @Test("agents that follow both sides draw a perfect game", arguments: [true, false])
  func selfPlay(reusesTree: Bool) {
    let agent = UCTAgent(game: game, simulations: 2000, reusesTree: reusesTree)
    let guided = PUCTAgent(
      game: game, evaluator: UniformEvaluator<TicTacToe>(), simulations: 1000, reusesTree: reusesTree,
      leavesPerRound: 4)
    var random = Random(seed: 5, purpose: .test)
    var position = game.start(using: &random)
    agent.begin(position, random: Random(seed: 6, purpose: .agent))
    guided.begin(position, random: Random(seed: 7, purpose: .agent))
    var last = Transition()
    while !last.status.isOver {
      let first = game.playerToMove(in: position) == .first
      let action = (first ? agent.decide(in: position) : guided.decide(in: position)).action
      last = game.step(&position, taking: action, using: &random)
      agent.follow(action, to: position)
      guided.follow(action, to: position)
    }
    #expect(last.reward == 0)
  }

  @Test("a random agent plays legal actions only")
  func randomAgent() {
    let agent = RandomAgent(game: game)
    let position = state(of: game, after: [0, 1, 2, 4])
    agent.begin(position, random: Random(seed: 8, purpose: .agent))
    let chosen = Set((0..<200).map { _ in agent.decide(in: position).action })
    #expect(chosen == Set(game.legalActions(in: position).array))
  }
}
