import Environments

extension AnyGame {
  /// Keys: `rows`, `columns`, `swap`.
  static func hex(from section: ConfigurationSection) throws -> AnyGame {
    let rules = HexRules(
      rows: try section.integer("rows", default: 11, in: 1...19),
      columns: try section.integer("columns", default: 11, in: 1...19),
      allowsSwap: try section.boolean("swap", default: false))
    return try explain(section, rules.allowsSwap ? "swap" : "columns") {
      switch rules.rows * rules.columns + (rules.allowsSwap ? 1 : 0) {
      case ...64: .hex64(try Hex64(rules))
      default: .hex384(try Hex384(rules))
      }
    }
  }
}
