import Environments
import Search
import Testing

@Suite("Solver")
struct SolverTests {
  /// The running states of a random game.
  private func randomGame<G: Game>(_ game: G, using random: inout Random) -> [G.State] {
    var state = game.start(using: &random)
    var states = [state]
    while !game.stepRandomly(&state, using: &random).status.isOver { states.append(state) }
    return states
  }

  @Test("every position of sampled games of tic-tac-toe has its minimax value")
  func ticTacToe() {
    let game = TicTacToe()
    var minimax = Minimax(game: game)
    var solver = Solver(game: game, nodeLimit: 10_000)
    let seed: UInt64 = 11
    var random = Random(seed: seed, purpose: .test)
    for trial in 0..<100 {
      for state in randomGame(game, using: &random) {
        #expect(
          solver.value(of: state) == minimax.value(of: state),
          "seed \(seed), trial \(trial):\n\(game.draw(state))")
      }
    }
  }

  @Test("endings of Othello 6 x 6, where players pass, have their minimax value")
  func othello() throws {
    let game = try Othello(side: 6)
    var minimax = Minimax(game: game)
    var solver = Solver(game: game, nodeLimit: 1_000_000)
    let seed: UInt64 = 3
    var random = Random(seed: seed, purpose: .test)
    var values: Set<Float> = []
    for trial in 0..<40 {
      for state in randomGame(game, using: &random).suffix(9) {
        let value = minimax.value(of: state)
        #expect(solver.value(of: state) == value, "seed \(seed), trial \(trial)")
        values.insert(value)
      }
    }
    #expect(values == [-1, 0, 1])
  }

  @Test("with few positions it gives up, or finds the same, whatever it has solved before")
  func limits() throws {
    let game = ConnectFour()
    let seed: UInt64 = 5
    var random = Random(seed: seed, purpose: .test)
    let states = (0..<100).flatMap { _ in randomGame(game, using: &random).dropFirst(24) }
    var large = Solver(game: game, nodeLimit: 100_000)
    var small = Solver(game: game, nodeLimit: 300)
    let all = states.map { large.value(of: $0) }
    let some = states.map { state in
      let value = small.value(of: state)
      #expect(small.nodes < 300 + game.actionCount)
      return value
    }
    #expect(!all.contains(nil))
    for (whole, part) in zip(all, some) where part != nil { #expect(part == whole, "seed \(seed)") }
    #expect((40..<states.count).contains(some.count { $0 != nil }))
    for (state, value) in zip(states, some).reversed() { #expect(small.value(of: state) == value) }
  }

  @Test("lines that are cut off prove nothing, and neither do lines without end")
  func endless() throws {
    var solver = Solver(game: Chess(), nodeLimit: 1_000_000)
    let kings = try #require(try Chess().state(describedBy: "8/8/4k3/8/8/4K3/4P3/8 w - - 0 1"))
    #expect(solver.value(of: kings) == nil)
    let mate = try #require(try Chess().state(describedBy: "6k1/5ppp/8/8/8/8/8/R5K1 w - - 0 1"))
    #expect(solver.value(of: mate) == 1)
    let go = try Go19(GoRules(side: 19))
    var random = Random(seed: 0, purpose: .test)
    var deep = Solver(game: go, nodeLimit: 200_000)
    #expect(deep.value(of: go.start(using: &random)) == nil)
    let short = try Breakthrough(rows: 6, columns: 6)
    var open = Solver(game: short, nodeLimit: 50)
    #expect(open.value(of: short.start(using: &random)) == nil)
  }
}
