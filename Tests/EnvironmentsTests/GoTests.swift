import Environments
import Testing

@Suite("Go")
struct GoTests {
  /// The position after moves in the notation of the Go Text Protocol, separated by spaces.
  func play(_ moves: String, on game: Go7) throws -> (state: Go7.State, transition: Transition) {
    var random = Random(seed: 0, purpose: .test)
    var state = game.start(using: &random)
    var transition = Transition()
    for move in moves.split(separator: " ") {
      let action = try #require(game.action(named: String(move), in: state), "\(move)")
      transition = game.step(&state, taking: action, using: &random)
    }
    return (state, transition)
  }

  static let ko = "B3 C3 A2 D2 B1 C1 C2 B2"

  @Test("a ko may not be retaken at once, but after a threat", arguments: GoRepetition.allCases)
  func simpleKo(repetition: GoRepetition) throws {
    let game = try Go7(GoRules(side: 5, repetition: repetition))
    let (state, _) = try play(Self.ko, on: game)
    let expected = """
        5 . . . . .
        4 . . . . .
        3 . X O . .
        2 X O . O .
        1 . X O . .
          A B C D E
      """
    #expect(game.draw(state) == expected.split(separator: "\n").map { $0 }.joined(separator: "\n"))
    #expect(game.action(named: "C2", in: state) == nil)
    #expect(game.action(named: "c2", in: try play(Self.ko + " E5 A5", on: game).state) != nil)
  }

  @Test("two passes end the game and score the area against komi")
  func passes() throws {
    let game = try Go7(GoRules(side: 5, komi: 24.5))
    let (state, transition) = try play("C3 pass pass", on: game)
    #expect(transition.status == .terminated)
    #expect(game.margin(of: state) == 0.5)
    #expect(transition.reward == 1, "Black passed last and wins by half a point")
    let drawn = try Go7(GoRules(side: 5, komi: 25))
    #expect(try play("C3 pass pass", on: drawn).transition == Transition(reward: 0, status: .terminated))
    let lost = try Go7(GoRules(side: 5, komi: 0.5))
    #expect(try play("pass pass", on: lost).transition.reward == 1, "White passed last and has komi")
  }

  @Test("the move limit scores the board as it stands")
  func limit() throws {
    let game = try Go7(GoRules(side: 5, komi: 0.5, moveLimit: 3))
    let (state, transition) = try play("C3 pass A1", on: game)
    #expect(transition == Transition(reward: 1, status: .terminated))
    #expect(game.legalActions(in: state).isEmpty)
  }

  @Test("planes show liberties, the last move and the ko")
  func planes() throws {
    let game = try Go7(GoRules(side: 5))
    let (state, _) = try play(Self.ko, on: game)
    var planes = [Float](repeating: .nan, count: game.observationShape.count)
    var span = planes.mutableSpan
    game.observe(state, into: &span)
    func points(_ plane: Int) -> [String] {
      (0..<25).filter { planes[plane * 25 + $0] == 1 }.map { game.name(of: Action($0), in: state) }.sorted()
    }
    #expect(points(0) == ["A2", "B1", "B3"])
    #expect(points(1) == ["B2", "C1", "C3", "D2"])
    #expect(points(2) == ["B1"])
    #expect(points(3) == ["A2", "B3"])
    #expect(points(4) == ["B2"])
    #expect(points(5) == ["C1"])
    #expect(points(6) == ["B2"])
    #expect(points(7) == ["C2"])
    #expect(points(8).count == 25)
    #expect(points(9).isEmpty)
  }

  @Test("rules that cannot be played are refused in one line")
  func refusals() {
    #expect(throws: RuleError.self) { try Go7(GoRules(side: 9)) }
    #expect(throws: RuleError.self) { try Go19(GoRules(side: 20)) }
    #expect(throws: RuleError.self) { try Go19(GoRules(side: 1)) }
    #expect(throws: RuleError.self) { try Go9(GoRules(komi: 6.3)) }
    #expect(throws: RuleError.self) { try Go9(GoRules(komi: .nan)) }
    #expect(throws: RuleError.self) { try Go9(GoRules(moveLimit: 1)) }
    #expect(throws: RuleError.self) { try Go9(GoRules(moveLimit: 10_000)) }
  }

  @Test("the pass is drawn as often as any point")
  func randomPasses() throws {
    let game = try Go7(GoRules(side: 2, komi: 0))
    var random = Random(seed: 5, purpose: .test)
    let state = game.start(using: &random)
    let passes = (0..<10_000).count { _ in game.randomLegalAction(in: state, using: &random) == game.pass }
    #expect(abs(passes - 2_000) < 200, "seed 5")
  }

  @Test("a small state: at most 1 KiB on 9 x 9, besides eight bytes for each board that can be remembered")
  func sizes() {
    #expect(MemoryLayout<Go9.State>.size - 8 * 512 <= 1024)
    #expect(MemoryLayout<Go19.State>.size - 8 * 2048 <= 6 * 1024)
  }

  @Test("the list of legal actions agrees with the question for each action")
  func listedActions() throws {
    let game = try Go9(GoRules(allowsSuicide: true))
    var random = Random(seed: 6, purpose: .test)
    var state = game.start(using: &random)
    for _ in 0..<300 {
      let legal = game.legalActions(in: state)
      for index in 0..<game.actionCount {
        let action = Action(index)
        #expect(legal.contains(action) == game.isLegal(action, in: state), "seed 6, ply \(state.plies)")
      }
      if game.stepRandomly(&state, using: &random).status.isOver { break }
    }
  }
}
