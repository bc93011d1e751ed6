import Environments
import GameLaws
import Search
import Testing

@Suite struct GumbelTests {
  private let game = TicTacToe()

  private func stream(_ index: UInt64) -> Random { Random(seed: 3, purpose: .test, index: index) }

  private func policy<Rule: SelectionRule>(_ search: borrowing TreeSearch<TicTacToe, Rule>) -> [Float] {
    var policy = [Float](repeating: 0, count: 9)
    var row = policy.mutableSpan
    search.writePolicy(into: &row)
    return policy
  }

  @Test("Gumbel search wins at once, and blocks what would win at once", arguments: [1, 4])
  func mateInOne(leavesPerRound: Int) {
    let agent = GumbelAgent(
      game: game, evaluator: UniformEvaluator<TicTacToe>(), simulations: 200,
      parameters: SearchParameters(rule: Gumbel(valueScale: 1, scaling: .range)),
      leavesPerRound: leavesPerRound)
    for (moves, answer) in [([0, 3, 1, 4], 2), ([0, 4, 6], 3)] {
      let position = state(of: game, after: moves)
      agent.begin(position, random: stream(0))
      let decision = agent.decide(in: position)
      #expect(decision.action.index == answer, "\(game.draw(position))")
      #expect(decision.candidates[0].action == decision.action)
      #expect(abs(decision.candidates.reduce(0) { $0 + $1.share } - 1) < 1e-5)
    }
  }

  @Test("without noise the considered actions are those of the highest priors, with noise others too")
  func consideredActions() {
    var evaluator = KeyEvaluator(game: game)
    let start = state(of: game, after: [])
    var search = LockstepSearch(
      game: game, parameters: SearchParameters(rule: Gumbel(considered: 3)), count: 1)
    var considered: Set<[Int]> = []
    for index in 0..<20 {
      for explores in [false, true] {
        search[0].begin(start, random: stream(UInt64(index)))
        search[0].plan(simulations: 12, explores: explores)
        search.run(with: &evaluator)
        let tried = (0..<9).filter { search[0].visits(of: Action($0)) > 0 }
        #expect(tried.count == 3)
        #expect(search[0].simulationCount == 12)
        if explores {
          considered.insert(tried)
        } else {
          let candidates = search[0].candidates()
          let priors = candidates.compactMap(\.prior).sorted(by: >)
          #expect(candidates.filter { $0.visits > 0 }.allSatisfy { ($0.prior ?? 0) >= priors[2] })
        }
      }
    }
    #expect(considered.count > 5)
  }

  @Test("the value of a search is that of the policy it found, more than the mean of all that was tried")
  func policyValue() {
    var evaluator = KeyEvaluator(game: game)
    var search = LockstepSearch(
      game: game, parameters: SearchParameters(rule: Gumbel(valueScale: 1, scaling: .range)), count: 1)
    var gain: Float = 0
    for index in 0..<20 {
      search[0].begin(state(of: game, after: [index % 9]), random: stream(UInt64(index)))
      #expect(search[0].policyValue == 0)
      search[0].plan(simulations: 16, explores: true)
      search.run(with: &evaluator)
      let policy = policy(search[0])
      let expected = (0..<9).reduce(Float(0)) { sum, action in
        sum + policy[action] * (search[0].value(of: Action(action)) ?? 0)
      }
      // Every one of the eight actions has been tried.
      #expect(abs(search[0].policyValue - expected) < 1e-5)
      gain += search[0].policyValue - search[0].rootValue
    }
    #expect(gain > 1, "\(gain)")
  }

  @Test("trees stay sound through reuse, and plans of either kind", arguments: [1, 4])
  func reuse(leavesPerRound: Int) {
    var evaluator = KeyEvaluator(game: game)
    var search = LockstepSearch(
      game: game, parameters: SearchParameters(rule: Gumbel()), count: 1,
      leavesPerRound: leavesPerRound)
    var random = stream(1)
    var position = game.start(using: &random)
    search[0].begin(position, random: stream(2))
    var ply = 0
    while !game.legalActions(in: position).isEmpty {
      let before = search[0].simulationCount
      let simulations = ply % 2 == 0 ? 100 : 17
      search[0].plan(simulations: simulations, explores: ply % 2 == 0)
      search.run(with: &evaluator)
      #expect(search[0].simulationCount == before + simulations)
      #expect(search[0].tree.violations(isStochastic: false) == [])
      #expect(abs(policy(search[0]).reduce(0, +) - 1) < 1e-5)
      let action = search[0].sampleAction(temperature: 0, using: &random)
      #expect(action == search[0].chosenAction)
      let expected = search[0].visits(of: action) - 1
      let transition = game.step(&position, taking: action, using: &random)
      let kept = search[0].advance(action, to: position)
      if transition.status.isOver { break }
      #expect(kept && search[0].simulationCount == expected)
      ply += 1
    }
  }

  @Test("a batch of games finds what each finds alone, and allocates nothing once warm")
  func lockstep() {
    var evaluator = KeyEvaluator(game: game)
    let parameters = SearchParameters(rule: Gumbel())
    let starts = [[], [0], [4, 0], [0, 4, 8]].map { state(of: game, after: $0) }
    var together = LockstepSearch(game: game, parameters: parameters, count: starts.count)
    func play() {
      for index in starts.indices {
        together[index].begin(starts[index], random: stream(UInt64(index)))
        together[index].plan(simulations: 40 + 10 * index, explores: index % 2 == 0)
      }
      together.run(with: &evaluator)
    }
    play()
    for index in starts.indices {
      var alone = LockstepSearch(game: game, parameters: parameters, count: 1)
      alone[0].begin(starts[index], random: stream(UInt64(index)))
      alone[0].plan(simulations: 40 + 10 * index, explores: index % 2 == 0)
      alone.run(with: &evaluator)
      #expect(policy(together[index]) == policy(alone[0]))
      let (first, second) = (together[index].chosenAction, alone[0].chosenAction)
      #expect(first == second)
    }
    #expect(allocations { play() } == 0)
  }

  @Test("a plan that does not explore searches by the clean priors, one that does by noisy ones")
  func playoutCap() {
    var evaluator = KeyEvaluator(game: game)
    let start = state(of: game, after: [])
    var clean = LockstepSearch(game: game, parameters: SearchParameters(rule: PUCT()), count: 1)
    clean[0].begin(start, random: stream(4))
    clean[0].plan(simulations: 80)
    clean.run(with: &evaluator)
    var noisy = LockstepSearch(
      game: game, parameters: SearchParameters(rule: PUCT(), noise: RootNoise(alpha: 1)), count: 1)
    for explores in [false, true] {
      noisy[0].begin(start, random: stream(4))
      noisy[0].plan(simulations: 80, explores: explores)
      noisy.run(with: &evaluator)
      #expect((policy(noisy[0]) == policy(clean[0])) == !explores)
    }
    // On a root with noise a plan without it takes it away, and leaves the priors as they were.
    noisy[0].plan(simulations: 1, explores: false)
    noisy.run(with: &evaluator)
    let priors = [clean[0].candidates(), noisy[0].candidates()].map { candidates in
      candidates.sorted { $0.action.index < $1.action.index }.map(\.prior)
    }
    #expect(priors[0] == priors[1])
  }
}
