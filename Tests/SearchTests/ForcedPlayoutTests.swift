import Environments
import GameLaws
import Search
import Testing

@Suite("Forced playouts (Wu 2019)")
struct ForcedPlayoutTests {
  private let game = TicTacToe()
  private let simulations = 400

  private struct Finding {
    var visits: [Float]
    var priors: [Float]
    var values: [Float]
    var policy: [Float]
  }

  /// What a search of the empty board finds; `evaluator` makes actions differ.
  private func search(
    forced: Float, explores: Bool = true, rule: some SelectionRule = PUCT(initial: 0.3)
  ) -> Finding {
    var evaluator = KeyEvaluator(game: game)
    var search = LockstepSearch(
      game: game,
      parameters: SearchParameters(rule: rule, noise: RootNoise(alpha: 0.5), forcedPlayouts: forced),
      count: 1)
    search[0].begin(state(of: game, after: []), random: Random(seed: 11, purpose: .test))
    search[0].plan(simulations: simulations, explores: explores)
    search.run(with: &evaluator)
    #expect(search[0].tree.violations(isStochastic: false) == [])
    var policy = [Float](repeating: 0, count: 9)
    var span = policy.mutableSpan
    search[0].writePolicy(into: &span)
    let edges = search[0].tree.edgeRange(of: 0)
    return Finding(
      visits: edges.map { Float(search[0].tree.edges[$0].visits) },
      priors: edges.map { search[0].tree.edges[$0].prior },
      values: (0..<9).map { search[0].value(of: Action($0)) ?? 0 }, policy: policy)
  }

  private func shares(_ visits: [Float]) -> [Float] { visits.map { $0 / visits.reduce(0, +) } }

  /// Whether every action that was tried has the visits that its prior asks for, as far as one more may be due.
  private func isForced(_ found: Finding) -> Bool {
    zip(found.visits, found.priors).allSatisfy { visits, prior in
      visits == 0 || visits + 1 >= (2 * prior * Float(simulations)).squareRoot()
    }
  }

  @Test("every action that was tried gets the visits that its noisy prior asks for, and without force not")
  func visits() {
    #expect(isForced(search(forced: 2)))
    #expect(!isForced(search(forced: 0)))
  }

  @Test("plans without noise, and Gumbel search, force nothing and prune nothing")
  func withoutNoise() {
    let (with, without) = (search(forced: 2, explores: false), search(forced: 0, explores: false))
    #expect(with.visits == without.visits && with.policy == shares(without.visits))
    #expect(
      search(forced: 2, rule: Gumbel()).policy == search(forced: 0, rule: Gumbel()).policy)
  }

  @Test("the policy keeps the visits that PUCT would have made, no less than those that were not forced")
  func pruning() {
    let found = search(forced: 2)
    let rule = PUCT(initial: 0.3)
    let exploration = rule.exploration(parentVisits: simulations + 1)
    func score(_ action: Int, _ visits: Float) -> Float {
      rule.score(
        value: (found.values[action] + 1) / 2, prior: found.priors[action], visits: visits,
        exploration: exploration)
    }
    let best = (0..<9).max { found.visits[$0] < found.visits[$1] } ?? 0
    // Shares are of the visits that are left, and the best action's are all there.
    let unit = found.policy[best] / found.visits[best]
    let kept = found.policy.map { ($0 / unit).rounded() }
    let target = score(best, found.visits[best])
    var pruned = 0
    for action in 0..<9 where action != best && found.visits[action] > 0 {
      let forced = (2 * found.priors[action] * Float(simulations + 1)).squareRoot().rounded(.down)
      let expected =
        (0...Int(min(forced, found.visits[action])))
        .prefix { score(action, found.visits[action] - Float($0)) < target || $0 == 0 }.last ?? 0
      let left = found.visits[action] - Float(expected)
      #expect(kept[action] == (left > 1 ? left : 0), "action \(action)")
      pruned += kept[action] < found.visits[action] ? 1 : 0
    }
    #expect(pruned > 3)
    #expect(abs(found.policy.reduce(0, +) - 1) < 1e-5)
    #expect(search(forced: 0).policy == shares(search(forced: 0).visits))
  }
}
