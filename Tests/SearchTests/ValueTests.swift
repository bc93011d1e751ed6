import Environments
import Search
import Testing

@Suite struct ValueTests {
  private func stream(_ index: UInt64) -> Random { Random(seed: 2, purpose: .test, index: index) }

  @Test(
    "the discounted optimum of a corridor is found: near and small, or far and large",
    arguments: [(Float(0.5), Corridor.left), (Float(0.95), Corridor.right)])
  func corridor(discount: Float, best: Action) throws {
    let game = Corridor()
    // From cell 2 the left end is 3 steps away, the right one 5.
    let expected = max(0.3 * discount * discount, discount * discount * discount * discount)
    // Without any knowledge the search has to explore more than with a trained network.
    let agent = PUCTAgent(
      game: game, evaluator: UniformEvaluator<Corridor>(), simulations: 4000,
      parameters: SearchParameters(rule: PUCT(initial: 4), discount: discount))
    agent.begin(Corridor.State(), random: stream(0))
    let decision = agent.decide(in: Corridor.State())
    #expect(decision.action == best)
    let value = try #require(decision.candidates[0].value)
    // A mean over explored lines stays below the optimum, and nears it.
    #expect(value <= expected * 1.0001 && value > 0.5 * expected, "\(value) of \(expected)")
    #expect(decision.candidates[0].line == Array(repeating: best, count: best == Corridor.left ? 3 : 5))

    let playouts = UCTAgent(game: game, simulations: 3000, discount: discount)
    playouts.begin(Corridor.State(), random: stream(1))
    #expect(playouts.decide(in: Corridor.State()).action == best)
  }

  @Test(
    "chance is averaged over outcomes, not taken at its best",
    arguments: [(Float(5), Bet.safe), (Float(12), Bet.risky)])
  func bet(prize: Float, best: Action) throws {
    let game = Bet(prize: prize)
    let agent = PUCTAgent(game: game, evaluator: UniformEvaluator<Bet>(), simulations: 4000)
    agent.begin(.start, random: stream(2))
    let decision = agent.decide(in: .start)
    #expect(decision.action == best)
    let risky = try #require(decision.candidates.first { $0.action == Bet.risky }?.value)
    #expect(abs(risky - (0.3 * prize - 0.7)) < 0.5)

    let playouts = UCTAgent(game: game, simulations: 4000)
    playouts.begin(.start, random: stream(3))
    #expect(playouts.decide(in: .start).action == best)
  }

  @Test("the sign changes only when the mover does")
  func sameMoverTwice() throws {
    let game = Matches(heap: 0)
    var minimax = Minimax(game: game)
    for heap in 4...11 {
      for mover in Player.allCases {
        let position = Matches.State(heap: heap, mover: mover)
        let value = minimax.value(of: position)
        let agent = PUCTAgent(game: game, evaluator: UniformEvaluator<Matches>(), simulations: 3000)
        agent.begin(position, random: stream(UInt64(heap)))
        let decision = agent.decide(in: position)
        #expect(minimax.bestActions(in: position).contains(decision.action), "heap \(heap)")
        let searched = try #require(decision.candidates[0].value)
        #expect(abs(searched - value) < 0.25, "heap \(heap): \(searched) for \(value)")

        let playouts = UCTAgent(game: game, simulations: 3000)
        playouts.begin(position, random: stream(UInt64(heap)))
        let choice = playouts.decide(in: position)
        #expect(minimax.bestActions(in: position).contains(choice.action), "heap \(heap)")
      }
    }
  }

  @Test("a truncated leaf is worth what the evaluator says, a terminated one nothing")
  func truncation() throws {
    let game = CutOff()
    var evaluator = TableEvaluator(game: game)
    // Three ones make the sum 3: only that cut-off state is judged as good.
    evaluator.values[3 * 8 + 3] = 0.9
    let agent = PUCTAgent(
      game: game, evaluator: evaluator, simulations: 500,
      parameters: SearchParameters(rule: PUCT(), discount: 0.5))
    agent.begin(CutOff.State(), random: stream(4))
    let decision = agent.decide(in: CutOff.State())
    #expect(decision.action == 1)
    #expect(decision.candidates[0].line == [1, 1, 1])
    let value = try #require(decision.candidates[0].value)
    #expect(abs(value - 0.9 / 8) < 0.02)
  }

  @Test("a higher prior draws the first visits")
  func preferredPrior() {
    let game = TicTacToe()
    let agent = PUCTAgent(
      game: game, evaluator: TableEvaluator(game: game, preferred: 5), simulations: 10)
    let start = state(of: game, after: [])
    agent.begin(start, random: stream(5))
    #expect(agent.decide(in: start).action == 5)
  }

  @Test("a playout returns the discounted reward of the player to move")
  func playoutReturn() {
    var random = stream(6)
    // One match left: the mover takes it. Two movers later the sign is the other's.
    #expect(playout(of: Matches(heap: 1), from: Matches.State(heap: 1), using: &random) == 1)
    let second = Matches.State(heap: 1, mover: .second)
    #expect(playout(of: Matches(heap: 1), from: second, using: &random) == 1)
    var sum: Float = 0
    for _ in 0..<1000 {
      sum += playout(of: Matches(heap: 2), from: Matches.State(heap: 2), discount: 0.5, using: &random)
    }
    // Taking both wins 1; taking one lets the other win, a step later.
    #expect(abs(sum / 1000 - 0.25) < 0.1)
    let corridor = playout(of: Corridor(), from: Corridor.State(), limit: 2, using: &random)
    #expect(corridor == 0)
  }
}
