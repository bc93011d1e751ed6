import Environments

extension AnyGame {
  /// Keys: `side`, `length`, `exact`.
  static func gomoku(from section: ConfigurationSection) throws -> Gomoku {
    let rules = GomokuRules(
      side: try section.integer("side", default: 15, in: 3...19),
      length: try section.integer("length", default: 5, in: 3...19),
      isExact: try section.boolean("exact", default: false))
    return try explain(section, section.culprit(among: ["length", "side"])) { try Gomoku(rules) }
  }
}
