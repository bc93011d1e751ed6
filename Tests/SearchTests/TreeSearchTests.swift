import Environments
import GameLaws
import Search
import Testing

@Suite struct TreeSearchTests {
  /// Visit counts of the root after a search with an evaluator that tells states apart.
  private func visits<Subject: Game>(
    _ search: borrowing TreeSearch<Subject, PUCT>
  ) -> [Int] {
    (0..<search.game.actionCount).map { search.visits(of: Action($0)) }
  }

  private func stream(_ index: UInt64) -> Random { Random(seed: 1, purpose: .test, index: index) }

  private var noisy: SearchParameters<PUCT> {
    SearchParameters(rule: PUCT(), noise: RootNoise(alpha: 1))
  }

  @Test("the same randomness gives the same visits, and another one others")
  func determinism() {
    let game = TicTacToe()
    var evaluator = KeyEvaluator(game: game)
    var search = LockstepSearch(game: game, parameters: noisy, count: 3)
    for index in 0..<3 {
      search[index].begin(state(of: game, after: []), random: stream(index == 2 ? 9 : 0))
      search[index].plan(simulations: 200)
    }
    search.run(with: &evaluator)
    #expect(visits(search[0]) == visits(search[1]))
    #expect(visits(search[0]) != visits(search[2]))
    #expect(visits(search[0]).reduce(0, +) == 200)
  }

  @Test("a batch of games finds what each finds alone")
  func lockstepEqualsAlone() {
    let game = TicTacToe()
    var evaluator = KeyEvaluator(game: game)
    let starts = [[], [0], [4, 0], [0, 4, 8], [0, 1, 3, 4]].map { state(of: game, after: $0) }
    var together = LockstepSearch(game: game, parameters: noisy, count: starts.count)
    for index in starts.indices {
      together[index].begin(starts[index], random: stream(UInt64(index)))
      together[index].plan(simulations: 50 + 30 * index)
    }
    together.run(with: &evaluator)
    for index in starts.indices {
      var alone = LockstepSearch(game: game, parameters: noisy, count: 1)
      alone[0].begin(starts[index], random: stream(UInt64(index)))
      alone[0].plan(simulations: 50 + 30 * index)
      alone.run(with: &evaluator)
      #expect(visits(together[index]) == visits(alone[0]))
      #expect(together[index].rootValue == alone[0].rootValue)
      #expect(together[index].remaining == 0)
    }
  }

  @Test("trees stay sound through reuse, which keeps the visits below the action", arguments: [1, 4])
  func reuse(leavesPerRound: Int) {
    let game = TicTacToe()
    var evaluator = KeyEvaluator(game: game)
    var search = LockstepSearch(game: game, parameters: noisy, count: 1, leavesPerRound: leavesPerRound)
    var random = stream(3)
    var position = game.start(using: &random)
    search[0].begin(position, random: stream(4))
    while !game.legalActions(in: position).isEmpty {
      let before = search[0].simulationCount
      search[0].plan(simulations: 150)
      search.run(with: &evaluator)
      #expect(search[0].simulationCount == before + 150)
      #expect(search[0].tree.violations(isStochastic: false) == [])
      let action = search[0].sampleAction(temperature: 1, using: &random)
      let expected = search[0].visits(of: action) - 1
      let transition = game.step(&position, taking: action, using: &random)
      let kept = search[0].advance(action, to: position)
      if transition.status.isOver { break }
      #expect(kept && search[0].simulationCount == expected)
      #expect(search[0].tree.violations(isStochastic: false) == [])
    }
  }

  @Test("a state that the action does not lead to starts a new tree")
  func wrongState() {
    let game = TicTacToe()
    var evaluator = KeyEvaluator(game: game)
    var search = LockstepSearch(game: game, parameters: noisy, count: 1)
    search[0].begin(state(of: game, after: []), random: stream(5))
    search[0].plan(simulations: 50)
    search.run(with: &evaluator)
    let kept = search[0].advance(0, to: state(of: game, after: [1]))
    #expect(!kept)
    #expect(search[0].simulationCount == 0)
  }

  @Test("outcomes of chance are told apart and kept by reuse", arguments: [Bet.State.good, .bad])
  func stochasticReuse(outcome: Bet.State) {
    let game = Bet(prize: 12)
    var evaluator = UniformEvaluator<Bet>()
    // Explores enough to meet both outcomes of the risky action often.
    let parameters = SearchParameters(rule: PUCT(initial: 8))
    var search = LockstepSearch(game: game, parameters: parameters, count: 1, leavesPerRound: 3)
    search[0].begin(.start, random: stream(6))
    search[0].plan(simulations: 2000)
    search.run(with: &evaluator)
    #expect(search[0].tree.violations(isStochastic: true) == [])
    let risky = search[0].visits(of: Bet.risky)
    let kept = search[0].advance(Bet.risky, to: outcome)
    #expect(kept)
    // One visit of the outcome was its own evaluation.
    let share = Double(search[0].simulationCount + 1) / Double(risky)
    #expect(abs(share - (outcome == .good ? 0.3 : 0.7)) < 0.05, "\(share) of \(risky)")
    #expect(search[0].value(of: 0) == (outcome == .good ? 12 : -1))
    #expect(search[0].tree.violations(isStochastic: true) == [])
  }

