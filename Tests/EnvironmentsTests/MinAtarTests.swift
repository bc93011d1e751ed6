import Environments
import Testing

@Suite("Arcade games")
struct MinAtarTests {
  @Test("a frame limit truncates and lets learners bootstrap")
  func limit() throws {
    let game = try MinAtar(.breakout, frameLimit: 3)
    var random = Random(seed: 1, purpose: .test)
    var state = game.start(using: &random)
    for _ in 0..<2 { #expect(game.step(&state, taking: 0, using: &random).status == .running) }
    #expect(game.step(&state, taking: 0, using: &random).status == .truncated)
    #expect(game.legalActions(in: state).isEmpty)
  }

  @Test("an action that always sticks is the first one for ever")
  func sticky() throws {
    let game = try MinAtar(.breakout, stickyProbability: 1)
    var random = Random(seed: 2, purpose: .test)
    var state = game.start(using: &random)
    let before = game.draw(state).split(separator: "\n").last
    #expect(before == "....=.....")
    _ = game.step(&state, taking: 1, using: &random)
    #expect(game.draw(state).split(separator: "\n").last == before)
  }

  @Test("probabilities and limits out of range are refused")
  func refusals() {
    #expect(throws: RuleError.self) { try MinAtar(.breakout, stickyProbability: -0.1) }
    #expect(throws: RuleError.self) { try MinAtar(.breakout, frameLimit: 0) }
  }
}
