import Environments

extension AnyGame {
  /// How a file writes a `Gridworld` map that is drawn from a seed.
  private enum RandomMap: String, CaseIterable {
    case lake, maze
  }

  /// Keys: `map` with `colors` and `wind`, or `generate` with `side`, `map_seed` and, for a lake, `frozen`;
  /// `intended_probability`, `ice_probability`, `actions`, `view`, `step_limit`, and `goal`, `hole`, `lava`,
  /// `cliff`, `step` of `[rewards]`. Keys that are younger than recorded games are read only where they are
  /// written, so that the fingerprints of those games stay.
  static func gridworld(from section: ConfigurationSection) throws -> Gridworld {
    let map = section.contains("generate") ? try randomMap(from: section) : try writtenMap(from: section)
    var rules = Gridworld.Rules()
    rules.intendedProbability = try section.number("intended_probability", default: 1, in: 0...1)
    let limit = try section.integer("step_limit", default: 0, in: 0...Int(UInt32.max))
    rules.stepLimit = limit == 0 ? nil : limit
    let rewards = try section.section("rewards")
    func reward(_ key: String, _ usual: Float) throws -> Float {
      Float(try rewards.number(key, default: Double(usual), in: -1000...1000))
    }
    rules.rewards.goal = try reward("goal", rules.rewards.goal)
    rules.rewards.hole = try reward("hole", rules.rewards.hole)
    rules.rewards.lava = try reward("lava", rules.rewards.lava)
    rules.rewards.step = try reward("step", rules.rewards.step)
    if rewards.contains("cliff") { rules.rewards.cliff = try reward("cliff", rules.rewards.cliff) }
    if section.contains("ice_probability") {
      rules.iceProbability = try section.number("ice_probability", in: 0...1)
    }
    if section.contains("actions") { rules.actionOrder = try section.choice("actions") }
    if section.contains("view") { rules.view = try section.choice("view") }
    return try explain(section, "map") { try Gridworld(map: map, rules: rules) }
  }

  static func writtenMap(from section: ConfigurationSection) throws -> GridMap {
    let text = try section.text("map")
    let colors = try colors(from: section)
    let wind = section.contains("wind") ? try section.integers("wind", in: -256...256) : []
    do { return try GridMap(text, colors: colors, wind: wind) } catch {
      return try explain(section, error.subject) { throw error }
    }
  }

  private static func colors(from section: ConfigurationSection) throws -> [GridMap.Color] {
    guard section.contains("colors") else { return [] }
    return try section.texts("colors").map { name in
      if let color = GridMap.Color(named: name) { return color }
      let names = GridMap.Color.allCases.map(\.name).joined(separator: ", ")
      throw section.failure("colors", problem: "unknown colour '\(name)'", remedy: "choose from \(names)")
    }
  }

  private static func randomMap(from section: ConfigurationSection) throws -> GridMap {
    let kind: RandomMap = try section.choice("generate")
    let side = try section.integer("side", in: 3...99)
    let seed = try section.integer("map_seed", default: 1, in: 0...Int.max)
    var random = Random(seed: UInt64(seed), purpose: .initialisation)
    switch kind {
    case .lake:
      return try GridMap.lake(
        side: side, frozen: try section.number("frozen", default: 0.8, in: 0...1), using: &random)
    case .maze:
      guard side % 2 == 1, side >= 5 else {
        throw section.failure(
          "side", problem: "\(side) is no side of a maze", remedy: "choose an odd number from 5 to 99")
      }
      return try GridMap.maze(side: side, using: &random)
    }
  }
}
