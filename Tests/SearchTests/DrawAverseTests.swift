import Environments
import Search
import Testing

@Suite("agents that play for a win")
struct DrawAverseTests {
  /// Passes, and remembers what it is told; claims that its value is proven.
  private final class Witness: Agent {
    typealias Subject = Go7

    var value: Float = -1
    private(set) var komis: [Float] = []
    private(set) var beginnings = 0

    func begin(_ state: Go7.State, random: Random) {
      beginnings += 1
      komis.append(state.komi)
    }

    func decide(in state: Go7.State) -> Decision {
      komis.append(state.komi)
      return Decision(action: Action(25), value: value, isProven: true)
    }

    func follow(_ action: Action, to state: Go7.State) { komis.append(state.komi) }
  }

  private func agent(komi: Float) throws -> (Go7, Witness, DrawAverseAgent<Go7>) {
    let game = try Go7(GoRules(side: 5, komi: komi))
    let witness = Witness()
    let base = AnyAgent<Go7>(witness)
    return (game, witness, DrawAverseAgent<Go7>(game: game, base: base))
  }

  @Test("a whole komi is believed half a point worse, for the side that it decides for", arguments: [7, 7.5])
  func komi(komi: Float) throws {
    let (game, witness, agent) = try agent(komi: komi)
    var random = Random(seed: 1, purpose: .test)
    for black in [true, false] {
      var state = game.start(using: &random)
      agent.begin(state, random: random)
      for ply in 0..<2 {
        let action = Action(12 + ply)
        if (ply == 0) == black { _ = try agent.decide(in: state) }
        _ = game.step(&state, taking: action, using: &random)
        try agent.follow(action, to: state)
      }
    }
    // As Black it begins, decides and follows twice; as White it hears of the game when it first decides.
    let half: Float = komi == 7 ? 0.5 : 0
    #expect(witness.komis.count == 7)
    #expect(witness.komis.prefix(4).allSatisfy { $0 == komi + half })
    #expect(witness.komis.suffix(3).allSatisfy { $0 == komi - half })
    #expect(witness.beginnings == 2)
  }

  @Test("an agent that decides for both sides begins anew with each, and keeps its tree otherwise")
  func bothSides() throws {
    let (game, witness, agent) = try agent(komi: 7)
    var random = Random(seed: 1, purpose: .test)
    let state = game.start(using: &random)
    agent.begin(state, random: random)
    _ = try agent.decide(in: state)
    _ = try agent.decide(in: state)
    #expect(witness.beginnings == 1)
    var next = state
    _ = game.step(&next, taking: 12, using: &random)
    _ = try agent.decide(in: next)
    #expect(witness.beginnings == 2)
  }

  @Test(
    "a proven win stays one, and a proven loss may be a draw",
    arguments: [(1, true), (0, false), (-1, false)])
  func proofs(value: Float, isProven: Bool) throws {
    let (game, witness, agent) = try agent(komi: 7)
    witness.value = value
    var random = Random(seed: 1, purpose: .test)
    let state = game.start(using: &random)
    agent.begin(state, random: random)
    let decision = try agent.decide(in: state)
    #expect(decision.value == value && decision.isProven == isProven)
  }

  @Test("where nothing is better than a draw, a search finds a draw, and one that plays for a win a loss")
  func draw() throws {
    let game = try Go7(GoRules(side: 2, komi: 4))
    var random = Random(seed: 1, purpose: .test)
    // All four points are Black's, and White has passed.
    var state = try game.start(black: [0, 3], white: [], toMove: .second)
    _ = game.step(&state, taking: game.pass, using: &random)
    let base = AlphaBetaAgent(game: game, depth: 4, tableEntries: 1 << 10)
    base.begin(state, random: random)
    #expect(base.decide(in: state).value == 0)
    let agent = DrawAverseAgent(game: game, base: AnyAgent(base))
    agent.begin(state, random: random)
    let decision = try agent.decide(in: state)
    #expect(decision.value == -1 && !decision.isProven)
  }
}
