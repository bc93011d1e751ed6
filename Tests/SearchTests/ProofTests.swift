import Environments
import Search
import Testing

@Suite struct ProofTests {
  private let game = TicTacToe()

  private func stream(_ index: UInt64) -> Random { Random(seed: 4, purpose: .test, index: index) }

  /// Positions of random play, with the number of plies that led there.
  private func positions(count: Int, using random: inout Random) -> [TicTacToe.State] {
    (0..<count).map { trial in
      var position = game.start(using: &random)
      for _ in 0..<2 + trial % 5 {
        var next = position
        let action = game.legalActions(in: position).randomAction(using: &random)
        if game.step(&next, taking: action, using: &random).status.isOver { break }
        position = next
      }
      return position
    }
  }

  /// Compares what a search has proven, and the policy that it found, with minimax.
  private func check<Rule: SelectionRule>(
    _ search: borrowing TreeSearch<TicTacToe, Rule>, _ minimax: inout Minimax<TicTacToe>, _ label: Comment
  ) {
    let position = search.rootState
    let best = minimax.bestActions(in: position)
    for action in game.legalActions(in: position).array {
      if let proven = search.provenValue(of: action) {
        #expect(proven == minimax.value(of: action, in: position), label)
        #expect(search.visits(of: action) == 0 || search.value(of: action) == proven, label)
      }
    }
    let value = minimax.value(of: position)
    let proven = search.provenValue
    // The improved policy may dwell on a proven draw, so that better actions stay unproven.
    if proven == nil && search.parameters.rule.gumbel != nil { return }
    #expect(proven == value, label)
    #expect(search.rootValue == proven, label)
    #expect(search.remaining == 0, label)
    let chosen = search.chosenAction
    #expect(best.contains(chosen), label)
    var policy = [Float](repeating: 0, count: 9)
    var row = policy.mutableSpan
    search.writePolicy(into: &row)
    #expect(abs(best.reduce(0) { $0 + policy[$1.index] } - 1) < 1e-5, label)
    #expect(search.candidates().first?.action == chosen, label)
    #expect(search.tree.violations(isStochastic: false) == [], label)
  }

  @Test("playouts prove what minimax finds, and end there")
  func playoutsProve() {
    var minimax = Minimax(game: game)
    let seed: UInt64 = 31
    var random = Random(seed: seed, purpose: .test)
    var search = TreeSearch(game: game, parameters: SearchParameters(rule: UCB1(), solves: true))
    for (index, position) in positions(count: 40, using: &random).enumerated() {
      search.begin(position, random: stream(UInt64(index)))
      search.simulatePlayouts(100_000)
      check(search, &minimax, "seed \(seed):\n\(game.draw(position))")
    }
  }

  @Test("evaluated searches prove what minimax finds", arguments: [1, 4])
  func evaluationsProve(leavesPerRound: Int) {
    let seed: UInt64 = 32
    var random = Random(seed: seed, purpose: .test)
    let starts = positions(count: 20, using: &random)
    prove(starts, rule: PUCT(), leavesPerRound, "PUCT, seed \(seed)")
    prove(starts, rule: Gumbel(), leavesPerRound, "Gumbel, seed \(seed)")
  }

  private func prove<Rule: SelectionRule>(
    _ starts: [TicTacToe.State], rule: Rule, _ leavesPerRound: Int, _ label: Comment
  ) {
    var minimax = Minimax(game: game)
    var evaluator = KeyEvaluator(game: game)
    var search = LockstepSearch(
      game: game, parameters: SearchParameters(rule: rule, solves: true), count: starts.count,
      leavesPerRound: leavesPerRound)
    for index in starts.indices {
      search[index].begin(starts[index], random: stream(UInt64(index)))
      search[index].plan(simulations: rule.gumbel == nil ? 100_000 : 3_000)
    }
    search.run(with: &evaluator)
    for index in starts.indices { check(search[index], &minimax, label) }
  }

  @Test("a proven subtree stays proven as the new root")
  func reuse() {
    var minimax = Minimax(game: game)
    var search = TreeSearch(game: game, parameters: SearchParameters(rule: UCB1(), solves: true))
    var random = stream(9)
    // The second player answers the corner beside it, which loses.
    var position = state(of: game, after: [0, 1])
    search.begin(position, random: stream(10))
    search.simulatePlayouts(100_000)
    #expect(search.provenValue == 1)
    while true {
      let action = search.chosenAction
      let transition = game.step(&position, taking: action, using: &random)
      if transition.status.isOver {
        #expect(transition.reward == 1 && game.playerToMove(in: position) != .first)
        break
      }
      search.advance(action, to: position)
      search.simulatePlayouts(100_000)
      check(search, &minimax, "\(game.draw(position))")
    }
  }

  @Test("a lost position still has a policy, and an unsolved search proves nothing")
  func lost() {
    var minimax = Minimax(game: game)
    // O must stop two threats at once.
    let position = state(of: game, after: [0, 3, 4, 8, 1])
    #expect(minimax.value(of: position) == -1)
    for solves in [true, false] {
      var search = TreeSearch(game: game, parameters: SearchParameters(rule: UCB1(), solves: solves))
      search.begin(position, random: stream(11))
      search.simulatePlayouts(5_000)
      #expect(search.provenValue == (solves ? -1 : nil))
      #expect(search.simulationCount < 5_000 || !solves)
      if solves { check(search, &minimax, "lost") }
    }
  }

  @Test("proofs change the sign only when the mover does")
  func sameMoverTwice() {
    let matches = Matches(heap: 0)
    var minimax = Minimax(game: matches)
    for heap in 4...14 {
      let position = Matches.State(heap: heap)
      var search = TreeSearch(game: matches, parameters: SearchParameters(rule: UCB1(), solves: true))
      search.begin(position, random: stream(UInt64(heap)))
      search.simulatePlayouts(100_000)
      #expect(search.provenValue == minimax.value(of: position), "heap \(heap)")
    }
  }

  @Test("UCT with 1000 simulations never loses tic-tac-toe to random play")
  func neverLoses() {
    let seed: UInt64 = 33
    var random = Random(seed: seed, purpose: .test)
    let agent = UCTAgent(game: game, simulations: 1000)
    var wins = 0
    for trial in 0..<300 {
      var position = game.start(using: &random)
      agent.begin(position, random: Random(seed: seed, purpose: .agent, index: UInt64(trial)))
      let side = Player.allCases[trial % 2]
      while true {
        let mover = game.playerToMove(in: position)
        let action =
          mover == side
          ? agent.decide(in: position).action : game.randomLegalAction(in: position, using: &random)
        let transition = game.step(&position, taking: action, using: &random)
        if transition.status.isOver {
          #expect(
            mover == side || transition.reward == 0, "seed \(seed), game \(trial):\n\(game.draw(position))")
          if mover == side && transition.reward == 1 { wins += 1 }
          break
        }
        agent.follow(action, to: position)
      }
    }
    #expect(wins > 240)
  }
}
