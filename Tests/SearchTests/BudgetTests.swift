import Environments
import GameLaws
import Search
import Testing

@Suite struct BudgetTests {
  private let limit = 40
  private func stream(_ index: UInt64) -> Random { Random(seed: 5, purpose: .test, index: index) }

  @Test("playouts keep to the budget of nodes, and go on within it")
  func playouts() {
    let game = TicTacToe()
    var search = TreeSearch(
      game: game, parameters: SearchParameters(rule: UCB1(), nodeLimit: limit))
    search.begin(state(of: game, after: []), random: stream(0))
    search.simulatePlayouts(30)
    #expect(search.tree.nodes.count == 31)
    let played = search.simulatePlayouts(2000)
    #expect(search.tree.nodes.count == limit && search.simulationCount == 2030)
    // Only the leaves that were there still take playouts.
    #expect(played > 1500)
    #expect(search.tree.violations(isStochastic: false, isLimited: true) == [])
    // The centre is best even for a tree of this size.
    #expect(search.chosenAction == 4)
    search.advance(4, to: state(of: game, after: [4]))
    #expect(search.tree.nodes.count < limit)
    search.simulatePlayouts(500)
    #expect(search.tree.nodes.count == limit)
  }

  @Test("evaluated searches keep to the budget of nodes", arguments: [1, 4])
  func evaluations(leavesPerRound: Int) {
    check(TicTacToe(), rule: PUCT(), leavesPerRound)
    check(TicTacToe(), rule: Gumbel(), leavesPerRound)
  }

  private func check<Subject: Game, Rule: SelectionRule>(
    _ game: Subject, rule: Rule, _ leavesPerRound: Int
  ) {
    var evaluator = KeyEvaluator(game: game)
    var random = stream(1)
    var search = LockstepSearch(
      game: game, parameters: SearchParameters(rule: rule, nodeLimit: limit), count: 2,
      leavesPerRound: leavesPerRound)
    for index in 0..<2 {
      search[index].begin(game.start(using: &random), random: stream(UInt64(index)))
      search[index].plan(simulations: 400)
    }
    search.run(with: &evaluator)
    for index in 0..<2 {
      #expect(search[index].tree.nodes.count == limit && search[index].remaining == 0)
      #expect(search[index].tree.violations(isStochastic: game.isStochastic, isLimited: true) == [])
    }
  }

  @Test("a full tree with chance goes on among the outcomes that it knows")
  func chance() {
    let game = Bet(prize: 12)
    var search = TreeSearch(game: game, parameters: SearchParameters(rule: UCB1(), nodeLimit: 3))
    search.begin(.start, random: stream(2))
    search.simulatePlayouts(200)
    #expect(search.tree.nodes.count == 3)
    #expect(search.tree.violations(isStochastic: true, isLimited: true) == [])
  }

  @Test("mixed evaluations lie between the evaluator's value and a playout's, whatever the batch")
  func mixedEvaluation() {
    let game = TicTacToe()
    let starts = [[], [0], [4, 0], [0, 4, 8]].map { state(of: game, after: $0) }
    func values(share: Float, _ states: [TicTacToe.State]) -> [Float] {
      var evaluator = MixedEvaluator(game: game, judge: KeyEvaluator(game: game), playoutShare: share)
      var result = Evaluations(capacity: 8, actionCount: 9)
      evaluator.evaluate(states, into: &result)
      return Array(result.values.prefix(states.count))
    }
    let (judged, played) = (values(share: 0, starts), values(share: 1, starts))
    #expect(played.allSatisfy { [-1, 0, 1].contains($0) })
    for (row, value) in values(share: 0.25, starts).enumerated() {
      #expect(abs(value - (0.75 * judged[row] + 0.25 * played[row])) < 1e-6)
      #expect(values(share: 0.25, [starts[row]]) == [value])
    }
    // A state that was cut off keeps its judgement.
    let cutOff = CutOff.State(steps: 3, sum: 1)
    var evaluator = MixedEvaluator(game: CutOff(), judge: KeyEvaluator(game: CutOff()), playoutShare: 1)
    var result = Evaluations(capacity: 1, actionCount: 2)
    evaluator.judge.evaluate([cutOff], into: &result)
    let alone = result.values[0]
    evaluator.evaluate([cutOff], into: &result)
    #expect(result.values[0] == alone)
  }
}
