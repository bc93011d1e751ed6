import Environments
import GameLaws
import Search
import Testing

/// Counts the states that another evaluator is asked about.
private struct CountingEvaluator<Judge: Evaluator>: Evaluator {
  typealias Subject = Judge.Subject
  var judge: Judge
  private(set) var count = 0

  init(_ judge: Judge) { self.judge = judge }

  mutating func evaluate(_ states: [Subject.State], into result: inout Evaluations) {
    count += states.count
    judge.evaluate(states, into: &result)
  }
}

@Suite("Positions that are met again are judged once")
struct TranspositionTests {
  /// What a game played by a search found at each ply, and how many states it evaluated and shared.
  private func play<Subject: Game>(
    _ game: Subject, shares: Bool, solves: Bool = false, leavesPerRound: Int = 1, simulations: Int = 300,
    plies: Int = 5
  ) -> (visits: [[Int]], values: [Float], evaluated: Int, shared: Int) {
    var evaluator = CountingEvaluator(KeyEvaluator(game: game))
    var search = LockstepSearch(
      game: game,
      parameters: SearchParameters(
        rule: PUCT(initial: 3), noise: RootNoise(alpha: 1), solves: solves, sharesEvaluations: shares),
      count: 1,
      leavesPerRound: leavesPerRound)
    var random = Random(seed: 5, purpose: .test)
    var state = game.start(using: &random)
    var (visits, values): ([[Int]], [Float]) = ([], [])
    search[0].begin(state, random: Random(seed: 6, purpose: .test))
    for _ in 0..<plies {
      search[0].plan(simulations: simulations)
      search.run(with: &evaluator)
      #expect(search[0].tree.violations(isStochastic: game.isStochastic) == [])
      visits.append((0..<game.actionCount).map { search[0].visits(of: Action($0)) })
      values.append(search[0].rootValue)
      let action = search[0].mostVisited
      if game.step(&state, taking: action, using: &random).status.isOver { break }
      search[0].advance(action, to: state)
    }
    return (visits, values, evaluator.count, search[0].sharedEvaluations)
  }

  private func check<Subject: Game>(_ game: Subject) {
    let (plain, sharing) = (play(game, shares: false), play(game, shares: true))
    #expect(sharing.visits == plain.visits && sharing.values == plain.values)
    #expect(sharing.shared > 50 && plain.shared == 0)
    // Every leaf that took over an evaluation was one that would have been asked about.
    #expect(sharing.evaluated + sharing.shared == plain.evaluated)
  }

  @Test("the search finds the same, through reuse and noise, with fewer evaluations")
  func sameFindings() throws {
    check(TicTacToe())
    check(try ConnectFour(columns: 5, rows: 4, length: 3))
    check(
      try Gridworld(
        map: GridMap("SFFF\nFHFH\nFFFH\nHFFG"), intendedProbability: 0.5, stepLimit: nil))
  }

  @Test("trees with several leaves waiting, or with proofs, stay sound", arguments: [1, 4])
  func manyLeaves(leavesPerRound: Int) {
    for solves in [false, true] {
      let found = play(TicTacToe(), shares: true, solves: solves, leavesPerRound: leavesPerRound)
      #expect(found.shared > 50)
      #expect(found.visits[0].reduce(0, +) == 300)
    }
  }

  @Test("a warm search allocates nothing")
  func noAllocations() {
    let game = TicTacToe()
    var evaluator = UniformEvaluator<TicTacToe>()
    var search = LockstepSearch(
      game: game, parameters: SearchParameters(rule: PUCT(), sharesEvaluations: true), count: 2)
    let (start, next) = (state(of: game, after: []), state(of: game, after: [4]))
    func run() {
      for index in 0..<2 {
        search[index].begin(start, random: Random(seed: 7, purpose: .test))
        search[index].plan(simulations: 500)
      }
      search.run(with: &evaluator)
      for index in 0..<2 {
        search[index].advance(4, to: next)
        search[index].plan(simulations: 500)
      }
      search.run(with: &evaluator)
    }
    for _ in 0..<2 { run() }
    #expect(allocations { run() } == 0)
    #expect(search[0].sharedEvaluations > 0)
  }
}
