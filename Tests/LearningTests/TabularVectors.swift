import Environments
import Foundation
import Learning
import Testing

@Suite("Dynamic programming against the recorded tables of Gymnasium's toy worlds")
struct TabularVectors {
  private struct World: Decodable {
    var name: String
    var layout: [String]
    var start: [[Double]]
    var timeLimit: Int?
    var successRate: Double?
    var rewardGoalHoleOther: [Float]?
    var solutions: [Solution]
  }

  private struct Solution: Decodable {
    var gamma: Double
    var values: [Double]
    var optimalActions: [[Int]]
    var startValue: Double
  }

  private func worlds(_ file: String) throws -> [World] {
    let vectors = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Vectors").path
    let folder = ProcessInfo.processInfo.environment["SELFPLAY_VECTORS"] ?? vectors
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try Data(contentsOf: URL(fileURLWithPath: "\(folder)/toytext/\(file).jsonl"))
      .split(separator: UInt8(ascii: "\n")).map { try decoder.decode(World.self, from: $0) }
  }

  private func gridworld(_ world: World) throws -> Gridworld {
    let map = try GridMap(lines: world.layout)
    if let rewards = world.rewardGoalHoleOther {
      return try Gridworld(
        map: map, intendedProbability: try #require(world.successRate),
        rewards: .init(goal: rewards[0], hole: rewards[1], step: rewards[2]), stepLimit: world.timeLimit)
    }
    var rules = Gridworld.Rules()
    rules.intendedProbability = world.name.hasSuffix("slippery") ? 1.0 / 3 : 1
    rules.rewards = Gridworld.Rewards(goal: -1, cliff: -100, step: -1)
    rules.actionOrder = .upRightDownLeft
    return try Gridworld(map: map, rules: rules)
  }

  /// Solves a world and compares all its values; returns how many.
  private func compare<G: Enumerable>(_ game: G, _ world: World, number: (G.State) -> Int) throws -> Int {
    let model = try MarkovModel(of: game)
    for solution in world.solutions {
      let found = [
        model.valueIteration(discount: solution.gamma), model.policyIteration(discount: solution.gamma),
      ]
      for values in found.map(\.values) {
        #expect(abs(model.startValue(values) - solution.startValue) < 1e-8, "\(world.name)")
        for (index, state) in model.states.enumerated() {
          let place = number(state)
          #expect(abs(values[index] - solution.values[place]) < 1e-8, "\(world.name), state \(place)")
          let best = model.optimalActions(in: index, values: values, discount: solution.gamma)
          #expect(best == solution.optimalActions[place], "\(world.name), state \(place)")
        }
      }
    }
    return model.states.count * world.solutions.count
  }

  @Test("values within 1e-8 and all optimal actions, by values and by policies")
  func solutions() throws {
    var compared = 0
    for world in try worlds("frozen_lake") + worlds("cliff_taxi") {
      if world.name.hasPrefix("Taxi") {
        let map = try TaxiMap(world.layout.joined(separator: "\n"))
        let taxi = try Taxi(map: map, stepLimit: world.timeLimit)
        #expect(Set(taxi.starts.map { taxi.number(of: $0) }) == Set(world.start.map { Int($0[0]) }))
        compared += try compare(taxi, world) { taxi.number(of: $0) }
      } else {
        compared += try compare(gridworld(world), world) { $0.position }
      }
    }
    #expect(compared > 600)
    print("toytext: \(compared) values and sets of optimal actions compared, two methods each")
  }
}
