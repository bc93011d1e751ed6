import Environments
import Testing

@Suite("Gridworld")
struct GridworldTests {
  @Test("a bad map is refused with its line and column")
  func badMaps() {
    let cases: [(String, MapError)] = [
      ("", .empty),
      ("S.G\n..", .raggedRow(line: 2, length: 2, expected: 3)),
      ("S.G\n.?.", .unknownCharacter("?", line: 2, column: 2)),
      ("..G", .noStart),
      ("S..", .noGoal),
      (".S#\n##G", .unreachableGoal(line: 1, column: 2)),
      ("SHG", .unreachableGoal(line: 1, column: 1)),
    ]
    for (text, expected) in cases {
      #expect(throws: expected) { try GridMap(text) }
      #expect(!expected.description.contains("\n"))
    }
  }

  @Test("probabilities and limits out of range are refused")
  func badRules() throws {
    let map = try GridMap("SG")
    #expect(throws: RuleError.self) { try Gridworld(map: map, intendedProbability: 1.5) }
    #expect(throws: RuleError.self) { try Gridworld(map: map, intendedProbability: .nan) }
    #expect(throws: RuleError.self) { try Gridworld(map: map, stepLimit: 0) }
  }

  @Test("walls hold the player back, arriving pays, the goal ends")
  func walk() throws {
    let game = try Gridworld(map: try GridMap("S#G\n...\r\n\n"), rewards: .init(goal: 5, step: -1))
    var random = Random(seed: 1, purpose: .test)
    var state = game.start(using: &random)
    #expect(game.draw(state) == "@#G\n...")
    var rewards: [Float] = []
    var status = Status.running
    for name in ["right", "up", "down", "right", "right", "up"] {
      let transition = game.step(&state, taking: game.action(named: name, in: state)!, using: &random)
      rewards.append(transition.reward)
      status = transition.status
    }
    #expect(rewards == [-1, -1, -1, -1, -1, 5])
    #expect(status == .terminated)
  }

  @Test("lava and holes end the episode, a limit cuts it off")
  func ends() throws {
    var random = Random(seed: 1, purpose: .test)
    let game = try Gridworld(map: try GridMap("HS~\n.G."), rewards: .init(hole: -2, lava: -3), stepLimit: 2)
    var state = game.start(using: &random)
    #expect(game.step(&state, taking: 0, using: &random) == Transition(reward: -2, status: .terminated))
    state = game.start(using: &random)
    #expect(game.step(&state, taking: 2, using: &random) == Transition(reward: -3, status: .terminated))
    state = game.start(using: &random)
    #expect(game.step(&state, taking: 3, using: &random) == Transition())
    #expect(game.step(&state, taking: 3, using: &random) == Transition(status: .truncated))
  }

  @Test("every start is drawn about equally often")
  func starts() throws {
    let game = try Gridworld(map: try GridMap("SSS\n.G."))
    var random = Random(seed: 7, purpose: .test)
    var counts = [0, 0, 0]
    for _ in 0..<3000 {
      let picture = game.draw(game.start(using: &random))
      counts[picture.distance(from: picture.startIndex, to: picture.firstIndex(of: "@")!)] += 1
    }
    #expect(counts.allSatisfy { 900...1100 ~= $0 }, "\(counts), seed 7")
  }

  @Test("slips are as frequent as their probability")
  func slips() throws {
    let game = try Gridworld(map: try GridMap("...\n.S.\n..G"), intendedProbability: 0.6)
    var random = Random(seed: 8, purpose: .test)
    var counts: [UInt64: Int] = [:]
    let start = game.start(using: &random)
    for _ in 0..<10_000 {
      var state = start
      _ = game.step(&state, taking: 2, using: &random)
      counts[game.key(of: state), default: 0] += 1
    }
    let outcomes = game.outcomes(of: start, taking: 2)
    #expect(outcomes.count == 3)
    for outcome in outcomes {
      let share = Double(counts[game.key(of: outcome.state)] ?? 0) / 10_000
      #expect(abs(share - outcome.probability) < 0.02, "seed 8")
    }
  }
}
