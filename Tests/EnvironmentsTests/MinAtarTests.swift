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

  @Test("the useful actions alone are those of the original's minimal sets, and play as they do among all")
  func usefulActions() throws {
    let sets: [ArcadeGame: [UInt8]] = [
      .asterix: [0, 1, 2, 3, 4], .breakout: [0, 1, 3], .freeway: [0, 2, 4], .seaquest: [0, 1, 2, 3, 4, 5],
      .spaceInvaders: [0, 1, 3, 5],
    ]
    for (arcade, numbers) in sets {
      let (few, all) = (try MinAtar(arcade, onlyUsefulActions: true), try MinAtar(arcade))
      #expect(few.actionCount == numbers.count && all.actionCount == 6)
      for (index, number) in numbers.enumerated() {
        var random = Random(seed: 3, purpose: .test)
        var state = few.start(using: &random)
        var (other, copy) = (state, random)
        let action = Action(Int(number))
        #expect(few.name(of: Action(index), in: state) == all.name(of: action, in: other))
        _ = few.step(&state, taking: Action(index), using: &random)
        _ = all.step(&other, taking: action, using: &copy)
        #expect(few.key(of: state) == all.key(of: other))
      }
    }
  }

  @Test("probabilities and limits out of range are refused")
  func refusals() {
    #expect(throws: RuleError.self) { try MinAtar(.breakout, stickyProbability: -0.1) }
    #expect(throws: RuleError.self) { try MinAtar(.breakout, frameLimit: 0) }
  }
}
