import Environments

extension AnyGame {
  /// Keys: `sticky_actions`, `frame_limit`.
  static func arcade<Rules: ArcadeRules>(
    _ rules: Rules, from section: ConfigurationSection
  ) throws -> MinAtar<Rules> {
    let sticky = try section.number("sticky_actions", default: 0.1, in: 0...1)
    let limit = try section.integer("frame_limit", default: 10_000, in: 0...Int(UInt32.max))
    return try MinAtar(rules, stickyProbability: sticky, frameLimit: limit == 0 ? nil : limit)
  }
}
