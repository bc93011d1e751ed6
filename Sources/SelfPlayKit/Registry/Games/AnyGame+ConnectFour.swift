import Environments

extension AnyGame {
  /// Keys: `columns`, `rows`, `length`.
  static func connectFour(from section: ConfigurationSection) throws -> ConnectFour {
    let columns = try section.integer("columns", default: 7, in: 1...32)
    let rows = try section.integer("rows", default: 6, in: 1...63)
    let length = try section.integer("length", default: 4, in: 2...63)
    let keys = (length > max(columns, rows) ? ["length"] : []) + ["columns", "rows"]
    return try explain(section, section.culprit(among: keys)) {
      try ConnectFour(columns: columns, rows: rows, length: length)
    }
  }
}