  @Test("a warm search allocates nothing in rounds, moves and playouts")
  func noAllocations() {
    let game = TicTacToe()
    var evaluator = UniformEvaluator<TicTacToe>()
    var search = LockstepSearch(game: game, parameters: noisy, count: 8, leavesPerRound: 2)
    var playouts = TreeSearch(game: game, parameters: SearchParameters(rule: UCB1()))
    let start = state(of: game, after: [])
    let next = state(of: game, after: [4])
    var policy = [Float](repeating: 0, count: 9)
    func play() {
      for index in 0..<8 {
        search[index].begin(start, random: stream(UInt64(index)))
        search[index].plan(simulations: 300)
      }
      search.run(with: &evaluator)
      for index in 0..<8 { search[index].advance(4, to: next) }
      for index in 0..<8 { search[index].plan(simulations: 300) }
      search.run(with: &evaluator)
      var row = policy.mutableSpan
      search[0].writePolicy(into: &row)
      playouts.begin(start, random: stream(20))
      playouts.simulatePlayouts(1000)
      playouts.advance(4, to: next)
      playouts.simulatePlayouts(1000)
    }
    // Twice, as reuse makes the tree's two pairs of buffers change places.
    play()
    play()
    #expect(allocations { play() } == 0)
    #expect(abs(policy.reduce(0, +) - 1) < 1e-5)
  }

  @Test("several leaves a round need fewer batches and no other number of simulations")
  func severalLeaves() {
    let game = TicTacToe()
    var evaluator = UniformEvaluator<TicTacToe>()
    var search = LockstepSearch(
      game: game, parameters: SearchParameters(rule: PUCT()), count: 1, leavesPerRound: 8)
    search[0].begin(state(of: game, after: []), random: stream(7))
    search[0].plan(simulations: 400)
    search.run(with: &evaluator)
    #expect(search[0].simulationCount == 400)
    #expect(evaluator.batches < 120)
    #expect(search[0].tree.violations(isStochastic: false) == [])
  }

  @Test("temperature 1 draws actions by their visits, temperature 0 the most visited")
  func temperature() {
    let game = TicTacToe()
    var evaluator = KeyEvaluator(game: game)
    var search = LockstepSearch(game: game, parameters: noisy, count: 1)
    search[0].begin(state(of: game, after: []), random: stream(12))
    search[0].plan(simulations: 60)
    search.run(with: &evaluator)
    var random = stream(13)
    for (temperature, power) in [(Float(1), 1), (0.5, 2)] {
      let weights = visits(search[0]).map { power == 1 ? $0 : $0 * $0 }
      var counts = [Int](repeating: 0, count: 9)
      for _ in 0..<20_000 {
        counts[search[0].sampleAction(temperature: temperature, using: &random).index] += 1
      }
      for (count, weight) in zip(counts, weights) {
        let expected = Double(weight) / Double(weights.reduce(0, +))
        #expect(abs(Double(count) / 20_000 - expected) < 0.02)
      }
    }
    let coldest = search[0].sampleAction(temperature: 0, using: &random)
    let best = search[0].mostVisited
    #expect(coldest == best)
    #expect(visits(search[0]).max() == search[0].visits(of: best))
  }

  @Test("trees with chance are sound, and the same for the same randomness", arguments: [1, 4])
  func chance(leavesPerRound: Int) {
    let game = Bet(prize: 7)
    var evaluator = KeyEvaluator(game: game)
    var search = LockstepSearch(game: game, parameters: noisy, count: 2, leavesPerRound: leavesPerRound)
    for index in 0..<2 {
      search[index].begin(.start, random: stream(14))
      search[index].plan(simulations: 300)
    }
    search.run(with: &evaluator)
    #expect(visits(search[0]) == visits(search[1]))
    #expect(search[0].tree.violations(isStochastic: true) == [])
  }

  @Test("priors are the softmax of the legal logits")
  func priors() {
    let game = TicTacToe()
    var evaluator = KeyEvaluator(game: game)
    var search = LockstepSearch(game: game, parameters: noisy, count: 1)
    let position = state(of: game, after: [0, 4])
    search[0].begin(position, random: stream(8))
    search[0].plan(simulations: 10)
    search.run(with: &evaluator)
    var evaluations = Evaluations(capacity: 1, actionCount: 9)
    evaluator.evaluate([position], into: &evaluations)
    let candidates = search[0].candidates()
    #expect(Set(candidates.map(\.action)) == Set(game.legalActions(in: position).array))
    #expect(abs(candidates.reduce(0) { $0 + ($1.prior ?? 0) } - 1) < 1e-5)
    for candidate in candidates {
      // Ratios of priors are those of the logits' exponentials, the root's noise left aside.
      let difference =
        evaluations.logits[candidate.action.index] - evaluations.logits[candidates[0].action.index]
      let ratio = (candidate.prior ?? 0) / (candidates[0].prior ?? 1)
      #expect(abs(ratio - Float(exponential(Double(difference)))) < 1e-4)
    }
  }

  /// The exponential function by its series.
  private func exponential(_ x: Double) -> Double {
    var sum = 1.0
    var term = 1.0
    for index in 1..<40 {
      term *= x / Double(index)
      sum += term
    }
    return sum
  }
}
