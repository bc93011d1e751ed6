import Environments

extension AnyGame {
  /// Keys: `observation`, `action_repeat`, `sticky_actions`, `frame_limit`, `difficulty`,
  /// `difficulty_ramping`, `clip_rewards`; `lives` for games that have lives.
  static func screen(_ rules: ScreenGame, from section: ConfigurationSection) throws -> ScreenArcade {
    var options = ScreenOptions()
    options.observation = try section.choice("observation", default: options.observation)
    options.actionRepeat = try section.integer("action_repeat", default: options.actionRepeat, in: 1...60)
    options.stickyProbability = try section.number(
      "sticky_actions", default: options.stickyProbability, in: 0...1)
    let limit = try section.integer("frame_limit", default: 108_000, in: 0...Int(UInt32.max))
    options.frameLimit = limit == 0 ? nil : limit
    options.difficulty = try section.integer("difficulty", default: options.difficulty, in: 0...9)
    options.isRamping = try section.boolean("difficulty_ramping", default: options.isRamping)
    options.clipsRewards = try section.boolean("clip_rewards", default: options.clipsRewards)
    if rules.usualLives > 0 {
      options.lives = try section.integer("lives", default: rules.usualLives, in: 1...9)
    }
    return try ScreenArcade(rules, options: options)
  }
}
