import Environments
import Search
import Testing

@Suite("Alpha-beta search")
struct AlphaBetaTests {
  @Test("every position of sampled games of tic-tac-toe has its minimax value")
  func ticTacToe() {
    let game = TicTacToe()
    var minimax = Minimax(game: game)
    let agent = AlphaBetaAgent(game: game, depth: 9, tableEntries: 1 << 12)
    let seed: UInt64 = 5
    var random = Random(seed: seed, purpose: .test)
    for trial in 0..<100 {
      var state = game.start(using: &random)
      agent.begin(state, random: random)
      var isRunning = true
      while isRunning {
        let decision = agent.decide(in: state)
        #expect(
          decision.value == minimax.value(of: state), "seed \(seed), trial \(trial):\n\(game.draw(state))")
        #expect(minimax.bestActions(in: state).contains(decision.action))
        let action = game.randomLegalAction(in: state, using: &random)
        isRunning = !game.step(&state, taking: action, using: &random).status.isOver
      }
    }
  }

  @Test("quicker wins are better: mate in two is found with its distance, and mate at once is played")
  func chess() throws {
    let game = Chess()
    let agent = AlphaBetaAgent(game: game, depth: 4, tableEntries: 1 << 16)
    // A ladder of two rooks: one quiet move, then mate.
    let position = try #require(try game.state(describedBy: "7k/8/8/8/8/8/R7/1R4K1 w - - 0 1"))
    #expect(agent.distanceToEnd(of: position) == 3)
    let atOnce = try #require(try game.state(describedBy: "6k1/5ppp/8/8/8/8/8/R5K1 w - - 0 1"))
    #expect(game.name(of: agent.decide(in: atOnce).action, in: atOnce).hasPrefix("Ra8"))
    #expect(agent.distanceToEnd(of: atOnce) == 1)
  }

  @Test("endings of Othello 6 x 6 have their minimax value")
  func othello() throws {
    let game = try Othello(side: 6)
    let agent = AlphaBetaAgent(game: game, depth: 20, tableEntries: 1 << 14)
    let seed: UInt64 = 3
    var random = Random(seed: seed, purpose: .test)
    for trial in 0..<20 {
      var state = game.start(using: &random)
      var past: [Othello.State] = []
      var isRunning = true
      while isRunning {
        past.append(state)
        isRunning = !game.stepRandomly(&state, using: &random).status.isOver
      }
      let late = past[max(0, past.count - 7)]
      var minimax = Minimax(game: game)
      agent.begin(late, random: random)
      #expect(agent.decide(in: late).value == minimax.value(of: late), "seed \(seed), trial \(trial)")
    }
  }

  @Test(
    "estimates are bounded, change their sign with the sides, and the same search gives the same decision")
  func determinism() throws {
    let game = try Breakthrough(rows: 6, columns: 6)
    var random = Random(seed: 1, purpose: .test)
    let state = game.start(using: &random)
    let decisions = (0..<2).map { _ in
      let agent = AlphaBetaAgent(game: game, depth: 4)
      agent.begin(state, random: random)
      return agent.decide(in: state)
    }
    #expect(decisions[0].action == decisions[1].action && decisions[0].value == decisions[1].value)
    var (position, isRunning) = (state, true)
    while isRunning {
      #expect(abs(game.estimate(of: position)) < 1)
      isRunning = !game.stepRandomly(&position, using: &random).status.isOver
    }
    #expect(game.estimate(of: state) == 0)
  }
}
