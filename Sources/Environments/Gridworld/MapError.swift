/// Why a text is not a map; lines, which messages call rows, and columns count from 1.
public enum MapError: Error, Hashable, Sendable, CustomStringConvertible {
  case empty
  case tooLarge(cells: Int, limit: Int)
  case raggedRow(line: Int, length: Int, expected: Int)
  case unknownCharacter(Character, line: Int, column: Int)
  case noStart
  case noGoal
  case unreachableGoal(line: Int, column: Int)
  /// A tile that the game does not have.
  case foreignTile(GridMap.Tile, line: Int, column: Int, remedy: String)
  /// As many colours must be named as there are keys, balls, boxes and doors.
  case colors(count: Int, expected: Int)
  /// As many winds must be named as there are columns.
  case wind(count: Int, expected: Int)

  /// What is wrong: the text (`map`) or the lists that go with it (`colors`, `wind`).
  public var subject: String {
    switch self {
    case .colors: "colors"
    case .wind: "wind"
    default: "map"
    }
  }

  public var description: String { "\(subject): \(problem)" }

  private var problem: String {
    switch self {
    case .empty:
      "row 1, column 1: the map is empty; write at least a start S and a goal G"
    case .tooLarge(let cells, let limit):
      "\(cells) cells are too many; at most \(limit) can be used"
    case .raggedRow(let line, let length, let expected):
      "row \(line), column \(min(length, expected) + 1): the row has \(length) cells but row 1 has "
        + "\(expected); make all rows equally long"
    case .unknownCharacter(let character, let line, let column):
      "row \(line), column \(column): unknown character '\(character)'; " + Self.symbols
    case .noStart: "there is no start; mark at least one cell with S"
    case .noGoal: "there is no goal; mark at least one cell with G"
    case .unreachableGoal(let line, let column):
      "row \(line), column \(column): no goal can be reached from this start; open a way to a G"
    case .foreignTile(let tile, let line, let column, let remedy):
      "row \(line), column \(column): '\(tile.symbol)' does not belong to this game; \(remedy)"
    case .colors(let count, let expected):
      "\(count) colours for \(expected) keys, balls, boxes and doors; name each, in reading order"
    case .wind(let count, let expected):
      "\(count) winds for \(expected) columns; write one number a column"
    }
  }

  private static let symbols =
    "use # wall, . or F floor, S start, G goal, H hole, ~ lava, C cliff, I ice, > v < ^ one-way, K key, "
    + "L locked, D closed or O open door, B ball, X box"
}
