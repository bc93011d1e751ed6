import Environments

extension AnyGame {
  /// Keys: `map`, `intended_probability`, `step_limit`, and `goal`, `hole`, `lava`, `step` of `[rewards]`.
  static func gridworld(from section: ConfigurationSection) throws -> Gridworld {
    let text = try section.text("map")
    let map = try explain(section, "map") { try GridMap(text) }
    let probability = try section.number("intended_probability", default: 1, in: 0...1)
    let limit = try section.integer("step_limit", default: 0, in: 0...Int(UInt32.max))
    let rewards = try section.section("rewards")
    return try Gridworld(
      map: map, intendedProbability: probability,
      rewards: Gridworld.Rewards(
        goal: Float(try rewards.number("goal", default: 1, in: -1000...1000)),
        hole: Float(try rewards.number("hole", default: 0, in: -1000...1000)),
        lava: Float(try rewards.number("lava", default: -1, in: -1000...1000)),
        step: Float(try rewards.number("step", default: 0, in: -1000...1000))),
      stepLimit: limit == 0 ? nil : limit)
  }
}
