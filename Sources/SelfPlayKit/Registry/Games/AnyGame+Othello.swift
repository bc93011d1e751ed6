import Environments

extension AnyGame {
  /// Key: `side`.
  static func othello(from section: ConfigurationSection) throws -> Othello {
    let side = try section.integer("side", default: 8, in: 4...8)
    return try explain(section, "side") { try Othello(side: side) }
  }
}
