import Environments
import Testing

@Suite("Gridworld against Gymnasium's FrozenLake")
struct ToyTextVectors {
  struct World: Decodable {
    var name: String
    var layout: [String]
    var start: [[Double]]
    var timeLimit: Int
    var successRate: Double
    var rewardGoalHoleOther: [Float]
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

  func game(of world: World) throws -> Gridworld {
    let rewards = world.rewardGoalHoleOther
    return try Gridworld(
      map: try GridMap(lines: world.layout), intendedProbability: world.successRate,
      rewards: .init(goal: rewards[0], hole: rewards[1], step: rewards[2]), stepLimit: world.timeLimit)
  }

  /// Probabilities of the results of an action, equal ones added up; a finished cell stays as it is.
  func table(of game: Gridworld, _ cell: Int, _ action: Int) -> [Result: Double] {
    guard let state = game.state(atCell: cell) else {
      return [Result(next: cell, reward: 0, isTerminated: true): 1]
    }
    var table: [Result: Double] = [:]
    for outcome in game.outcomes(of: state, taking: Action(action)) {
      let result = Result(
        next: outcome.state.position, reward: outcome.transition.reward,
        isTerminated: outcome.transition.status == .terminated)
      table[result, default: 0] += outcome.probability
    }
    return table
  }

  @Test("transition tables are the same sets with the same probabilities")
  func transitions() throws {
    var compared = 0
    for world in try VectorFiles.lines(of: "toytext/frozen_lake.jsonl", as: World.self) {
      let game = try game(of: world)
      #expect(game.map.starts == world.start.map { Int($0[0]) })
      var expected = [[Result: Double]](repeating: [:], count: game.map.tiles.count * 4)
      for row in world.transitions {
        expected[row.state * 4 + row.action][row.result, default: 0] += row.probability
      }
      for (index, results) in expected.enumerated() {
        let found = table(of: game, index / 4, index % 4)
        let wanted = results.filter { $0.value > 0 }
        #expect(Set(found.keys) == Set(wanted.keys), "\(world.name), cell \(index / 4), action \(index % 4)")
        for (result, probability) in wanted {
          #expect(abs((found[result] ?? 0) - probability) < 1e-12)
        }
        compared += wanted.count
      }
    }
    #expect(compared >= 500)
    print("toytext/frozen_lake.jsonl: \(compared) transitions compared")
  }

  @Test("value iteration finds the recorded values and all optimal actions")
  func solutions() throws {
    for world in try VectorFiles.lines(of: "toytext/frozen_lake.jsonl", as: World.self) {
      let game = try game(of: world)
      let tables = (0..<game.map.tiles.count * 4).map { table(of: game, $0 / 4, $0 % 4) }
      for solution in world.solutions {
        var values = [Double](repeating: 0, count: game.map.tiles.count)
        func value(_ cell: Int, _ action: Int) -> Double {
          tables[cell * 4 + action].reduce(0) { sum, entry in
            let next = entry.key.isTerminated ? 0 : values[entry.key.next]
            return sum + entry.value * (Double(entry.key.reward) + solution.gamma * next)
          }
        }
        var change = 1.0
        while change > 1e-14 {
          change = 0
          for cell in values.indices {
            let best = (0..<4).map { value(cell, $0) }.max()!
            change = max(change, abs(best - values[cell]))
            values[cell] = best
          }
        }
        for cell in values.indices {
          #expect(abs(values[cell] - solution.values[cell]) < 1e-8, "\(world.name), cell \(cell)")
          let best = (0..<4).filter { value(cell, $0) > values[cell] - 1e-9 }
          #expect(best == solution.optimalActions[cell], "\(world.name), cell \(cell)")
        }
        #expect(abs(values[game.map.starts[0]] - solution.startValue) < 1e-8)
      }
    }
  }
}
