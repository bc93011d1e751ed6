import Environments
import Testing

@Suite("Gridworld")
struct GridworldTests {
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

  @Test("a key opens the doors of its colour for good and stays taken")
  func keys() throws {
    let map = try GridMap("SLK\nKDG", colors: [.red, .blue, .red, .grey])
    let game = try Gridworld(map: map)
    var random = Random(seed: 1, purpose: .test)
    var state = game.start(using: &random)
    var pictures: [String] = []
    for name in ["right", "down", "up", "right"] {
      _ = game.step(&state, taking: game.action(named: name, in: state)!, using: &random)
      pictures.append(game.draw(state))
    }
    #expect(
      pictures == [
        "@LK\nKDG", "SOK\n@DG\nhas red", "@OK\n.DG\nhas red", "S@K\n.DG\nhas red",
      ])
    var planes = [Float](repeating: 9, count: game.observationShape.count)
    var span = planes.mutableSpan
    game.observe(state, into: &span)
    // Player, goal, hazards, walls; red keys (in hand), red doors (all open); blue keys, blue doors.
    let ones = planes.indices.filter { planes[$0] == 1 }
    #expect(ones == [1, 6 + 5, 24 + 1, 36 + 2])
    #expect(planes.allSatisfy { $0 == 0 || $0 == 1 })
  }

  @Test("a cliff costs and leads back to the start of the episode, which goes on")
  func cliff() throws {
    let game = try Gridworld(
      map: try GridMap("SCS\n.G."), rewards: .init(goal: -1, cliff: -7, step: -1))
    var seen: Set<Int> = []
    for seed in 0..<20 as Range<UInt64> {
      var random = Random(seed: seed, purpose: .test)
      var state = game.start(using: &random)
      let start = state.position
      seen.insert(start)
      let transition = game.step(&state, taking: start == 0 ? 2 : 0, using: &random)
      #expect(transition == Transition(reward: -7))
      #expect(state.position == start, "seed \(seed)")
    }
    #expect(seen == [0, 2])
  }

  @Test("one-way cells are left in their direction only and never entered against it")
  func oneWay() throws {
    let game = try Gridworld(map: try GridMap("S>.\n..G"))
    func position(from cell: Int, _ action: Action) throws -> Int {
      var random = Random(seed: 1, purpose: .test)
      var state = try #require(game.state(atCell: cell))
      _ = game.step(&state, taking: action, using: &random)
      return state.position
    }
    #expect(try (0..<4).map { try position(from: 1, Action($0)) } == [1, 1, 2, 1])
    #expect(try position(from: 2, 0) == 2)
    #expect(try position(from: 4, 3) == 1)
  }

  @Test("ice is slippery where the floor is not")
  func ice() throws {
    var rules = Gridworld.Rules()
    rules.iceProbability = 0.5
    let game = try Gridworld(map: try GridMap("...\nSI.\n..G"), rules: rules)
    #expect(game.isStochastic)
    #expect(game.outcomes(of: try #require(game.state(atCell: 3)), taking: 2).map(\.probability) == [1])
    let outcomes = game.outcomes(of: try #require(game.state(atCell: 4)), taking: 2)
    #expect(outcomes.map(\.probability) == [0.5, 0.25, 0.25])
    #expect(outcomes.map(\.state.position) == [5, 1, 7])
  }

  @Test("the partial view is centred on the player and ends in walls")
  func partialView() throws {
    var rules = Gridworld.Rules()
    rules.view = .partial
    let game = try Gridworld(map: try GridMap("S...H\n....G"), rules: rules)
    var random = Random(seed: 1, purpose: .test)
    let state = game.start(using: &random)
    var planes = [Float](repeating: 9, count: game.observationShape.count)
    var span = planes.mutableSpan
    game.observe(state, into: &span)
    #expect(game.observationShape == ObservationShape(planes: 4, rows: 7, columns: 7))
    #expect(planes[..<49].firstIndex(of: 1) == 24 && planes[49..<147].allSatisfy { $0 == 0 })
    let open = (0..<49).filter { planes[147 + $0] == 0 }
    #expect(open == [24, 25, 26, 27, 31, 32, 33, 34])
  }

  @Test("the windy gridworld of Sutton and Barto takes 15 steps")
  func windy() throws {
    var lines = [String](repeating: "..........", count: 7)
    lines[3] = "S......G.."
    let map = try GridMap(lines: lines, wind: [0, 0, 0, 1, 1, 1, 2, 2, 1, 0])
    let game = try Gridworld(map: map, rewards: .init(goal: -1, step: -1))
    var values = [Int](repeating: 1_000, count: 70)
    values[37] = 0
    for _ in 0..<70 {
      for cell in 0..<70 where cell != 37 {
        let next = (0..<4).map { game.outcomes(of: game.state(atCell: cell)!, taking: Action($0))[0].state }
        values[cell] = 1 + next.map { values[$0.position] }.min()!
      }
    }
    #expect(values[30] == 15)
  }

  @Test("balls and boxes belong to another game")
  func foreignTiles() throws {
    let error = #expect(throws: RuleError.self) { try Gridworld(map: try GridMap("S.\nXG")) }
    #expect(error?.description.hasPrefix("map: row 2, column 1: 'X'") == true)
  }
}
