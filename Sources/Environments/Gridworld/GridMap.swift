/// The map of a gridworld, read from text: one line a row, row 0 on top.
///
/// `#` wall, `.` or `F` floor, `S` start, `G` goal, `H` hole, `L` or `~` lava.
public struct GridMap: Hashable, Sendable {
  public enum Tile: UInt8, Hashable, Sendable {
    case floor, wall, start, goal, hole, lava

    /// Whether arriving here ends the episode.
    public var isFinal: Bool { self == .goal || self == .hole || self == .lava }
  }

  public let rows: Int
  public let columns: Int
  /// [rows x columns]
  public let tiles: [Tile]
  /// Cells marked as starts, in rising order; never empty.
  public let starts: [Int]

  /// Reads a map; empty lines at the end do not count. Every start must have a way to a goal.
  public init(_ text: String) throws(MapError) {
    var lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    while lines.last?.isEmpty == true { lines.removeLast() }
    try self.init(lines: lines.map(String.init))
  }

  /// Reads a map from its rows.
  public init(lines: [String]) throws(MapError) {
    let columns = lines.first?.count ?? 0
    if columns == 0 { throw .empty }
    if lines.count * columns > Self.maximumCells { throw .tooLarge(cells: lines.count * columns) }
    var tiles: [Tile] = []
    for (index, line) in lines.enumerated() {
      if line.count != columns { throw .raggedRow(line: index + 1, length: line.count, expected: columns) }
      for (column, character) in line.enumerated() {
        guard let tile = Self.tile(for: character) else {
          throw .unknownCharacter(character, line: index + 1, column: column + 1)
        }
        tiles.append(tile)
      }
    }
    self.columns = columns
    self.rows = lines.count
    self.tiles = tiles
    starts = tiles.indices.filter { tiles[$0] == .start }
    if starts.isEmpty { throw .noStart }
    if !tiles.contains(.goal) { throw .noGoal }
    for start in starts where !reachesGoal(from: start) {
      throw .unreachableGoal(line: start / columns + 1, column: start % columns + 1)
    }
  }

  /// Cells are numbered in 16 bits.
  static let maximumCells = 65_536

  /// The cell a walk from `cell` in a direction arrives at; walls and the border hold the walker back.
  /// Directions: 0 left, 1 down, 2 right, 3 up.
  public func neighbour(of cell: Int, towards direction: Int) -> Int {
    var (row, column) = (cell / columns, cell % columns)
    switch direction {
    case 0: column = max(column - 1, 0)
    case 1: row = min(row + 1, rows - 1)
    case 2: column = min(column + 1, columns - 1)
    default: row = max(row - 1, 0)
    }
    let destination = row * columns + column
    return tiles[destination] == .wall ? cell : destination
  }

  private static func tile(for character: Character) -> Tile? {
    switch character {
    case "#": .wall
    case ".", "F": .floor
    case "S": .start
    case "G": .goal
    case "H": .hole
    case "L", "~": .lava
    default: nil
    }
  }

  private func reachesGoal(from start: Int) -> Bool {
    var isSeen = [Bool](repeating: false, count: tiles.count)
    isSeen[start] = true
    var frontier = [start]
    while let cell = frontier.popLast() {
      if tiles[cell] == .goal { return true }
      if tiles[cell].isFinal { continue }
      for direction in 0..<4 {
        let next = neighbour(of: cell, towards: direction)
        if !isSeen[next] {
          isSeen[next] = true
          frontier.append(next)
        }
      }
    }
    return false
  }
}

/// Why a text is not a map; lines and columns count from 1.
public enum MapError: Error, Hashable, Sendable, CustomStringConvertible {
  case empty
  case tooLarge(cells: Int)
  case raggedRow(line: Int, length: Int, expected: Int)
  case unknownCharacter(Character, line: Int, column: Int)
  case noStart
  case noGoal
  case unreachableGoal(line: Int, column: Int)

  public var description: String {
    switch self {
    case .empty:
      "map: line 1, column 1: the map is empty; write at least a start S and a goal G"
    case .tooLarge(let cells):
      "map: \(cells) cells are too many; at most \(GridMap.maximumCells) can be used"
    case .raggedRow(let line, let length, let expected):
      "map: line \(line), column \(min(length, expected) + 1): the row has \(length) cells but line 1 has "
        + "\(expected); make all rows equally long"
    case .unknownCharacter(let character, let line, let column):
      "map: line \(line), column \(column): unknown character '\(character)'; "
        + "use # wall, . or F floor, S start, G goal, H hole, L or ~ lava"
    case .noStart: "map: there is no start; mark at least one cell with S"
    case .noGoal: "map: there is no goal; mark at least one cell with G"
    case .unreachableGoal(let line, let column):
      "map: line \(line), column \(column): no goal can be reached from this start; open a way to a G"
    }
  }
}
