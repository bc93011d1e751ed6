import Environments

extension AnyGame {
  /// Keys: `rows`, `columns`.
  static func breakthrough(from section: ConfigurationSection) throws -> Breakthrough {
    let rows = try section.integer("rows", default: 8, in: 4...8)
    let columns = try section.integer("columns", default: 8, in: 2...8)
    return try explain(section, "columns") { try Breakthrough(rows: rows, columns: columns) }
  }
}
