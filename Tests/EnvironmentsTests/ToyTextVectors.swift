import Environments
import Testing

@Suite("Gridworld and Taxi against Gymnasium's toy worlds")
struct ToyTextVectors {
  struct World: Decodable {
    var name: String
    var states: Int
    var actions: Int
    var layout: [String]
    var start: [[Double]]
    var timeLimit: Int?
    var successRate: Double?
    var rewardGoalHoleOther: [Float]?
    var transitions: [Row]
    var solutions: [Solution]
  }

  /// [state, action, probability, next state, reward, terminated]
  struct Row: Decodable {
    var state: Int
    var action: Int
    var probability: Double
    var result: Result

    init(from decoder: any Decoder) throws {
      var fields = try decoder.unkeyedContainer()
      state = try fields.decode(Int.self)
      action = try fields.decode(Int.self)
      probability = try fields.decode(Double.self)
      result = Result(
        next: try fields.decode(Int.self), reward: try fields.decode(Float.self),
        isTerminated: try fields.decode(Bool.self))
    }
  }

  struct Result: Hashable {
    var next: Int
    var reward: Float
    var isTerminated: Bool
  }

  struct Solution: Decodable {
    var gamma: Double
    var values: [Double]
    var optimalActions: [[Int]]
    var startValue: Double
  }

  /// A world as the engine has it: probabilities of the results by state and action, equal results added up.
  struct Table {
    var actions: Int
    var results: [[Result: Double]]
    /// Probabilities of first states, from many starts where they are random.
    var starts: Set<Int>
  }

  static func table(of world: World) throws -> Table {
    if world.name.hasPrefix("Taxi") { return try taxi(world) }
    let isLake = world.name.hasPrefix("FrozenLake")
    let game = try isLake ? lake(world) : cliff(world)
    var results: [[Result: Double]] = []
    for cell in game.map.tiles.indices {
      let state = try #require(game.state(atCell: cell))
      for action in 0..<4 {
        // Gymnasium's lake lets ended episodes rest where they are, its cliff walk goes on from there.
        let rests = isLake && game.map.tiles[cell].isFinal
        results.append(
          rests
            ? [Result(next: cell, reward: 0, isTerminated: true): 1]
            : sum(game.outcomes(of: state, taking: Action(action))) { $0.position })
      }
    }
    return Table(actions: 4, results: results, starts: Set(game.map.starts))
  }

  private static func lake(_ world: World) throws -> Gridworld {
    let rewards = try #require(world.rewardGoalHoleOther)
    return try Gridworld(
      map: try GridMap(lines: world.layout), intendedProbability: try #require(world.successRate),
      rewards: .init(goal: rewards[0], hole: rewards[1], step: rewards[2]), stepLimit: world.timeLimit)
  }

  private static func cliff(_ world: World) throws -> Gridworld {
    var rules = Gridworld.Rules()
    rules.intendedProbability = world.name.hasSuffix("slippery") ? 1.0 / 3 : 1
    rules.rewards = Gridworld.Rewards(goal: -1, cliff: -100, step: -1)
    rules.actionOrder = .upRightDownLeft
    rules.stepLimit = world.timeLimit
    return try Gridworld(map: try GridMap(lines: world.layout), rules: rules)
  }

  private static func taxi(_ world: World) throws -> Table {
    let game = try Taxi(map: try TaxiMap(world.layout.joined(separator: "\n")), stepLimit: world.timeLimit)
    #expect(game.stateCount == world.states)
    var results: [[Result: Double]] = []
    for number in 0..<game.stateCount {
      let state = game.state(numbered: number)
      for action in 0..<6 {
        results.append(sum(game.outcomes(of: state, taking: Action(action))) { game.number(of: $0) })
      }
    }
    var random = Random(seed: 21, purpose: .test)
    let starts = Set((0..<10_000).map { _ in game.number(of: game.start(using: &random)) })
    return Table(actions: 6, results: results, starts: starts)
  }

  private static func sum<State>(
    _ outcomes: [Outcome<State>], _ number: (State) -> Int
  ) -> [Result: Double] {
    var results: [Result: Double] = [:]
    for outcome in outcomes {
      let result = Result(
        next: number(outcome.state), reward: outcome.transition.reward,
        isTerminated: outcome.transition.status == .terminated)
      results[result, default: 0] += outcome.probability
    }
    return results
  }

  @Test(
    "transition tables are the same sets with the same probabilities",
    arguments: ["frozen_lake", "cliff_taxi"])
  func transitions(_ file: String) throws {
    var compared = 0
    for world in try VectorFiles.lines(of: "toytext/\(file).jsonl", as: World.self) {
      let table = try Self.table(of: world)
      #expect(table.starts == Set(world.start.map { Int($0[0]) }), "\(world.name), seed 21")
      var expected = [[Result: Double]](repeating: [:], count: world.states * world.actions)
      for row in world.transitions {
        expected[row.state * world.actions + row.action][row.result, default: 0] += row.probability
      }
      try #require(table.results.count == expected.count)
      for (index, results) in expected.enumerated() {
        let (state, action) = (index / world.actions, index % world.actions)
        let found = table.results[index]
        let wanted = results.filter { $0.value > 0 }
        #expect(Set(found.keys) == Set(wanted.keys), "\(world.name), state \(state), action \(action)")
        for (result, probability) in wanted {
          #expect(abs((found[result] ?? 0) - probability) < 1e-12)
        }
        compared += wanted.count
      }
    }
    #expect(compared >= 500)
    print("toytext/\(file).jsonl: \(compared) transitions compared")
  }

  @Test(
    "value iteration finds the recorded values and all optimal actions",
    arguments: ["frozen_lake", "cliff_taxi"])
  func solutions(_ file: String) throws {
    var compared = 0
    for world in try VectorFiles.lines(of: "toytext/\(file).jsonl", as: World.self) {
      let table = try Self.table(of: world)
      for solution in world.solutions {
        var values = [Double](repeating: 0, count: world.states)
        func value(_ state: Int, _ action: Int) -> Double {
          table.results[state * table.actions + action].reduce(0) { sum, entry in
            let next = entry.key.isTerminated ? 0 : values[entry.key.next]
            return sum + entry.value * (Double(entry.key.reward) + solution.gamma * next)
          }
        }
        var change = 1.0
        while change > 1e-12 {
          change = 0
          for state in values.indices {
            let best = (0..<table.actions).map { value(state, $0) }.max()!
            change = max(change, abs(best - values[state]))
            values[state] = best
          }
        }
        for state in values.indices {
          #expect(abs(values[state] - solution.values[state]) < 1e-8, "\(world.name), state \(state)")
          let best = (0..<table.actions).filter { value(state, $0) > values[state] - 1e-9 }
          #expect(best == solution.optimalActions[state], "\(world.name), state \(state)")
        }
        let start = world.start.reduce(0) { $0 + values[Int($1[0])] * $1[1] }
        #expect(abs(start - solution.startValue) < 1e-8, "\(world.name)")
        compared += values.count
      }
    }
    print("toytext/\(file).jsonl: \(compared) values and sets of optimal actions compared")
  }
}
