/// The streets of `Taxi`, read from a drawing: a frame of `+`, `-` and `|`; inside, every second character is a
/// cell, a letter where there is a stop; between two cells of a row, `:` is a passage and `|` a wall.
public struct TaxiMap: Hashable, Sendable {
  public let rows: Int
  public let columns: Int
  /// Cells of the stops in reading order, and their letters.
  public let stops: [Int]
  public let letters: [Character]
  /// [cells]: whether there is a wall between a cell and its right neighbour.
  let hasWallRight: [Bool]

  /// The map of Gymnasium's Taxi (Dietterich 2000).
  public static let standardDrawing = """
    +---------+
    |R: | : :G|
    | : | : : |
    | : : : : |
    | | : | : |
    |Y| : |B: |
    +---------+
    """

  static let maximumCells = 1_024
  static let maximumStops = 8

  /// Reads a drawing. Throws `RuleError` that names row and column, or a cell that no road leads to.
  public init(_ drawing: String) throws(RuleError) {
    var lines = drawing.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map(Array.init)
    while lines.last?.isEmpty == true { lines.removeLast() }
    let width = lines.first?.count ?? 0
    guard lines.count >= 3, width >= 3, width % 2 == 1 else {
      throw RuleError("map: row 1, column 1: no frame of odd width begins here; draw +---+ around the rows")
    }
    try Self.checkFrame(lines)
    (rows, columns) = (lines.count - 2, width / 2)
    guard rows * columns <= Self.maximumCells else {
      throw RuleError("map: \(rows * columns) cells are too many; at most \(Self.maximumCells) can be used")
    }
    var (stops, letters, walls): ([Int], [Character], [Bool]) = ([], [], [])
    for (row, line) in lines.dropFirst().dropLast().enumerated() {
      for column in 0..<columns {
        let character = line[2 * column + 1]
        guard character == " " || character.isLetter && !letters.contains(character) else {
          throw Self.error(
            row + 1, 2 * column + 1, "'\(character)' is no stop", "write a letter of its own, or a space")
        }
        if character != " " {
          stops.append(row * columns + column)
          letters.append(character)
        }
        let border = line[2 * column + 2]
        guard border == "|" || border == ":" && column < columns - 1 else {
          throw Self.error(
            row + 1, 2 * column + 2, "'\(border)' is no passage or wall", "write : or |, at the frame |")
        }
        walls.append(border == "|")
      }
    }
    (self.stops, self.letters, hasWallRight) = (stops, letters, walls)
    guard 2...Self.maximumStops ~= stops.count else {
      throw RuleError("map: \(stops.count) stops; mark from 2 to \(Self.maximumStops) cells with letters")
    }
    if let cell = cellWithoutRoad() {
      throw Self.error(
        cell / columns + 1, cell % columns * 2 + 1, "no stop can be reached from this cell",
        "open a passage to it")
    }
  }

  /// The cell one step away, or `cell` where a wall is in the way.
  public func neighbour(of cell: Int, towards heading: Heading) -> Int {
    switch heading {
    case .right: hasWallRight[cell] ? cell : cell + 1
    case .left: cell % columns == 0 || hasWallRight[cell - 1] ? cell : cell - 1
    case .down: cell / columns == rows - 1 ? cell : cell + columns
    case .up: cell < columns ? cell : cell - columns
    }
  }

  private func cellWithoutRoad() -> Int? {
    var isSeen = [Bool](repeating: false, count: rows * columns)
    var frontier = [stops[0]]
    isSeen[stops[0]] = true
    while let cell = frontier.popLast() {
      for heading in Heading.allCases {
        let next = neighbour(of: cell, towards: heading)
        if !isSeen[next] {
          isSeen[next] = true
          frontier.append(next)
        }
      }
    }
    return isSeen.firstIndex(of: false)
  }

  private static func checkFrame(_ lines: [[Character]]) throws(RuleError) {
    let width = lines[0].count
    for (row, line) in lines.enumerated() {
      guard line.count == width else {
        throw error(
          row, min(line.count, width), "the row has \(line.count) characters but row 1 has \(width)",
          "make all rows equally long")
      }
      let isEdge = row == 0 || row == lines.count - 1
      for column in 0..<width where isEdge || column == 0 || column == width - 1 {
        let isEnd = column == 0 || column == width - 1
        let wanted: Character = isEdge ? (isEnd ? "+" : "-") : "|"
        guard line[column] == wanted else {
          throw error(row, column, "'\(line[column])' in the frame", "write \(wanted) there")
        }
      }
    }
  }

  private static func error(_ row: Int, _ column: Int, _ problem: String, _ remedy: String) -> RuleError {
    RuleError("map: row \(row + 1), column \(column + 1): \(problem); \(remedy)")
  }
}
