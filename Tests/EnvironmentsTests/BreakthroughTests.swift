import Environments
import Testing

@Suite("Breakthrough")
struct BreakthroughTests {
  /// The state after moves named as people name them, and the last transition.
  func play(_ moves: String, on game: Breakthrough) throws -> (Breakthrough.State, Transition) {
    var random = Random(seed: 0, purpose: .test)
    var state = game.start(using: &random)
    var transition = Transition()
    for name in moves.split(separator: " ") {
      let action = try #require(game.action(named: String(name), in: state), "\(name) is legal")
      transition = game.step(&state, taking: action, using: &random)
    }
    return (state, transition)
  }

  @Test("the first player moves down; captures are diagonal only, and marked")
  func moves() throws {
    let game = try Breakthrough(rows: 5, columns: 3)
    let (state, _) = try play("a4a3", on: game)
    #expect(
      game.draw(state) == """
        5  X X X
        4  . X X
        3  X . .
        2  O O O
        1  O O O
           a b c
        """)
    let names = game.legalActions(in: state).array.map { game.name(of: $0, in: state) }
    #expect(names.sorted() == ["a2b3", "b2a3*", "b2b3", "b2c3", "c2b3", "c2c3"])
  }

  @Test("the far row wins")
  func farRow() throws {
    let game = try Breakthrough(rows: 4, columns: 3)
    let (state, transition) = try play("a3b2* c1b2* b3a2* b2c3* a2b1*", on: game)
    #expect(transition == Transition(reward: 1, status: .terminated))
    #expect(game.legalActions(in: state).isEmpty)
  }

  @Test("the last piece taken wins")
  func lastPiece() throws {
    // Random games of the narrowest board end in every way there is.
    let game = try Breakthrough(rows: 8, columns: 2)
    var random = Random(seed: 1, purpose: .test)
    var wipeOuts = 0
    for _ in 0..<2_000 {
      var state = game.start(using: &random)
      while !game.legalActions(in: state).isEmpty {
        _ = game.step(&state, taking: game.randomLegalAction(in: state, using: &random), using: &random)
      }
      let picture = game.draw(state).split(separator: "\n").map(String.init)
      let isReached = picture[0].contains("O") || picture[7].contains("X")
      let isWipedOut = !picture.joined().contains("O") || !picture.joined().contains("X")
      #expect(isReached || isWipedOut, "seed 1")
      if isWipedOut && !isReached { wipeOuts += 1 }
    }
    #expect(wipeOuts > 0)
  }

  @Test("boards that do not fit are refused")
  func refusals() {
    for (rows, columns) in [(3, 8), (9, 8), (8, 9), (8, 1)] {
      #expect(throws: RuleError.self) { try Breakthrough(rows: rows, columns: columns) }
    }
  }
}
