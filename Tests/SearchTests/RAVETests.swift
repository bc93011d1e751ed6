import Environments
import GameLaws
import Search
import Testing

@Suite struct RAVETests {
  private func stream(_ index: UInt64) -> Random { Random(seed: 6, purpose: .test, index: index) }

  @Test("RAVE keeps the value of sampled tic-tac-toe positions")
  func ticTacToe() {
    let game = TicTacToe()
    var minimax = Minimax(game: game)
    for (index, moves) in [[], [0], [4], [0, 4], [0, 4, 8], [0, 3, 1, 4], [0, 4, 6]].enumerated() {
      let position = state(of: game, after: moves)
      let agent = RAVEAgent(game: game, simulations: 2000)
      agent.begin(position, random: stream(UInt64(index)))
      let decision = agent.decide(in: position)
      #expect(minimax.bestActions(in: position).contains(decision.action), "\(game.draw(position))")
    }
  }

  @Test("shared statistics count every simulation with the move, hold the returns, and follow reuse")
  func statistics() {
    let game = Matches(heap: 9)
    var search = TreeSearch(game: game, parameters: SearchParameters(rule: RAVE()))
    search.begin(state(of: game, after: []), random: stream(20))
    search.simulatePlayouts(400)
    func check() {
      #expect(search.tree.shared.count == search.tree.edges.count)
      for edge in 0..<search.tree.edges.count {
        let shared = search.tree.shared[edge]
        #expect(shared.visits >= search.tree.edges[edge].visits)
        #expect(abs(shared.valueSum) <= Float(shared.visits) + 1e-3)
      }
      #expect(search.tree.violations(isStochastic: false) == [])
    }
    check()
    #expect(search.simulationCount == 400)
    let kept = search.advance(0, to: state(of: game, after: [0]))
    #expect(kept)
    check()
    search.simulatePlayouts(100)
    check()
  }

  @Test("RAVE beats plain UCT at Hex with few simulations")
  func hex() throws {
    let game = try Hex64(HexRules(rows: 7, columns: 7))
    let seed: UInt64 = 7
    var random = Random(seed: seed, purpose: .test)
    var wins = 0
    let games = 12
    for trial in 0..<games {
      let agents: [any Agent<Hex64>] = [
        RAVEAgent(game: game, simulations: 100, solves: false),
        UCTAgent(game: game, simulations: 100, solves: false),
      ]
      var position = game.start(using: &random)
      for (index, agent) in agents.enumerated() {
        try agent.begin(
          position, random: Random(seed: seed, purpose: .agent, index: UInt64(2 * trial + index)))
      }
      while true {
        let turn = (game.playerToMove(in: position).index + trial) % 2
        let action = try agents[turn].decide(in: position).action
        let transition = game.step(&position, taking: action, using: &random)
        if transition.status.isOver {
          if turn == 0 && transition.reward == 1 { wins += 1 }
          break
        }
        for agent in agents { try agent.follow(action, to: position) }
      }
    }
    print("RAVE won \(wins) of \(games) games of Hex against UCT")
    #expect(wins > games * 6 / 10, "seed \(seed): \(wins) of \(games)")
  }

  @Test("a warm search with shared moves allocates nothing")
  func noAllocations() {
    let game = TicTacToe()
    var search = TreeSearch(game: game, parameters: SearchParameters(rule: RAVE()))
    let start = state(of: game, after: [])
    func play() {
      search.begin(start, random: stream(30))
      search.simulatePlayouts(500)
      search.advance(4, to: state(of: game, after: [4]))
      search.simulatePlayouts(500)
    }
    play()
    play()
    #expect(allocations { play() } == 0)
  }
}
