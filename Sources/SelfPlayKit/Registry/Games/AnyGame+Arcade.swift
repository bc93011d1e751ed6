import Environments

extension AnyGame {
  /// Keys: `sticky_actions`, `frame_limit`, `difficulty_ramping` in the games that have a difficulty, and
  /// `minimal_actions`, which is part of the rules only where it is written: files that never named it keep
  /// their fingerprint.
  static func minatar(_ game: ArcadeGame, from section: ConfigurationSection) throws -> MinAtar {
    let sticky = try section.number("sticky_actions", default: 0.1, in: 0...1)
    let limit = try section.integer("frame_limit", default: 10_000, in: 0...Int(UInt32.max))
    let isRamping = game.hasDifficulty ? try section.boolean("difficulty_ramping", default: true) : false
    let isMinimal = section.contains("minimal_actions") ? try section.boolean("minimal_actions") : false
    return try MinAtar(
      game, stickyProbability: sticky, rampsDifficulty: isRamping, frameLimit: limit == 0 ? nil : limit,
      onlyUsefulActions: isMinimal)
  }
}
